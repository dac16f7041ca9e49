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
import type { NoCallsErrorType } from '../../accounts/errors.ts'
import {
  getEntryPoint,
  type PolicyEntryPointVersion,
} from '../../accounts/getEntryPoint.ts'
import { getPolicyNames } from '../../accounts/getPolicyNames.ts'
import type {
  AgentPolicy,
  PolicyAgentAccount,
} from '../../accounts/toPolicyAgentAccount.ts'
import {
  policyStoreAddress,
  policyValidatorAddress,
} from '../../constants/addresses.ts'
import type {
  PolicyErrorContext,
  PolicyErrorPolicy,
} from '../../errors/policyErrorContext.ts'
import { decodePolicy } from '../../policy/format/decodePolicy.ts'
import type { PolicyBlobs } from '../../types/policyBlobs.ts'
import {
  type CheckResult,
  type CheckSubject,
  checkOperation,
  toCheckSubject,
} from '../checkOperation.ts'
import {
  AgentAccountMissingError,
  type AgentAccountMissingErrorType,
} from '../errors.ts'
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

export type CheckCallsReturnType = CheckResult

export type CheckCallsErrorType =
  | AgentAccountMissingErrorType
  | NoCallsErrorType

/**
 * Asks the chain whether an agent may make these calls now, without sending or
 * signing anything.
 *
 * It is the chain's own answer: the account's `validateUserOp` and then its
 * `execute` are called as the EntryPoint would, with a signature that is a stub.
 * Only the gas caps are not asked for, since gas is not known yet. Approvals are not
 * looked at: what needs them is denied with `APPROVAL_REQUIRED`.
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
    policy: subject.names,
  }

  return checkOperation(subject, { calls, context })
}

function getSubject(
  client: Client<Transport, Chain | undefined, Account | undefined>,
  parameters: CheckCallsParameters,
): CheckSubject {
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
          getState: async () => undefined,
          lane: 0n,
          names: undefined,
          validator,
        }
      : fromAgentAccount(account)

  if (!policy)
    return {
      ...subject,
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

function fromAgentAccount(
  account: PolicyAgentAccount | undefined,
): CheckSubject {
  if (!account?.agent) throw new AgentAccountMissingError()
  return toCheckSubject(account)
}
