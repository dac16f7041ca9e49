import { type Hex, keccak256 } from 'viem'

import { ethers } from './network.ts'

type Step = {
  depth: number
  memory?: readonly string[] | null
  op: string
  stack: readonly string[]
}

type Frame = {
  /** Account whose storage the frame reads and writes. */
  storage: bigint
  /** Contract whose code the frame runs. */
  code: bigint
}

/** What a validation did that ERC-7562 has a say on. */
export type Validation = {
  /** Every rule that it breaks; none where it obeys. */
  violations: readonly string[]
  /** Slots of other contracts than the account, by opcode. */
  slots: ReadonlySet<string>
  /** Addresses that contracts other than the account have called. */
  called: ReadonlySet<bigint>
  /** Addresses whose code was looked at. */
  inspected: ReadonlySet<bigint>
  steps: number
}

/** OP-011 and OP-080; and OP-013 for what is no opcode. */
const banned = new Set([
  'ORIGIN',
  'GASPRICE',
  'BLOCKHASH',
  'COINBASE',
  'TIMESTAMP',
  'NUMBER',
  'DIFFICULTY',
  'PREVRANDAO',
  'GASLIMIT',
  'BASEFEE',
  'BLOBHASH',
  'BLOBBASEFEE',
  'CREATE',
  'CREATE2',
  'INVALID',
  'SELFDESTRUCT',
  'BALANCE',
  'SELFBALANCE',
])
const calls = new Set(['CALL', 'CALLCODE', 'DELEGATECALL', 'STATICCALL'])
const inspections = new Set(['EXTCODECOPY', 'EXTCODEHASH', 'EXTCODESIZE'])
const accesses = new Set(['SLOAD', 'SSTORE', 'TLOAD', 'TSTORE'])

const addressMask = 2n ** 160n - 1n
/** Bundlers accept the slots from a hash on, up to this many. */
const associatedSlots = 128n
/** Those that every bundler takes for a precompile. */
const lastPrecompile = 9n

const toWord = (word: string | undefined): bigint =>
  BigInt(word === undefined ? 0 : word.startsWith('0x') ? word : `0x${word}`)

/** What a step reads from memory. */
function readMemory({ memory }: Step, offset: bigint, length: bigint): Hex {
  const bytes = (memory ?? [])
    .map((word) => word.replace('0x', ''))
    .join('')
    .slice(Number(offset) * 2, Number(offset + length) * 2)
  return `0x${bytes.padEnd(Number(length) * 2, '0')}`
}

/**
 * Runs a call of an account's `validateUserOp` from its EntryPoint, and holds
 * it to the rules of ERC-7562 for an account without a stake.
 *
 * An associated slot is told as bundlers tell it: by the preimages of the
 * hashes that the trace has seen.
 */
export async function traceValidation({
  account,
  data,
  entryPoint,
}: {
  account: string
  data: string
  entryPoint: string
}): Promise<Validation> {
  const { failed, returnValue, structLogs } = (await ethers.provider.send(
    'debug_traceCall',
    [
      { from: entryPoint, to: account, data, gas: '0x1000000' },
      'latest',
      { enableMemory: true, disableMemory: false, disableStorage: true },
    ],
  )) as { failed: boolean; returnValue: string; structLogs: readonly Step[] }
  if (failed) throw new Error(`The validation reverts: ${returnValue}`)

  const sender = BigInt(account)
  const violations: string[] = []
  const slots = new Set<string>()
  const called = new Set<bigint>()
  const inspected = new Set<bigint>()
  const touched = new Set<bigint>()
  const hashes: bigint[] = []
  const frames: Frame[] = [{ storage: sender, code: sender }]
  const firstDepth = structLogs[0]?.depth ?? 1

  for (const [index, step] of structLogs.entries()) {
    const { op, stack } = step
    frames.length = step.depth - firstDepth + 1
    const frame = frames.at(-1)
    if (!frame) throw new Error('The trace has a step without a frame.')
    const peek = (position: number) => toWord(stack.at(-1 - position))
    const next = structLogs[index + 1]

    if (banned.has(op)) violations.push(`OP-011 ${op}`)
    if (op === 'GAS' && !calls.has(next?.op ?? ''))
      violations.push('OP-012 GAS')

    if (op === 'KECCAK256' || op === 'SHA3') {
      const [offset, length] = [peek(0), peek(1)]
      if (length > 20n && length < 512n) {
        const preimage = readMemory(step, offset, length)
        if (toWord(preimage.slice(0, 66)) === sender)
          hashes.push(BigInt(keccak256(preimage)))
      }
    }

    if (accesses.has(op) && frame.storage !== sender) {
      const slot = peek(0)
      slots.add(`${op} ${slot}`)
      const associated =
        slot === sender ||
        hashes.some((hash) => slot >= hash && slot < hash + associatedSlots)
      if (!associated) violations.push(`STO-021 ${op} ${slot.toString(16)}`)
    }

    if (inspections.has(op)) {
      const target = peek(0) & addressMask
      inspected.add(target)
      touched.add(target)
    }

    if (calls.has(op)) {
      const target = peek(1) & addressMask
      const sends = op === 'CALL' || op === 'CALLCODE'
      if (sends && peek(2) !== 0n && target !== BigInt(entryPoint))
        violations.push('OP-061 value')
      if (frame.storage !== sender) called.add(target)
      if (target === 0n || target > lastPrecompile) touched.add(target)
      frames.push({
        storage: op === 'DELEGATECALL' ? frame.storage : target,
        code: target,
      })
    }
  }
  for (const target of touched) {
    const address = ethers.getAddress(
      `0x${target.toString(16).padStart(40, '0')}`,
    )
    if ((await ethers.provider.getCode(address)) === '0x')
      violations.push(`OP-041 ${address}`)
  }
  return { violations, slots, called, inspected, steps: structLogs.length }
}
