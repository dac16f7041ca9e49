import {
  encodeAbiParameters,
  encodeFunctionData,
  type Hex,
  type PrivateKeyAccount,
  pad,
} from 'viem'
import {
  entryPoint07Abi,
  entryPoint08Abi,
  getUserOperationHash,
  type SmartAccountImplementation,
  toSmartAccount,
} from 'viem/account-abstraction'
import { readContract } from 'viem/actions'

import {
  referenceAccountAbi,
  referenceAccountFactoryAbi,
} from '../../src/local/generated/contracts.ts'
import type { LocalChain } from '../../src/local/startLocalChain.ts'

/** Mode of a batch that reverts if one of its calls does. */
const batchMode = pad('0x01', { dir: 'right' })

/**
 * Returns the reference account of `owner` and `salt` as its owner uses it: by
 * signing the hash of a UserOperation as it is.
 */
export async function toOwnedReferenceAccount(parameters: {
  client: SmartAccountImplementation['client']
  localChain: LocalChain<'0.7' | '0.8'>
  owner: PrivateKeyAccount
  salt: Hex
  /** Key that signs. @default owner */
  signer?: PrivateKeyAccount
  version: '0.7' | '0.8'
}) {
  const {
    client,
    localChain,
    owner,
    salt,
    signer = owner,
    version,
  } = parameters
  const factory = localChain.contracts.referenceAccountFactories[version]
  const entryPoint =
    version === '0.7'
      ? ({
          abi: entryPoint07Abi,
          address: localChain.entryPoints['0.7'],
          version: '0.7',
        } as const)
      : ({
          abi: entryPoint08Abi,
          address: localChain.entryPoints['0.8'],
          version: '0.8',
        } as const)

  const address = await readContract(client, {
    abi: referenceAccountFactoryAbi,
    address: factory,
    args: [owner.address, salt],
    functionName: 'predictAccount',
  })

  return toSmartAccount({
    client,
    entryPoint: entryPoint as typeof entryPoint & { version: '0.8' },
    async encodeCalls(calls) {
      const executions = encodeAbiParameters(
        [
          {
            components: [
              { name: 'target', type: 'address' },
              { name: 'value', type: 'uint256' },
              { name: 'callData', type: 'bytes' },
            ],
            type: 'tuple[]',
          },
        ],
        [
          calls.map(({ data = '0x', to, value = 0n }) => ({
            callData: data,
            target: to,
            value,
          })),
        ],
      )
      return encodeFunctionData({
        abi: referenceAccountAbi,
        args: [batchMode, executions],
        functionName: 'execute',
      })
    },
    async getAddress() {
      return address
    },
    async getFactoryArgs() {
      const factoryData = encodeFunctionData({
        abi: referenceAccountFactoryAbi,
        args: [owner.address, salt],
        functionName: 'createAccount',
      })
      return { factory, factoryData }
    },
    async getStubSignature() {
      return signer.sign({ hash: pad('0x01') })
    },
    async signMessage() {
      throw new Error('Not part of these tests.')
    },
    async signTypedData() {
      throw new Error('Not part of these tests.')
    },
    async signUserOperation(userOperation) {
      const hash = getUserOperationHash({
        chainId: localChain.chainId,
        entryPointAddress: entryPoint.address,
        entryPointVersion: version,
        userOperation: { ...userOperation, sender: address } as never,
      })
      return signer.sign({ hash })
    },
  })
}
