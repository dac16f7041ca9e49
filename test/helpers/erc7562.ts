import { getAddress } from 'viem'

type Step = {
  depth: number
  op: string
  stack: readonly string[]
}

type Frame = {
  /** Account whose storage the frame reads and writes. */
  storage: bigint
  /** Where in memory the account stands as a word, as MSTORE has put it there. */
  senders: Set<bigint>
}

/** How a node is asked. */
export type Request = (
  method: string,
  params: readonly unknown[],
) => Promise<unknown>

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
export const associatedSlots = 128n
/** Those that every bundler takes for a precompile. */
export const lastPrecompile = 9n

const toWord = (word: string | undefined): bigint =>
  BigInt(word === undefined ? 0 : word.startsWith('0x') ? word : `0x${word}`)

/** Where the opcode finds where it writes to memory, and how many bytes. */
const writes: Readonly<Record<string, readonly [number, number | bigint]>> = {
  MSTORE: [0, 32n],
  MSTORE8: [0, 1n],
  CALLDATACOPY: [0, 2],
  CODECOPY: [0, 2],
  MCOPY: [0, 2],
  RETURNDATACOPY: [0, 2],
  EXTCODECOPY: [1, 3],
  CALL: [5, 6],
  CALLCODE: [5, 6],
  DELEGATECALL: [4, 5],
  STATICCALL: [4, 5],
}

/** Keeps account of where the account stands in memory. */
function write({ senders }: Frame, { op, stack }: Step, sender: bigint) {
  const [position, size] = writes[op] ?? []
  if (position === undefined || size === undefined) return
  const start = toWord(stack.at(-1 - position))
  const length = typeof size === 'bigint' ? size : toWord(stack.at(-1 - size))
  for (const offset of senders)
    if (length > 0n && offset + 32n > start && offset < start + length)
      senders.delete(offset)
  if (op === 'MSTORE' && toWord(stack.at(-2)) === sender) senders.add(start)
}

export class ValidationRevertedError extends Error {
  constructor(data: string) {
    super(`The validation reverts: ${data}`)
  }
}

/**
 * Runs a call of an account's `validateUserOp` from its EntryPoint, and holds
 * it to the rules of ERC-7562 for an account without a stake.
 *
 * An associated slot is told as bundlers tell it: by the preimages of the
 * hashes that the trace has seen. Which of them begin with the account is told
 * by what MSTORE has written: a trace with its memory takes ten times as long.
 */
export async function traceValidation({
  account,
  block = 'latest',
  data,
  entryPoint,
  request,
}: {
  account: string
  /** Block behind which it runs. */
  block?: string
  data: string
  entryPoint: string
  request: Request
}): Promise<Validation> {
  const { failed, returnValue, structLogs } = (await request(
    'debug_traceCall',
    [
      { from: entryPoint, to: account, data, gas: '0x1000000' },
      block,
      { disableMemory: true, disableStorage: true },
    ],
  )) as { failed: boolean; returnValue: string; structLogs: readonly Step[] }
  if (failed) throw new ValidationRevertedError(returnValue)
  if (structLogs.length === 0) throw new Error('The trace has no steps.')

  const sender = BigInt(account)
  const free = new Set([sender, BigInt(entryPoint)])
  const violations: string[] = []
  const slots = new Set<string>()
  const called = new Set<bigint>()
  const inspected = new Set<bigint>()
  const touched = new Set<bigint>()
  const hashes: bigint[] = []
  const frames: Frame[] = [{ storage: sender, senders: new Set() }]
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
      if (length > 20n && length < 512n && frame.senders.has(offset))
        hashes.push(toWord(next?.stack.at(-1)))
    }
    write(frame, step, sender)

    // An account's own is free, and what the EntryPoint does its own affair.
    if (accesses.has(op) && !free.has(frame.storage)) {
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
      // The account pays it, and asks it nothing.
      if (target === BigInt(entryPoint) && (!sends || peek(2) === 0n))
        violations.push('OP-054 call of the EntryPoint')
      if (frame.storage !== sender) called.add(target)
      if (target === 0n || target > lastPrecompile) touched.add(target)
      frames.push({
        storage: op === 'DELEGATECALL' ? frame.storage : target,
        senders: new Set(),
      })
    }
    // Forbidden as it is; what it runs has no storage of the account.
    if (op === 'CREATE' || op === 'CREATE2')
      frames.push({ storage: -1n, senders: new Set() })
  }
  for (const target of touched) {
    const address = getAddress(`0x${target.toString(16).padStart(40, '0')}`)
    if ((await request('eth_getCode', [address, block])) === '0x')
      violations.push(`OP-041 ${address}`)
  }
  return { violations, slots, called, inspected, steps: structLogs.length }
}
