import { getAddress, type Hex, keccak256, size } from 'viem'

import {
  associatedSlots,
  lastPrecompile,
  type Request,
  type Validation,
} from './erc7562.ts'

/** A call, as the chain's own `erc7562Tracer` reports it. */
export type Frame = {
  type: string
  from: Hex
  to?: Hex
  input: Hex
  output?: Hex
  value?: Hex
  /** Only where the call reverts. */
  error?: string
  outOfGas: boolean
  accessedSlots: {
    reads: Readonly<Record<Hex, unknown>>
    writes: Readonly<Record<Hex, unknown>>
    transientReads: Readonly<Record<Hex, unknown>>
    transientWrites: Readonly<Record<Hex, unknown>>
  }
  /** Addresses whose code was looked at. */
  extCodeAccessInfo: readonly Hex[]
  /** How often each opcode was run. */
  usedOpcodes: Readonly<Record<Hex, number>>
  /** What was hashed. */
  keccak?: readonly Hex[]
  calls?: readonly Frame[]
}

const opcodes = {
  gas: '0x5a',
  calls: ['0xf1', '0xf2', '0xf4', '0xfa'],
} as const
/** OP-011 and OP-080. */
const banned: Readonly<Record<number, string>> = {
  49: 'BALANCE',
  50: 'ORIGIN',
  58: 'GASPRICE',
  64: 'BLOCKHASH',
  65: 'COINBASE',
  66: 'TIMESTAMP',
  67: 'NUMBER',
  68: 'PREVRANDAO',
  69: 'GASLIMIT',
  71: 'SELFBALANCE',
  72: 'BASEFEE',
  73: 'BLOBHASH',
  74: 'BLOBBASEFEE',
  240: 'CREATE',
  245: 'CREATE2',
  254: 'INVALID',
  255: 'SELFDESTRUCT',
}
/** First and last opcode of each run of those that a chain of today has. */
const assigned = [
  [0x00, 0x0b],
  [0x10, 0x1d],
  [0x20, 0x20],
  [0x30, 0x4a],
  [0x50, 0xa4],
  [0xf0, 0xf5],
  [0xfa, 0xfa],
  [0xfd, 0xff],
] as const

/** `depositTo`, which is all that an account may call of an EntryPoint. */
const depositTo = '0xb760faf9'
const accesses = {
  reads: 'SLOAD',
  transientReads: 'TLOAD',
  transientWrites: 'TSTORE',
  writes: 'SSTORE',
} as const

const listAll = (frame: Frame): readonly Frame[] => [
  frame,
  ...(frame.calls ?? []).flatMap(listAll),
]

/** Hashes of which a preimage begins with the account. */
function listHashes(frame: Frame, account: bigint): readonly bigint[] {
  const word = `0x${account.toString(16).padStart(64, '0')}`
  return listAll(frame)
    .flatMap(({ keccak }) => keccak ?? [])
    .filter((preimage) => preimage.startsWith(word) && size(preimage) < 512)
    .map((preimage) => BigInt(keccak256(preimage)))
}

function listOpcodeViolations({ usedOpcodes }: Frame): readonly string[] {
  const count = (opcode: Hex) => usedOpcodes[opcode] ?? 0
  const calls = opcodes.calls.reduce((sum, call) => sum + count(call), 0)
  return [
    ...Object.keys(usedOpcodes).flatMap((key) => {
      const opcode = Number(key)
      if (banned[opcode]) return [`OP-011 ${banned[opcode]}`]
      return assigned.some(([first, last]) => opcode >= first && opcode <= last)
        ? []
        : [`OP-013 ${key}`]
    }),
    // The tracer says how often GAS was run, not what stood behind it.
    ...(count(opcodes.gas) > calls ? ['OP-012 GAS'] : []),
  ]
}

/**
 * Holds an account's `validateUserOp` to the rules of ERC-7562 for an account
 * without a stake, also where it reverts.
 */
export async function readValidation(
  request: Request,
  validation: Frame,
): Promise<Omit<Validation, 'steps'>> {
  const account = BigInt(validation.to ?? 0)
  const entryPoint = BigInt(validation.from)
  const hashes = listHashes(validation, account)
  const violations: string[] = []
  const slots = new Set<string>()
  const called = new Set<bigint>()
  const inspected = new Set<bigint>()
  const touched = new Set<bigint>()

  function visit(frame: Frame, storage: bigint) {
    violations.push(...listOpcodeViolations(frame))
    if (frame.outOfGas && validation.error === undefined)
      violations.push('OP-020 out of gas')

    for (const [kind, op] of Object.entries(accesses))
      for (const key of Object.keys(
        frame.accessedSlots[kind as keyof typeof accesses],
      )) {
        if (storage === account) continue
        const slot = BigInt(key)
        slots.add(`${op} ${slot}`)
        const associated =
          slot === account ||
          hashes.some((hash) => slot >= hash && slot < hash + associatedSlots)
        if (!associated) violations.push(`STO-021 ${op} ${slot.toString(16)}`)
      }

    for (const address of frame.extCodeAccessInfo) {
      inspected.add(BigInt(address))
      touched.add(BigInt(address))
    }

    for (const call of frame.calls ?? []) {
      const target = BigInt(call.to ?? 0)
      const value = BigInt(call.value ?? 0)
      const sends = call.type === 'CALL' || call.type === 'CALLCODE'
      if (storage !== account) called.add(target)
      if (target === entryPoint) {
        // The account pays for itself; whatever the EntryPoint does then is its own.
        const pays = call.input === '0x' || call.input.startsWith(depositTo)
        if (!pays || value === 0n)
          violations.push('OP-054 call of the EntryPoint')
        continue
      }
      if (sends && value !== 0n) violations.push('OP-061 value')
      // What is created is forbidden as it is, with code or without.
      const created = call.type.startsWith('CREATE')
      if (!created && (target === 0n || target > lastPrecompile))
        touched.add(target)
      const inPlace = call.type === 'DELEGATECALL' || call.type === 'CALLCODE'
      visit(call, inPlace ? storage : target)
    }
  }
  visit(validation, account)
  for (const target of touched) {
    const address = getAddress(`0x${target.toString(16).padStart(40, '0')}`)
    if ((await request('eth_getCode', [address, 'latest'])) === '0x')
      violations.push(`OP-041 ${address}`)
  }
  return { called, inspected, slots, violations }
}

const handleOps = ['0x765e827f', '0xdbed18e0'] as const
const validateUserOp = '0x19822f7c'

/** The validations that EntryPoints have asked for in a transaction. */
export function listValidations(transaction: Frame): readonly Frame[] {
  return listAll(transaction)
    .filter(({ input }) => handleOps.some((bundle) => input.startsWith(bundle)))
    .flatMap(({ calls, to }) =>
      (calls ?? []).filter(
        (call) => call.from === to && call.input.startsWith(validateUserOp),
      ),
    )
}
