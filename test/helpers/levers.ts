import type { TypedDataField, Wallet } from 'ethers'
import { TypedDataEncoder } from 'ethers'
import {
  concatHex,
  type Hex,
  size,
  stringToHex,
  toHex,
  zeroAddress,
  zeroHash,
} from 'viem'

import type { Bench } from './bench.ts'
import { hour, noon } from './time.ts'

/** One limit, as the owner is shown it. Numbers are those of the policy format. */
export type Cap = {
  assetKind: bigint
  asset: string
  id: bigint
  amount: bigint
  action: bigint
  period: bigint
  length: bigint
  anchor: bigint
  scope: bigint
  /** 16 bytes. */
  group: string
}

/** A cap on the native asset, by the one agent, that denies. */
export function toCap(cap: Partial<Cap>): Cap {
  return {
    assetKind: 1n,
    asset: zeroAddress,
    id: 0n,
    amount: 0n,
    action: 0n,
    period: 4n,
    length: 0n,
    anchor: 0n,
    scope: 0n,
    group: `0x${'00'.repeat(16)}`,
    ...cap,
  }
}

/** An act of the owner, as she signs it. */
export type Lever = {
  action: string
  account: string
  agent: string
  newAgent: string
  policyHash: Hex
  version: bigint
  /** Unix seconds. */
  expires: bigint
  caps: readonly Cap[]
  /** Unix seconds. */
  deadline: bigint
}

type Types = Record<string, TypedDataField[]>

const toFields = (fields: string): TypedDataField[] =>
  fields.split(',').map((field) => {
    const [type = '', name = ''] = field.trim().split(' ')
    return { type, name }
  })

/** The typed data of a lever and of a freeze, written out once more. */
export const leverTypes: Types = {
  Lever: toFields(
    'string action, address account, address agent, address newAgent, bytes32 policyHash, uint256 version, uint256 expires, LeverCap[] caps, uint256 deadline',
  ),
  LeverCap: toFields(
    'uint256 assetKind, address asset, uint256 id, uint256 amount, uint256 action, uint256 period, uint256 length, uint256 anchor, uint256 scope, bytes16 group',
  ),
}
export const freezeTypes: Types = {
  Freeze: toFields('address account, address agent, uint256 version'),
}

export type Domain = {
  name: string
  version: string
  chainId: bigint
  verifyingContract: string
}

export function toDomain({ chainId, validator }: Bench): Domain {
  return {
    name: 'PolicyValidator',
    version: '1',
    chainId,
    verifyingContract: String(validator.target),
  }
}

/** A lever of the bench's account and agent that does nothing yet. */
export function toLever(
  { account, agent }: Bench,
  action: string,
  lever: Partial<Lever> = {},
): Lever {
  return {
    action,
    account: String(account.target),
    agent: agent.address,
    newAgent: zeroAddress,
    policyHash: zeroHash,
    version: 1n,
    expires: 0n,
    caps: [],
    deadline: BigInt(noon + hour),
    ...lever,
  }
}

/**
 * Signs typed data for an account that nests it as ERC-7739 has it, so that the
 * signature is for this account alone.
 */
export async function signNested(
  signer: Wallet,
  account: { target: unknown },
  { chainId }: Bench,
  {
    domain,
    message,
    types,
  }: { domain: Domain; types: Types; message: Record<string, unknown> },
): Promise<Hex> {
  const [primaryType = ''] = Object.keys(types)
  const signature = await signer.signTypedData(
    domain,
    {
      ...types,
      TypedDataSign: toFields(
        `${primaryType} contents, string name, string version, uint256 chainId, address verifyingContract, bytes32 salt`,
      ),
    },
    {
      contents: message,
      name: 'ReferenceAccount',
      version: '1',
      chainId,
      verifyingContract: account.target,
      salt: zeroHash,
    },
  )
  // The types as EIP-712 sorts them behind that of the account; then the name of
  // the one that is signed, unless it is the first.
  const encoder = TypedDataEncoder.from(types)
  const names = Object.keys(types).toSorted()
  const description = stringToHex(
    names
      .map((name) => encoder.encodeType(name).replace(/\).*$/, ')'))
      .join('') + (names[0] === primaryType ? '' : primaryType),
  )
  return concatHex([
    signature as Hex,
    TypedDataEncoder.hashDomain(domain) as Hex,
    encoder.hashStruct(primaryType, message) as Hex,
    description,
    toHex(size(description), { size: 2 }),
  ])
}

/** The owner's signature of a lever, for the account that it names. */
export function signLever(
  bench: Bench,
  lever: Lever,
  {
    account = { target: lever.account },
    domain = toDomain(bench),
    signer = bench.owner,
  }: { account?: { target: unknown }; domain?: Domain; signer?: Wallet } = {},
): Promise<Hex> {
  return signNested(signer, account, bench, {
    domain,
    message: lever,
    types: leverTypes,
  })
}

export type Freeze = { account: string; agent: string; version: bigint }

/** A freeze as a key signs it that has no account around it. */
export async function signFreeze(
  bench: Bench,
  signer: Wallet,
  freeze: Freeze,
  domain: Domain = toDomain(bench),
): Promise<Hex> {
  return (await signer.signTypedData(domain, freezeTypes, freeze)) as Hex
}
