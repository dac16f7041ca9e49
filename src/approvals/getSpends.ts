import {
  type Address,
  type Hex,
  hexToBigInt,
  isAddressEqual,
  slice,
} from 'viem'

import type { GetPolicyReturnType } from '../actions/read/getPolicy.ts'
import { decodeSet } from '../policy/format/decodeSet.ts'
import type {
  PolicyData,
  PolicyPlainRule,
  PolicyRule,
} from '../policy/format/types.ts'
import type { ApprovalRequest } from '../types/approval.ts'
import { addHeld } from './addHeld.ts'
import type { HeldAmount } from './approvalRecord.ts'

type Policy = Pick<NonNullable<GetPolicyReturnType>, 'data' | 'sets'>
type RequestCall = ApprovalRequest['calls'][number]

export type GetSpendsParameters = {
  calls: ApprovalRequest['calls']
  /** Policy of the agent, as `getPolicy` returns it. */
  policy: Policy
}

/**
 * Reads from a policy what calls would spend of each asset, for a request to hold:
 * the native value, what the rules of the calls say is an amount, and one
 * operation where the policy counts them. Gas is not among it.
 *
 * It decides nothing: whether the policy permits the calls, the chain alone says.
 *
 * @param parameters - {@link GetSpendsParameters}
 * @returns Amounts, one an asset
 */
export function getSpends(
  parameters: GetSpendsParameters,
): readonly HeldAmount[] {
  const { calls, policy } = parameters
  const { assets } = policy.data

  const native = assets.find(({ kind }) => kind === 'native')
  const operations = assets.find(({ kind }) => kind === 'operations')
  const spends = calls.flatMap((call): HeldAmount[] => {
    const value = BigInt(call.value)
    const rule = findRule(policy, call)
    return [
      ...(native && value > 0n ? [{ amount: value, asset: native }] : []),
      ...(rule?.spends ?? []).flatMap(({ asset: index, word }) => {
        const asset = assets[index]
        const amount = word === undefined ? 1n : readWord(call.data, word)
        return asset && amount ? [{ amount, asset }] : []
      }),
    ]
  })
  return addHeld([
    ...spends,
    ...(operations ? [{ amount: 1n, asset: operations }] : []),
  ])
}

/** Finds what the validator looks at for a call, in the order in which it looks. */
function findRule(
  policy: Policy,
  call: RequestCall,
): PolicyPlainRule | undefined {
  const { permissions, setPermissions } = policy.data
  const isTransfer = call.data === '0x'
  const fits = ({ kind, selector }: { kind: string; selector: Hex }) =>
    isTransfer
      ? kind === 'transfer'
      : kind === 'call' &&
        call.data.slice(0, 10).toLowerCase() === selector.toLowerCase()

  const exact = permissions.find(
    (permission) =>
      fits(permission) && isAddressEqual(permission.target, call.to),
  )
  const permission =
    exact ??
    setPermissions.find(
      (permission) =>
        fits(permission) &&
        (permission.set === undefined ||
          contains(policy, permission.set, call.to) !== permission.except),
    )
  return permission && choose(permission.rule, call.data)
}

function choose(rule: PolicyRule, data: Hex): PolicyPlainRule | undefined {
  if (rule.type === 'plain') return rule
  const word = readWord(data, rule.word)
  return rule.alternatives.find(({ value }) => hexToBigInt(value) === word)
    ?.rule
}

function contains(policy: Policy, index: number, address: Address): boolean {
  return getAddresses(policy.data, policy, index).some((element) =>
    isAddressEqual(element, address),
  )
}

function getAddresses(
  data: PolicyData,
  { sets }: Pick<Policy, 'sets'>,
  index: number,
): readonly Address[] {
  const named = data.sets[index]
  if (!named) return []
  const blob =
    'blobHash' in named
      ? sets.find(({ hash }) => hash === named.blobHash)
      : undefined
  const set = blob ? decodeSet(blob.bytes) : named
  return set.kind === 'addresses' ? set.addresses : []
}

/** Word of the arguments; nothing where the calldata is too short for it. */
function readWord(data: Hex, word: number): bigint | undefined {
  const start = 4 + 32 * word
  if (data.length < 2 + 2 * (start + 32)) return undefined
  return hexToBigInt(slice(data, start, start + 32))
}
