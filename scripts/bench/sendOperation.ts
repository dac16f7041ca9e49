import {
  type Address,
  encodeFunctionData,
  type Hex,
  type LocalAccount,
} from 'viem'
import {
  getUserOperationHash,
  toPackedUserOperation,
  type UserOperation,
} from 'viem/account-abstraction'

import { openZeppelin } from '../../src/accounts/adapters/openZeppelin.ts'
import { encodeAgentSignature } from '../../src/accounts/encodeAgentSignature.ts'
import { encodeApprovals } from '../../src/accounts/encodeApprovals.ts'
import { getUserOperationWindowTypedData } from '../../src/accounts/getUserOperationWindowTypedData.ts'
import { getApprovalTypedData } from '../../src/actions/approvals/getApprovalTypedData.ts'
import type { EntryPointVersion } from '../../src/local/entryPoints.ts'
import type { Call } from '../../src/types/call.ts'
import type { SignedWindow } from '../../src/types/signedWindow.ts'
import type { BenchAccount } from './account.ts'
import { type Bench, type Sent, send } from './bench.ts'
import { getWindow } from './clock.ts'

/** Who validates an operation: the account itself, or a validator. */
export type Route = 'owner' | 'plain' | 'policy'

/** Gas limits and prices of all operations. */
const gasFields = {
  callGasLimit: 3_000_000n,
  maxFeePerGas: 1_000_000_000n,
  maxPriorityFeePerGas: 1_000_000_000n,
  preVerificationGas: 60_000n,
  verificationGasLimit: 3_000_000n,
} as const

export type SendOperationParameters = {
  account: BenchAccount
  /** Who approves the calls, for the approval tier. @default nobody */
  approvers?: readonly LocalAccount[] | undefined
  calls: readonly Call[]
  /** Which of the days it is on. @default 0 */
  dayIndex?: number
  route: Route
  /** What to call it when it fails. */
  what: string
  /** Window that the agent signs. @default that of the day */
  window?: SignedWindow | undefined
}

/** Sends one operation in a `handleOps` transaction of its own. */
export async function sendOperation(
  bench: Bench,
  parameters: SendOperationParameters,
): Promise<Sent> {
  const {
    account,
    approvers = [],
    calls,
    dayIndex = 0,
    route,
    what,
  } = parameters
  const { window = getWindow(dayIndex) } = parameters
  const { client, localChain } = bench
  const { address, entryPoint } = account

  const nonceKey =
    route === 'owner'
      ? 0n
      : openZeppelin.getNonceKey({
          lane: 0n,
          validator: getValidator(bench, route),
        })
  const unsigned: UserOperation<EntryPointVersion> = {
    ...gasFields,
    callData: openZeppelin.encodeCalls(calls),
    nonce: await client.readContract({
      abi: entryPoint.abi,
      address: entryPoint.address,
      args: [address, nonceKey],
      functionName: 'getNonce',
    }),
    sender: address,
    signature: '0x',
  }
  const userOpHash = getUserOperationHash({
    chainId: localChain.chainId,
    entryPointAddress: entryPoint.address,
    entryPointVersion: entryPoint.version,
    userOperation: unsigned,
  })
  const approvals = await approve(bench, {
    account,
    approvers,
    calls,
    deadline: window.validUntil,
    nonce: unsigned.nonce,
  })
  const signature = await sign(bench, {
    account,
    approvals,
    route,
    userOpHash,
    window,
  })

  return send(
    bench,
    {
      data: encodeFunctionData({
        abi: entryPoint.abi,
        args: [
          [toPackedUserOperation({ ...unsigned, signature })],
          localChain.accounts.approver.address,
        ],
        functionName: 'handleOps',
      }),
      to: entryPoint.address,
    },
    what,
  )
}

/** Returns the validator of a route. */
export function getValidator(
  { localChain, plainValidator }: Bench,
  route: Exclude<Route, 'owner'>,
): Address {
  return route === 'plain'
    ? plainValidator
    : localChain.contracts.policyValidator
}

/** Approves the calls, as the signature carries it; nothing for nobody. */
async function approve(
  bench: Bench,
  parameters: {
    account: BenchAccount
    approvers: readonly LocalAccount[]
    calls: readonly Call[]
    deadline: number
    nonce: bigint
  },
): Promise<Hex> {
  const { account, approvers, calls, deadline, nonce } = parameters
  if (approvers.length === 0) return '0x'
  const typedData = getApprovalTypedData({
    account: account.address,
    agent: account.agent.address,
    calls,
    chainId: bench.localChain.chainId,
    deadline,
    nonce,
    validator: getValidator(bench, 'policy'),
  })
  const approvals = await Promise.all(
    approvers.map(async (approver) => ({
      approver: approver.address,
      signature: await approver.signTypedData(typedData),
    })),
  )
  return encodeApprovals({ approvals, deadline })
}

async function sign(
  bench: Bench,
  parameters: {
    account: BenchAccount
    approvals: Hex
    route: Route
    userOpHash: Hex
    window: SignedWindow
  },
): Promise<Hex> {
  const { account, approvals, route, userOpHash, window } = parameters
  const { agent, owner } = account

  if (route === 'owner') return owner.sign({ hash: userOpHash })
  if (route === 'plain') return agent.sign({ hash: userOpHash })
  return encodeAgentSignature({
    ...window,
    agent: agent.address,
    approvals,
    signature: await agent.signTypedData(
      getUserOperationWindowTypedData({
        ...window,
        chainId: bench.localChain.chainId,
        userOpHash,
        validator: getValidator(bench, route),
      }),
    ),
  })
}
