import type { Account, Address, Chain, Client, Hex, Transport } from 'viem'

import type { AccountAdapter } from '../accounts/adapters/accountAdapter.ts'
import { encodeStubSignature } from '../accounts/encodeStubSignature.ts'
import { getChainTime } from '../accounts/getChainTime.ts'
import { getSigningWindow, noMargin } from '../accounts/getSigningWindow.ts'
import type { PolicyAgentAccount } from '../accounts/toPolicyAgentAccount.ts'
import type { PolicyErrorCode } from '../errors/errorTable.ts'
import { PolicyError } from '../errors/policyError.ts'
import type {
  PolicyErrorContext,
  PolicyErrorPolicy,
} from '../errors/policyErrorContext.ts'
import { toPolicyError } from '../errors/toPolicyError.ts'
import { getPlainRules } from '../policy/format/checkUse.ts'
import type { PolicyData } from '../policy/format/types.ts'
import { getPolicyClock } from '../policy/getPolicyClock.ts'
import type { EncodedCall } from '../types/call.ts'
import type { Charge } from '../types/charge.ts'
import type { SignedWindow } from '../types/signedWindow.ts'
import type { PolicyTier } from '../types/tier.ts'
import { getAnnouncedWindow } from './announcements/getAnnouncedWindow.ts'
import { encodeSettleCall } from './calls/encodeSettleCall.ts'
import { findCharges } from './findCharges.ts'
import type { SupposedState } from './simulateCall.ts'
import { simulateExecution, simulateValidation } from './simulateOperation.ts'
import { simulateTier } from './tiers/simulateTier.ts'

/** Whose calls are checked, and where. */
export type CheckSubject = {
  account: Address
  adapter: AccountAdapter
  agent: Address
  /** Client of the chain. */
  client: Client<Transport, Chain | undefined, Account | undefined>
  entryPoint: Address
  getPolicyData: () => Promise<PolicyData | undefined>
  getState: () => Promise<SupposedState | undefined>
  lane: bigint
  names: PolicyErrorPolicy | undefined
  validator: Address
}

/** Returns what is to be known of an agent's account. */
export function toCheckSubject(account: PolicyAgentAccount): CheckSubject {
  return {
    account: account.address,
    adapter: account.adapter,
    agent: account.agent.address,
    // Of a bundler client, the account knows the one of the chain.
    client: account.client,
    entryPoint: account.entryPoint.address,
    getPolicyData: account.getPolicyData,
    getState: async () => undefined,
    lane: account.lane,
    names: account.names,
    validator: account.validator,
  }
}

/** What the chain says of calls before they are sent. */
export type CheckResult =
  /** The chain would validate the operation, and its calls would succeed. */
  | {
      error?: undefined
      /** Left out where the node does not tell: `eth_call` shows no logs. */
      tier?: PolicyTier | undefined
      verdict: 'allowed'
      violations: readonly []
    }
  | {
      /**
       * What the chain found first. In category `execution` or `funds` the policy
       * allows the calls, and one of them fails.
       */
      error: PolicyError
      /**
       * Where the calls are only denied for what their tier asks for: the policy
       * permits them once they are announced and due, or approved.
       */
      tier?: 'approval' | 'delay' | undefined
      verdict: 'denied'
      /** All that was found: by the batch, and by each call alone. */
      violations: readonly PolicyError[]
    }
  /** The node has failed. Nothing is known. */
  | { error: PolicyError; verdict: 'unknown'; violations: readonly [] }

export type CheckOperationParameters = {
  /** Approvals that the operation will carry. */
  approvals?:
    | {
        encoded: Hex
        /** Nonce that was approved. */
        nonce: bigint
        within: SignedWindow
      }
    | undefined
  calls: readonly EncodedCall[]
  context: PolicyErrorContext
}

/**
 * Asks the chain whether an agent may make these calls now. Never throws for what a
 * node has failed to tell.
 *
 * @param subject - Whose calls they are
 * @param parameters - {@link CheckOperationParameters}
 */
export async function checkOperation(
  subject: CheckSubject,
  parameters: CheckOperationParameters,
): Promise<CheckResult> {
  const context = { ...parameters.context, phase: 'preflight' as const }
  try {
    return await runChecks(subject, { ...parameters, context })
  } catch (error) {
    if (isInputError(error)) throw error
    return {
      error: toPolicyError(error, context),
      verdict: 'unknown',
      violations: [],
    }
  }
}

async function runChecks(
  subject: CheckSubject,
  parameters: CheckOperationParameters,
): Promise<CheckResult> {
  const { account, adapter, agent, client, entryPoint, lane, validator } =
    subject
  const { approvals, calls, context } = parameters
  const callData = adapter.encodeCalls(calls)
  const [data, now, state] = await Promise.all([
    subject.getPolicyData(),
    getChainTime(client),
    subject.getState(),
  ])
  const window = getSigningWindow({
    clock: data && getPolicyClock(data),
    margin: noMargin,
    now,
    within:
      approvals?.within ??
      (await getAnnouncedWindow(client, {
        account,
        agent,
        calls,
        data,
        validator,
      })),
  })

  const toQuestion = (calls: readonly EncodedCall[]) => ({
    context,
    entryPoint,
    isSigned: false,
    state,
    userOperation: {
      callData: adapter.encodeCalls(calls),
      callGasLimit: 0n,
      maxFeePerGas: 0n,
      maxPriorityFeePerGas: 0n,
      // The sequence in the lower 64 bits is the EntryPoint's to check.
      nonce:
        approvals?.nonce ?? adapter.getNonceKey({ lane, validator }) << 64n,
      preVerificationGas: 0n,
      sender: account,
      signature: encodeStubSignature({
        ...window,
        agent,
        approvals: approvals?.encoded,
      }),
      verificationGasLimit: 0n,
    },
    validator,
    window,
  })

  /** With the `settle` that the policy may demand. */
  async function validate(calls: readonly EncodedCall[]) {
    const denial = await simulateValidation(client, toQuestion(calls))
    if (denial?.code !== 'SETTLEMENT_REQUIRED') return { calls, denial }
    const settle = (charges: readonly Charge[]) => [
      ...calls,
      encodeSettleCall({ charges, validator }),
    ]
    const settled = await findCharges((charges) =>
      simulateValidation(client, toQuestion(settle(charges))),
    )
    return { calls: settle(settled.charges), denial: settled.denial }
  }
  const execute = () =>
    simulateExecution(client, {
      context,
      entryPoint,
      userOperation: { callData, sender: account },
    })

  const { calls: validated, denial } = await validate(calls)
  const tier = denial && tierDenials[denial.code]
  if (denial && tier) {
    // Tiers come last: the policy has nothing else against the calls.
    const failure = await execute()
    const violations = failure ? [denial, failure] : [denial]
    return {
      error: withViolations(denial, violations),
      tier,
      verdict: 'denied',
      violations,
    }
  }
  if (denial) {
    const others = calls.length > 1 ? await validateAlone() : []
    const violations = [denial, ...others.filter(isNew(denial))]
    return {
      error: withViolations(denial, violations),
      verdict: 'denied',
      violations,
    }
  }

  const failure = await execute()
  if (failure)
    return { error: failure, verdict: 'denied', violations: [failure] }
  const reached = !data
    ? undefined
    : hasTiers(data)
      ? await simulateTier(client, toQuestion(validated))
      : 'instant'
  return {
    ...(reached ? { tier: reached } : {}),
    verdict: 'allowed',
    violations: [],
  }

  /** What each call is denied for, had it been the only one. */
  async function validateAlone(): Promise<readonly PolicyError[]> {
    const denials = await Promise.all(
      calls.map(async (call, index) => {
        // What the node fails to tell of one call, the others still tell.
        const found = await validate([call]).catch(() => undefined)
        // What is announced or approved is the whole batch.
        return found?.denial && !tierDenials[found.denial.code]
          ? withCallIndex(found.denial, index)
          : undefined
      }),
    )
    return denials.filter((denial) => denial !== undefined)
  }
}

/** Denials of what the policy permits, once its tier has what it asks for. */
const tierDenials: {
  readonly [code in PolicyErrorCode]?: 'approval' | 'delay'
} = {
  ANNOUNCEMENT_EXPIRED: 'delay',
  ANNOUNCEMENT_NOT_DUE: 'delay',
  ANNOUNCEMENT_REQUIRED: 'delay',
  APPROVAL_EXPIRED: 'approval',
  APPROVAL_INVALID: 'approval',
  APPROVAL_REQUIRED: 'approval',
  APPROVAL_USED: 'approval',
}

/** Whether anything of the policy leads to another tier than the first. */
function hasTiers(data: PolicyData): boolean {
  return (
    data.limits.some(({ action }) => action !== 'deny') ||
    getPlainRules(data).some(({ tier }) => tier !== 'none')
  )
}
/** Says of a call that was checked alone where it stands in the batch. */
function withCallIndex(denial: PolicyError, index: number): PolicyError {
  const { parameters } = denial
  if (parameters.arguments?.callIndex === undefined) return denial
  return new PolicyError({
    ...parameters,
    arguments: { ...parameters.arguments, callIndex: BigInt(index) },
  })
}

function withViolations(
  denial: PolicyError,
  violations: readonly PolicyError[],
): PolicyError {
  if (violations.length < 2) return denial
  return new PolicyError({ ...denial.parameters, violations })
}

/** Tells what was not told before. */
function isNew(first: PolicyError) {
  const seen = new Set([first.shortMessage])
  return ({ shortMessage }: PolicyError) => {
    if (seen.has(shortMessage)) return false
    seen.add(shortMessage)
    return true
  }
}

/** Faults of the caller, which no repetition mends. */
const inputErrors = new Set([
  'LaneOutOfRangeError',
  'NoCallsError',
  'PolicyBytesError',
])

function isInputError(error: unknown) {
  return error instanceof Error && inputErrors.has(error.name)
}
