import { AbiCoder, keccak256 } from 'ethers'
import { concatHex, type Hex, pad, toHex } from 'viem'

/** What a meter counts, and for whom. */
export type MeterParts = {
  /** As a limit has it: bit 0 for all agents, bit 1 for a group. */
  scope?: number
  kind: number
  length?: number
  anchor?: number
  /** 0 where the scope is the account. */
  agentNumber: number
  /** First 16 bytes of the hash of the group's name. */
  group?: Hex
  assetKind: number
  asset: string
  id?: bigint
}

/** Key of a meter, as `docs/policy-format.md` has it. */
export function getMeterId({
  agentNumber,
  anchor = 0,
  asset,
  assetKind,
  group = '0x',
  id = 0n,
  kind,
  length = 0,
  scope = 0,
}: MeterParts): Hex {
  const window = concatHex([
    toHex(scope, { size: 1 }),
    toHex(kind, { size: 1 }),
    toHex(length, { size: 4 }),
    toHex(anchor, { size: 6 }),
    toHex(agentNumber, { size: 2 }),
  ])
  const kindAndAddress = concatHex([
    toHex(assetKind, { size: 1 }),
    asset as Hex,
  ])
  return keccak256(
    concatHex([
      pad(window),
      pad(group, { dir: 'right', size: 32 }),
      pad(kindAndAddress),
      toHex(id, { size: 32 }),
    ]),
  ) as Hex
}

/** `period(128) ‖ amount(128)`. */
export function toCharge(period: number | bigint, amount: bigint): bigint {
  return (BigInt(period) << 128n) | amount
}

/** Slot of a value that mappings keep under these keys, outermost first. */
export function getMappedSlot(slot: bigint, keys: readonly Hex[]): Hex {
  const coder = AbiCoder.defaultAbiCoder()
  return keys.reduce<string>(
    (parent, key) =>
      keccak256(coder.encode(['bytes32', 'bytes32'], [pad(key), parent])),
    toHex(slot, { size: 32 }),
  ) as Hex
}
