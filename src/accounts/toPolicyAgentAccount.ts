import type {
  Account,
  Address,
  Chain,
  Client,
  Hash,
  Hex,
  OneOf,
  Prettify,
  Transport,
} from 'viem'
import {
  getUserOperationHash,
  type SmartAccount,
  type SmartAccountImplementation,
  toSmartAccount,
  type UserOperation,
} from 'viem/account-abstraction'
import { getChainId, readContract } from 'viem/actions'
import { getAction, isAddressEqual, size } from 'viem/utils'

import { policyValidatorAddress } from '../constants/addresses.ts'
import type { PolicyErrorPolicy } from '../errors/policyErrorContext.ts'
import { decodePolicy } from '../policy/format/decodePolicy.ts'
import type { PolicyData } from '../policy/format/types.ts'
import type { AgentSigner } from '../types/agentSigner.ts'
import type { SignedWindow } from '../types/signedWindow.ts'
import type { AccountAdapter } from './adapters/accountAdapter.ts'
import { openZeppelin } from './adapters/openZeppelin.ts'
import { createPolicyReader } from './createPolicyReader.ts'
import {
  createWindowChooser,
  type GetWindowParameters,
  type WindowParameters,
} from './createWindowChooser.ts'
import {
  agentSignatureSize,
  decodeAgentSignature,
} from './decodeAgentSignature.ts'
import { encodeAgentSignature } from './encodeAgentSignature.ts'
import { encodeStubSignature } from './encodeStubSignature.ts'
import {
  AgentSignatureRefusedError,
  type AgentSignatureRefusedErrorType,
} from './errors.ts'
import {
  type EntryPointOf,
  getEntryPoint,
  type PolicyEntryPointVersion,
} from './getEntryPoint.ts'
import { getPolicyNames, type PolicyNames } from './getPolicyNames.ts'
import type { GetSigningWindowErrorType } from './getSigningWindow.ts'
import { getUserOperationWindowTypedData } from './getUserOperationWindowTypedData.ts'

export type SignUserOperationInWindowParameters = SignedWindow & {
  /** Approvals that the operation carries, as `encodeApprovals` has them. */
  approvals?: Hex | undefined
  userOpHash: Hash
}

/** A compiled policy, or its bytes alone. */
export type AgentPolicy = { bytes: Hex } & OneOf<PolicyNames | object>

export type ToPolicyAgentAccountParameters<
  version extends PolicyEntryPointVersion = PolicyEntryPointVersion,
> = {
  /** Smart account that the agent acts for. */
  account: Address
  /** Family of the account. @default openZeppelin */
  adapter?: AccountAdapter | undefined
  /** Key of the agent. */
  agent: AgentSigner
  client: SmartAccountImplementation['client']
  /** EntryPoint of the account. @default '0.7' */
  entryPoint?: version | PolicyEntryPointVersion | undefined
  /**
   * Lane of the nonce. Operations of one lane run one after another; a fresh lane
   * costs about 17,000 gas once. @default 0n
   */
  lane?: bigint | undefined
  /**
   * Policy that the agent has. It saves one call an operation, and a compiled one
   * gives its owner's names to errors. Left out, it is what the chain holds.
   * Warning: after an update it has to be given anew.
   */
  policy?: AgentPolicy | undefined
  /** @default policyValidatorAddress */
  validator?: Address | undefined
  /** How windows are chosen. */
  window?: WindowParameters | undefined
}

export type PolicyAgentAccountImplementation<
  version extends PolicyEntryPointVersion = PolicyEntryPointVersion,
> = SmartAccountImplementation<
  EntryPointOf<version>['abi'],
  version,
  {
    adapter: AccountAdapter
    agent: AgentSigner
    /** Returns the policy that the agent has; nothing where it has none. */
    getPolicyData: () => Promise<PolicyData | undefined>
    /** Returns the window that an operation signed now would have. */
    getWindow: (
      parameters?: GetWindowParameters | undefined,
    ) => Promise<SignedWindow>
    /** Lane of the nonce. */
    lane: bigint
    /** Names for what errors speak of, where they are known. */
    names: PolicyErrorPolicy | undefined
    /** Signs a UserOperation to run in this window. */
    signUserOperationInWindow: (
      parameters: SignUserOperationInWindowParameters,
    ) => Promise<Hex>
    /** Validator that checks the agent's signatures. */
    validator: Address
  },
  false
>

/** A smart account as its agent sees it. */
export type PolicyAgentAccount<
  version extends PolicyEntryPointVersion = PolicyEntryPointVersion,
> = Prettify<SmartAccount<PolicyAgentAccountImplementation<version>>>

export type ToPolicyAgentAccountReturnType<
  version extends PolicyEntryPointVersion = PolicyEntryPointVersion,
> = PolicyAgentAccount<version>

export type ToPolicyAgentAccountErrorType =
  | AgentSignatureRefusedErrorType
  | GetSigningWindowErrorType

/**
 * Creates the agent's view of a smart account: its operations go to the policy
 * validator and carry the agent's signature over them and over a time window.
 *
 * It works with viem's bundler client as every smart account does. Estimate and
 * signature of one operation have the same window: the stub signature carries it, and
 * the approvals behind it, if any.
 * It signs no messages, since the account would not accept them.
 *
 * @param parameters - {@link ToPolicyAgentAccountParameters}
 * @returns Smart account. {@link ToPolicyAgentAccountReturnType}
 *
 * @example
 * import { toPolicyAgentAccount } from 'mandate'
 * import { createBundlerClient } from 'viem/account-abstraction'
 *
 * const account = await toPolicyAgentAccount({
 *   account: '0x…',
 *   agent: privateKeyToAccount('0x…'),
 *   client,
 * })
 * const bundlerClient = createBundlerClient({
 *   account,
 *   client,
 *   transport: http('https://…'),
 * })
 */
export async function toPolicyAgentAccount<
  version extends PolicyEntryPointVersion = '0.7',
>(
  parameters: ToPolicyAgentAccountParameters<version>,
): Promise<ToPolicyAgentAccountReturnType<version>> {
  const {
    account: address,
    adapter = openZeppelin,
    agent,
    client,
    lane = 0n,
    policy,
    validator = policyValidatorAddress,
    window,
  } = parameters

  const entryPoint = getEntryPoint(parameters.entryPoint ?? '0.7')
  const data = policy ? decodePolicy(policy.bytes) : undefined
  const getPolicyData = data
    ? async () => data
    : createPolicyReader(client, {
        account: address,
        agent: agent.address,
        validator,
      })

  const getWindow = createWindowChooser(client, { getPolicyData, window })

  /** Reads the agent's own signature; nothing where it is none. */
  function readStub(signature: Hex | undefined) {
    if (!signature || size(signature) < agentSignatureSize) return undefined

    const stub = decodeAgentSignature(signature)
    return isAddressEqual(stub.agent, agent.address) ? stub : undefined
  }

  async function signUserOperationInWindow(
    parameters: SignUserOperationInWindowParameters,
  ) {
    const { approvals, userOpHash, validAfter, validUntil } = parameters
    const chainId = await getId(client)
    const signature = await agent.signTypedData(
      getUserOperationWindowTypedData({
        chainId,
        userOpHash,
        validAfter,
        validUntil,
        validator,
      }),
    )
    return encodeAgentSignature({
      agent: agent.address,
      approvals,
      signature,
      validAfter,
      validUntil,
    })
  }

  function refuse(): never {
    throw new AgentSignatureRefusedError({
      account: address,
      agent: agent.address,
    })
  }

  return toSmartAccount({
    client,
    entryPoint,
    extend: {
      adapter,
      agent,
      getPolicyData,
      getWindow,
      lane,
      names: data && policy?.rules && getPolicyNames(policy, data),
      signUserOperationInWindow,
      validator,
    },
    // One lane, unless a call names another. viem's default is a new one each
    // time.
    nonceKeyManager: {
      consume: async () => Number(lane),
      get: async () => Number(lane),
      increment() {},
      reset() {},
    },

    async decodeCalls(callData) {
      return adapter.decodeCalls(callData)
    },

    async encodeCalls(calls) {
      return adapter.encodeCalls(calls)
    },

    async getAddress() {
      return address
    },

    // The validator refuses an operation that deploys anything.
    async getFactoryArgs() {
      return { factory: undefined, factoryData: undefined }
    },

    async getNonce(parameters) {
      return getAction(
        client,
        readContract,
        'readContract',
      )({
        abi: entryPoint.abi,
        address: entryPoint.address,
        args: [
          address,
          adapter.getNonceKey({ lane: parameters?.key ?? lane, validator }),
        ],
        functionName: 'getNonce',
      })
    },

    async getStubSignature() {
      return encodeStubSignature({
        ...(await getWindow()),
        agent: agent.address,
      })
    },

    async signMessage() {
      return refuse()
    },

    async signTypedData() {
      return refuse()
    },

    async signUserOperation(parameters) {
      const { chainId = await getId(client), ...userOperation } = parameters
      const stub = readStub(userOperation.signature)
      const window = await getWindow({ estimated: stub })
      const userOpHash = getUserOperationHash({
        chainId,
        entryPointAddress: entryPoint.address,
        entryPointVersion: entryPoint.version,
        userOperation: { ...userOperation, sender: address } as UserOperation,
      })
      return signUserOperationInWindow({
        approvals: stub?.approvals,
        userOpHash,
        validAfter: window.validAfter,
        validUntil: window.validUntil,
      })
    },
  }) as unknown as ToPolicyAgentAccountReturnType<version>
}

async function getId(
  client: Client<Transport, Chain | undefined, Account | undefined>,
) {
  return client.chain?.id ?? getAction(client, getChainId, 'getChainId')({})
}
