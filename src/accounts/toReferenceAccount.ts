import {
  type Address,
  concatHex,
  encodeFunctionData,
  type Hex,
  hexToNumber,
  type LocalAccount,
  numberToHex,
  type OneOf,
  type Prettify,
  parseAbi,
  size,
  slice,
  stringToHex,
  zeroHash,
} from 'viem'
import {
  getUserOperationHash,
  type SmartAccount,
  type SmartAccountImplementation,
  toSmartAccount,
  type UserOperation,
} from 'viem/account-abstraction'
import { getChainId, readContract } from 'viem/actions'
import { signMessage, signTypedData } from 'viem/experimental/erc7739'
import { getAction } from 'viem/utils'

import { decodeExecute } from './decodeExecute.ts'
import {
  type DescribeContentsParameters,
  describeContents,
} from './describeContents.ts'
import { encodeExecute } from './encodeExecute.ts'
import {
  OwnerCannotSignHashError,
  type OwnerCannotSignHashErrorType,
} from './errors.ts'
import {
  type EntryPointOf,
  getEntryPoint,
  type PolicyEntryPointVersion,
} from './getEntryPoint.ts'

const factoryAbi = parseAbi([
  'function createAccount(address owner, bytes32 salt) returns (address account)',
  'function predictAccount(address owner, bytes32 salt) view returns (address account)',
])

/** Signature that recovers to nobody's address. */
const stubSignature: Hex =
  '0xfffffffffffffffffffffffffffffff0000000000000000000000000000000007aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa1c'

export type ToReferenceAccountParameters<
  version extends PolicyEntryPointVersion = PolicyEntryPointVersion,
> = {
  client: SmartAccountImplementation['client']
  /** EntryPoint of the account. @default '0.7' */
  entryPoint?: version | PolicyEntryPointVersion | undefined
  /** Key that owns the account. */
  owner: LocalAccount
} & OneOf<
  | {
      /** Address of an account that exists. */
      address: Address
    }
  | {
      /** `ReferenceAccountFactory` that creates the account when needed. */
      factory: Address
      /** Tells apart accounts of the same owner. @default zeroHash */
      salt?: Hex | undefined
    }
>

export type ReferenceAccountImplementation<
  version extends PolicyEntryPointVersion = PolicyEntryPointVersion,
> = SmartAccountImplementation<
  EntryPointOf<version>['abi'],
  version,
  { owner: LocalAccount },
  false
>

/** The reference account as its owner sees it. */
export type ReferenceAccount<
  version extends PolicyEntryPointVersion = PolicyEntryPointVersion,
> = Prettify<SmartAccount<ReferenceAccountImplementation<version>>>

export type ToReferenceAccountReturnType<
  version extends PolicyEntryPointVersion = PolicyEntryPointVersion,
> = ReferenceAccount<version>

export type ToReferenceAccountErrorType = OwnerCannotSignHashErrorType

/**
 * Creates the owner's view of a reference account: the owner's own key signs its
 * operations, and may do everything.
 *
 * @param parameters - {@link ToReferenceAccountParameters}
 * @returns Smart account. {@link ToReferenceAccountReturnType}
 *
 * @example
 * import { toReferenceAccount } from 'mandate'
 *
 * const account = await toReferenceAccount({
 *   client,
 *   factory: '0x…',
 *   owner: privateKeyToAccount('0x…'),
 * })
 */
export async function toReferenceAccount<
  version extends PolicyEntryPointVersion = '0.7',
>(
  parameters: ToReferenceAccountParameters<version>,
): Promise<ToReferenceAccountReturnType<version>> {
  const { client, factory, owner, salt = zeroHash } = parameters

  const entryPoint = getEntryPoint(parameters.entryPoint ?? '0.7')
  const address =
    parameters.address ??
    (await getAction(
      client,
      readContract,
      'readContract',
    )({
      abi: factoryAbi,
      address: factory as Address,
      args: [owner.address, salt],
      functionName: 'predictAccount',
    }))

  return toSmartAccount({
    client,
    entryPoint,
    extend: { owner },
    // One lane, unless a call names another. viem's default is a new one each
    // time. Warning: an upper 20 bytes of a validator's address would lead there.
    nonceKeyManager: {
      consume: async () => 0,
      get: async () => 0,
      increment() {},
      reset() {},
    },

    async decodeCalls(callData) {
      return decodeExecute(callData)
    },

    async encodeCalls(calls) {
      return encodeExecute(calls)
    },

    async getAddress() {
      return address
    },

    async getFactoryArgs() {
      if (!factory) return { factory: undefined, factoryData: undefined }
      return {
        factory,
        factoryData: encodeFunctionData({
          abi: factoryAbi,
          args: [owner.address, salt],
          functionName: 'createAccount',
        }),
      }
    },

    async getStubSignature() {
      return stubSignature
    },

    // Signatures of messages are nested (ERC-7739), so that none is valid for
    // another account of the same owner.
    async signMessage({ message }) {
      return signMessage(client, {
        account: owner,
        factory,
        factoryData: (await this.getFactoryArgs()).factoryData,
        message,
        verifier: address,
      })
    },

    async signTypedData(typedData) {
      const signature = await signTypedData(client, {
        ...typedData,
        account: owner,
        factory,
        factoryData: (await this.getFactoryArgs()).factoryData,
        verifier: address,
      } as never)
      // viem describes the type as if it stood first among the sorted ones.
      const description = stringToHex(
        describeContents(typedData as DescribeContentsParameters),
      )
      const length = hexToNumber(slice(signature, -2))
      return concatHex([
        slice(signature, 0, size(signature) - 2 - length),
        description,
        numberToHex(size(description), { size: 2 }),
      ])
    },

    async signUserOperation(parameters) {
      if (!owner.sign)
        throw new OwnerCannotSignHashError({ owner: owner.address })

      const {
        chainId = client.chain?.id ??
          (await getAction(client, getChainId, 'getChainId')({})),
        ...userOperation
      } = parameters
      return owner.sign({
        hash: getUserOperationHash({
          chainId,
          entryPointAddress: entryPoint.address,
          entryPointVersion: entryPoint.version,
          userOperation: { ...userOperation, sender: address } as UserOperation,
        }),
      })
    },
  }) as unknown as ToReferenceAccountReturnType<version>
}
