import type {
  Account,
  Address,
  Calls,
  Chain,
  Client,
  Narrow,
  OneOf,
  Transport,
} from 'viem'

import type { AccountAdapter } from '../../accounts/adapters/accountAdapter.ts'
import { openZeppelin } from '../../accounts/adapters/openZeppelin.ts'
import { createPolicyReader } from '../../accounts/createPolicyReader.ts'
import {
  type ContractCall,
  encodeContractCalls,
} from '../../accounts/encodeContractCalls.ts'
import { encodeStubSignature } from '../../accounts/encodeStubSignature.ts'
import type { NoCallsErrorType } from '../../accounts/errors.ts'
import { getChainTime } from '../../accounts/getChainTime.ts'
import {
  getEntryPoint,
  type PolicyEntryPointVersion,
} from '../../accounts/getEntryPoint.ts'
import { getPolicyNames } from '../../accounts/getPolicyNames.ts'
import { getSigningWindow, noMargin } from '../../accounts/getSigningWindow.ts'
import type {
  AgentPolicy,
  PolicyAgentAccount,
} from '../../accounts/toPolicyAgentAccount.ts'
import {
  policyStoreAddress,
  policyValidatorAddress,
} from '../../constants/addresses.ts'
import { PolicyError } from '../../errors/policyError.ts'
import type {
  PolicyErrorContext,
  PolicyErrorPolicy,
} from '../../errors/policyErrorContext.ts'
import { toPolicyError } from '../../errors/toPolicyError.ts'
import { decodePolicy } from '../../policy/format/decodePolicy.ts'
import type { PolicyData } from '../../policy/format/types.ts'
import { getPolicyClock } from '../../policy/getPolicyClock.ts'
import type { EncodedCall } from '../../types/call.ts'
import type { PolicyBlobs } from '../../types/policyBlobs.ts'
import { encodeSettleCall } from '../calls/encodeSettleCall.ts'
import {
  AgentAccountMissingError,
  type AgentAccountMissingErrorType,
} from '../errors.ts'
import { findCharges } from '../findCharges.ts'
import type { SupposedState } from '../simulateCall.ts'
import { simulateExecution, simulateValidation } from '../simulateOperation.ts'
import { supposePolicy } from '../supposePolicy.ts'

export type CheckCallsParameters<
  calls extends readonly unknown[] = readonly unknown[],
> = {
  calls: Calls<Narrow<calls>>
  /**
   * Names for what errors speak of.
   * @default those of `account` or `policy`, where it is a compiled one
   */
  names?: PolicyErrorPolicy | undefined
  /**
   * Policy to try in place of the one that is granted. It need not be published,
   * nor the account deployed.
   */
  policy?: (AgentPolicy & Pick<PolicyBlobs, 'sets'>) | undefined
  /** @default policyStoreAddress */
  policyStore?: Address | undefined
} & OneOf<
  | {
      /** The agent's account. @default client.account */
      account?: PolicyAgentAccount | undefined
    }
  | {
      account: Address
      /** Family of the account. @default openZeppelin */
      adapter?: AccountAdapter | undefined
      agent: Address
      /** EntryPoint of the account. @default '0.7' */
      entryPoint?: PolicyEntryPointVersion | undefined
      /** @default policyValidatorAddress */
      validator?: Address | undefined
    }
>

export type CheckCallsReturnType =
  /** The chain would validate the operation, and its calls would succeed. */
  | { error?: undefined; verdict: 'allowed'; violations: readonly [] }
  | {
      /**
       * What the chain found first. In category `execution` or `funds` the policy
       * allows the calls, and one of them fails.
       */
      error: PolicyError
      verdict: 'denied'
      /** All that was found: by the batch, and by each call alone. */
      violations: readonly PolicyError[]
    }
  /** The node has failed. Nothing is known. */
  | { error: PolicyError; verdict: 'unknown'; violations: readonly [] }

export type CheckCallsErrorType =
  | AgentAccountMissingErrorType
  | NoCallsErrorType

/**
 * Asks the chain whether an agent may make these calls now, without sending or
 * signing anything.
 *
 * It is the chain's own answer: the account's `validateUserOp` and then its
 * `execute` are called as the EntryPoint would, with a signature that is a stub.
 * Only the gas caps are not asked for, since gas is not known yet.
 *
 * @param client - Client of the chain, or of an agent
 * @param parameters - {@link CheckCallsParameters}
 * @returns Verdict. {@link CheckCallsReturnType}
 *
 * @example
 * const { error, verdict } = await checkCalls(client, {
 *   account,
 *   calls: [{ to: '0x…', value: parseEther('1') }],
 * })
 */
export async function checkCalls<const calls extends readonly unknown[]>(
  client: Client<Transport, Chain | undefined, Account | undefined>,
  parameters: CheckCallsParameters<calls>,
): Promise<CheckCallsReturnType> {
  const calls = encodeContractCalls(parameters.calls)
  const subject = getSubject(client, parameters as CheckCallsParameters)
  const context: PolicyErrorContext = {
    account: subject.account,
    agent: subject.agent,
    calls: parameters.calls as readonly ContractCall[],
    chainId: subject.client.chain?.id,
    phase: 'preflight',
    policy: subject.names,
  }

  try {
    return await runChecks(subject, calls, context)
  } catch (error) {
    if (isInputError(error)) throw error
    return {
      error: toPolicyError(error, context),
      verdict: 'unknown',
      violations: [],
    }
  }
}

/** Whose calls are checked, and where. */
type Subject = {
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

function getSubject(
  client: Client<Transport, Chain | undefined, Account | undefined>,
  parameters: CheckCallsParameters,
): Subject {
  const { policy, policyStore = policyStoreAddress } = parameters
  const {
    account = client.account as PolicyAgentAccount | undefined,
    adapter = openZeppelin,
    agent,
    entryPoint = '0.7',
    validator = policyValidatorAddress,
  } = parameters

  const subject =
    typeof account === 'string'
      ? {
          account,
          adapter,
          agent: agent as Address,
          client,
          entryPoint: getEntryPoint(entryPoint).address,
          getPolicyData: createPolicyReader(client, {
            account,
            agent: agent as Address,
            validator,
          }),
          lane: 0n,
          names: undefined,
          validator,
        }
      : fromAgentAccount(account)

  if (!policy)
    return {
      ...subject,
      getState: async () => undefined,
      names: parameters.names ?? subject.names,
    }

  const data = decodePolicy(policy.bytes)
  return {
    ...subject,
    getPolicyData: async () => data,
    getState: () =>
      supposePolicy(subject.client, {
        account: subject.account,
        agent: subject.agent,
        policy,
        policyStore,
        validator: subject.validator,
      }),
    names: parameters.names ?? (policy.rules && getPolicyNames(policy, data)),
  }
}

function fromAgentAccount(account: PolicyAgentAccount | undefined) {
  if (!account?.agent) throw new AgentAccountMissingError()
  return {
    account: account.address,
    adapter: account.adapter,
    agent: account.agent.address,
    // Of a bundler client, the account knows the one of the chain.
    client: account.client,
    entryPoint: account.entryPoint.address,
    getPolicyData: account.getPolicyData,
    lane: account.lane,
    names: account.names,
    validator: account.validator,
  }
}

async function runChecks(
  subject: Subject,
  calls: readonly EncodedCall[],
  context: PolicyErrorContext,
): Promise<CheckCallsReturnType> {
  const { account, adapter, agent, client, entryPoint, lane, validator } =
    subject
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
  })

  const validateAsIs = (calls: readonly EncodedCall[]) =>
    simulateValidation(client, {
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
        nonce: adapter.getNonceKey({ lane, validator }) << 64n,
        preVerificationGas: 0n,
        sender: account,
        signature: encodeStubSignature({ ...window, agent }),
        verificationGasLimit: 0n,
      },
      validator,
      window,
    })

  /** With the `settle` that the policy may demand. */
  async function validate(calls: readonly EncodedCall[]) {
    const denial = await validateAsIs(calls)
    if (denial?.code !== 'SETTLEMENT_REQUIRED') return denial
    const settled = await findCharges((charges) =>
      validateAsIs([...calls, encodeSettleCall({ charges, validator })]),
    )
    return settled.denial
  }

  const denial = await validate(calls)
  if (denial) {
    const others = calls.length > 1 ? await validateAlone() : []
    const violations = [denial, ...others.filter(isNew(denial))]
    return {
      error: withViolations(denial, violations),
      verdict: 'denied',
      violations,
    }
  }

  const failure = await simulateExecution(client, {
    context,
    entryPoint,
    userOperation: { callData, sender: account },
  })
  if (failure)
    return { error: failure, verdict: 'denied', violations: [failure] }
  return { verdict: 'allowed', violations: [] }

  /** What each call is denied for, had it been the only one. */
  async function validateAlone(): Promise<readonly PolicyError[]> {
    const denials = await Promise.all(
      calls.map(async (call, index) => {
        // What the node fails to tell of one call, the others still tell.
        const denial = await validate([call]).catch(() => undefined)
        return denial && withCallIndex(denial, index)
      }),
    )
    return denials.filter((denial) => denial !== undefined)
  }
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
