import { isAddressEqual } from 'viem'

import { encodeStubSignature } from '../accounts/encodeStubSignature.ts'
import type { PolicyAgentAccount } from '../accounts/toPolicyAgentAccount.ts'
import { encodeSettleCall } from '../actions/calls/encodeSettleCall.ts'
import { findCharges } from '../actions/findCharges.ts'
import { simulateValidation } from '../actions/simulateOperation.ts'
import type { PolicyErrorContext } from '../errors/policyErrorContext.ts'
import type { EncodedCall } from '../types/call.ts'
import type { Charge } from '../types/charge.ts'
import type { SignedWindow } from '../types/signedWindow.ts'
import type { CarriedApprovals } from './carryApprovals.ts'
import type { Settle } from './withSettle.ts'

export type SettleCallsParameters = {
  account: PolicyAgentAccount
  /** Approvals that the operation will carry. */
  approvals?: CarriedApprovals | undefined
  calls: readonly EncodedCall[]
  context: PolicyErrorContext
  nonce: bigint
  settle: Settle
  /** Window that will be signed. */
  window: SignedWindow
}

export type SettleCallsReturnType = {
  /** Calls of the operation. */
  calls: readonly EncodedCall[]
  /** What the last of them carries; nothing where none settles. */
  charges: readonly Charge[] | undefined
}

/**
 * Appends the call that gives the budget back when the others fail, where it is
 * wanted and of use.
 *
 * @param parameters - {@link SettleCallsParameters}
 * @returns Calls of the operation. {@link SettleCallsReturnType}
 */
export async function settleCalls(
  parameters: SettleCallsParameters,
): Promise<SettleCallsReturnType> {
  const { account, approvals, calls, context, nonce, settle, window } =
    parameters
  const { validator } = account

  const plain = { calls, charges: undefined }
  // An announcement spends nothing, and runs alone whatever the policy demands.
  const [call, ...others] = calls
  if (call && others.length === 0 && isAddressEqual(call.to, validator))
    return plain
  const isDemanded = (await account.getPolicyData())?.settlement === true
  if (!isDemanded && !settle) return plain

  const append = (charges: readonly Charge[]) => [
    ...calls,
    encodeSettleCall({ charges, validator }),
  ]
  const signature = encodeStubSignature({
    ...window,
    agent: account.agent.address,
    approvals: approvals?.encoded,
  })
  const { charges, denial } = await findCharges(async (charges) =>
    simulateValidation(account.client, {
      context,
      entryPoint: account.entryPoint.address,
      isSigned: false,
      userOperation: {
        callData: await account.encodeCalls(append(charges)),
        callGasLimit: 0n,
        maxFeePerGas: 0n,
        maxPriorityFeePerGas: 0n,
        nonce,
        preVerificationGas: 0n,
        sender: account.address,
        signature,
        verificationGasLimit: 0n,
      },
      validator,
      window,
    }),
  )

  // What is denied with it may still pass without, and else says why.
  const isOptional = settle === 'auto' && !isDemanded
  if (isOptional && (denial || charges.length === 0)) return plain
  if (denial) throw denial
  return { calls: append(charges), charges }
}
