import { AbiCoder, Interface, type SigningKey, TypedDataEncoder } from 'ethers'
import { concatHex, type Hex, toHex } from 'viem'

export type Call = { to: string; value?: bigint; data?: string }

/** First and last second, in Unix seconds, that the agent signs. */
export type Window = {
  validAfter: number | bigint
  validUntil: number | bigint
}

export type Gas = {
  verificationGasLimit: bigint
  callGasLimit: bigint
  preVerificationGas: bigint
  maxFeePerGas: bigint
  maxPriorityFeePerGas: bigint
}

/** A UserOperation as the EntryPoint takes it. */
export type Operation = {
  sender: string
  nonce: bigint
  initCode: Hex
  callData: Hex
  accountGasLimits: Hex
  preVerificationGas: bigint
  gasFees: Hex
  paymasterAndData: Hex
  signature: Hex
}

export const modes = {
  single: toHex(0, { size: 32 }),
  batch: `0x01${'00'.repeat(31)}` as Hex,
} as const

const account = new Interface([
  'function execute(bytes32 mode, bytes executionCalldata)',
])
const coder = AbiCoder.defaultAbiCoder()

/** `execute` of ERC-7579 with any mode and any execution calldata. */
export function encodeExecute(mode: Hex, executionCalldata: Hex): Hex {
  return account.encodeFunctionData('execute', [mode, executionCalldata]) as Hex
}

export function packCall({ data = '0x', to, value = 0n }: Call): Hex {
  return concatHex([to as Hex, toHex(value, { size: 32 }), data as Hex])
}

export function encodeBatch(calls: readonly Call[]): Hex {
  return coder.encode(
    ['tuple(address, uint256, bytes)[]'],
    [calls.map(({ data = '0x', to, value = 0n }) => [to, value, data])],
  ) as Hex
}

/** One call as a single execution, any other number of them as a batch. */
export function encodeCalls(calls: readonly Call[]): Hex {
  const [call] = calls
  return call && calls.length === 1
    ? encodeExecute(modes.single, packCall(call))
    : encodeExecute(modes.batch, encodeBatch(calls))
}

/** Calldata of a selector and whole words. */
export function encodeArguments(selector: string, words: readonly Hex[]): Hex {
  return concatHex([selector as Hex, ...words])
}

/** Two integers of 16 bytes each. */
export function packPair(high: bigint, low: bigint): Hex {
  return concatHex([toHex(high, { size: 16 }), toHex(low, { size: 16 })])
}

export function packPaymaster(
  paymaster: string,
  verificationGasLimit: bigint,
  postOpGasLimit: bigint,
): Hex {
  return concatHex([
    paymaster as Hex,
    packPair(verificationGasLimit, postOpGasLimit),
  ])
}

/** Most that the operation can cost, in wei, as ERC-4337 has it. */
export function getPrefund(operation: Operation): bigint {
  const read = (bytes: Hex, start: number) =>
    BigInt(`0x${bytes.slice(2 + 2 * start, 2 + 2 * (start + 16)) || 0}`)
  const paymasterGas =
    operation.paymasterAndData === '0x'
      ? 0n
      : read(operation.paymasterAndData, 20) +
        read(operation.paymasterAndData, 36)
  const gas =
    read(operation.accountGasLimits, 0) +
    read(operation.accountGasLimits, 16) +
    operation.preVerificationGas +
    paymasterGas
  return gas * read(operation.gasFees, 16)
}

export type WindowDomain = { chainId: bigint; validator: string }

/** Hash that the agent signs: EIP-712, of the module's own domain. */
export function hashWindow(
  { chainId, validator }: WindowDomain,
  userOpHash: string,
  { validAfter, validUntil }: Window,
): string {
  return TypedDataEncoder.hash(
    {
      name: 'PolicyValidator',
      version: '1',
      chainId,
      verifyingContract: validator,
    },
    {
      UserOperationWindow: [
        { name: 'userOpHash', type: 'bytes32' },
        { name: 'validAfter', type: 'uint48' },
        { name: 'validUntil', type: 'uint48' },
      ],
    },
    { userOpHash, validAfter, validUntil },
  )
}

/** `agent ‖ validAfter ‖ validUntil`, before the 64 bytes of the signature. */
export function encodeWindow(
  agent: string,
  { validAfter, validUntil }: Window,
): Hex {
  return concatHex([
    agent as Hex,
    toHex(validAfter, { size: 6 }),
    toHex(validUntil, { size: 6 }),
  ])
}

export function signHash(key: SigningKey, hash: string): Hex {
  return key.sign(hash).compactSerialized as Hex
}
