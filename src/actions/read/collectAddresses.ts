import { type Address, getAddress, type Hex, slice } from 'viem'

import { tokenCalls } from '../../policy/format/tokenCalls.ts'
import type {
  PolicyView,
  ViewAsset,
  ViewRule,
  ViewTarget,
} from '../../policy/view/policyView.ts'

/** An address that a policy names. */
export type NamedAddress = {
  address: Address
  name: string
  /** Place in the document that names it first. */
  path: string
}

export type CollectAddressesReturnType = {
  /** Tokens and collections. */
  assets: readonly ViewAsset[]
  paymasters: readonly NamedAddress[]
  /** Who may be approved. */
  spenders: readonly NamedAddress[]
  /** What is called, tokens of the policy aside. */
  targets: readonly NamedAddress[]
}

/**
 * Collects the addresses that a policy names, each once. Members of sets that are
 * known by their ids alone are not among them.
 *
 * @param view - The policy
 */
export function collectAddresses(view: PolicyView): CollectAddressesReturnType {
  const seen = new Map<string, ViewAsset>()
  for (const { asset } of view.limits)
    if (BigInt(asset.address) !== 0n) seen.set(asset.key, asset)
  const assets = [...seen.values()]
  const tokens = new Set(assets.map(({ address }) => address.toLowerCase()))

  const name = (word: Hex, path: string): NamedAddress => {
    const address = getAddress(slice(word, word.length === 66 ? 12 : 0))
    return { address, name: view.getName(address), path }
  }
  const spenders = view.permissions.flatMap(({ rules, selector }) =>
    rules
      .filter(() => selector === tokenCalls.approve.selector)
      .flatMap((rule) =>
        getSpenders(rule).map((word) => name(word, rule.path)),
      ),
  )
  const targets = view.permissions.flatMap(({ kind, rules, target }) => {
    const path = `${rules[0]?.path ?? 'permissions'}.call`
    return kind === 'transfer'
      ? []
      : getTargets(target).map((word) => name(word, path))
  })
  return {
    assets,
    paymasters: getOnce(
      (view.paymasters?.elements ?? []).map((word) =>
        name(word, 'gas.paymasters'),
      ),
    ),
    spenders: getOnce(spenders),
    targets: getOnce(targets).filter(
      ({ address }) => !tokens.has(address.toLowerCase()),
    ),
  }
}

function getSpenders({ conditions }: ViewRule): readonly Hex[] {
  return conditions.flatMap((condition) =>
    condition.op === 'equal' && condition.word === 0 ? [condition.value] : [],
  )
}

function getTargets(target: ViewTarget): readonly Hex[] {
  if (target.type === 'one') return [target.address]
  return target.type === 'set' && !target.except
    ? (target.set.elements ?? [])
    : []
}

function getOnce(list: readonly NamedAddress[]): readonly NamedAddress[] {
  return [
    ...new Map([...list].reverse().map((one) => [one.address, one])).values(),
  ].reverse()
}
