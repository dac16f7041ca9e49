import { conditionOps } from '../../../src/constants/conditionOps.ts'
import {
  actions,
  assetKinds,
  callKinds,
  periodKinds,
  setKinds,
  tiers,
} from '../../../src/policy/format/constants.ts'
import { decodePolicy } from '../../../src/policy/format/decodePolicy.ts'
import type {
  PolicyPlainRule,
  PolicyRule,
} from '../../../src/policy/format/types.ts'

const name = (kind: string, names: readonly (string | undefined)[]) =>
  names.flatMap((known) => (known === undefined ? [] : [`${kind} ${known}`]))

/**
 * Everything that a policy of this format may consist of. One that is executed
 * through `executeUserOp` needs another account: `validator/erc7562.test.ts`.
 */
export const everyKind: readonly string[] = [
  ...name('asset', assetKinds),
  ...name('limit', periodKinds),
  ...name('action', actions),
  ...name('tier', tiers),
  ...name('set', setKinds),
  ...name('permission', callKinds),
  ...name('set permission', callKinds),
  ...name('condition', conditionOps),
  ...name('rule', ['plain', 'switch', 'exact', 'open', 'of a group', 'value']),
  ...name('spend', ['of a word', 'of one']),
  ...name('scope', ['agent', 'account', 'group']),
  ...name('set permission of', ['a set', 'all but a set', 'every address']),
  ...name('policy', [
    'blackouts',
    'nonce mask',
    'paymasters',
    'settlement',
    'tiers',
    'weekly',
  ]),
]

/** What of that a policy consists of. */
export function listKinds(bytes: `0x${string}`): readonly string[] {
  const policy = decodePolicy(bytes)
  const rules = [...policy.permissions, ...policy.setPermissions].map(
    ({ rule }) => rule,
  )
  const plain = rules.flatMap(listPlain)
  return [
    ...policy.assets.map(({ kind }) => `asset ${kind}`),
    ...policy.limits.flatMap(({ action, group, kind, scope }) => [
      `limit ${kind}`,
      `action ${action}`,
      `scope ${scope}`,
      ...(group === undefined ? [] : ['scope group']),
    ]),
    ...policy.sets.map(({ kind }) => `set ${kind}`),
    ...policy.permissions.map(({ kind }) => `permission ${kind}`),
    ...policy.setPermissions.flatMap(({ except, kind, set }) => [
      `set permission ${kind}`,
      `set permission of ${set === undefined ? 'every address' : except ? 'all but a set' : 'a set'}`,
    ]),
    ...rules.map(({ type }) => `rule ${type}`),
    ...plain.flatMap(({ conditions, exact, group, spends, tier, valueCap }) => [
      `tier ${tier}`,
      `rule ${exact ? 'exact' : 'open'}`,
      ...(group === undefined ? [] : ['rule of a group']),
      ...(valueCap > 0n ? ['rule value'] : []),
      ...conditions.map(({ op }) => `condition ${op}`),
      ...spends.map(({ word }) =>
        word === undefined ? 'spend of one' : 'spend of a word',
      ),
    ]),
    ...(policy.blackouts.length > 0 ? ['policy blackouts'] : []),
    ...(policy.nonceMask > 0n ? ['policy nonce mask'] : []),
    ...(policy.paymasters === undefined ? [] : ['policy paymasters']),
    ...(policy.settlement ? ['policy settlement'] : []),
    ...(policy.tiers ? ['policy tiers'] : []),
    ...(policy.weekly.length > 0 ? ['policy weekly'] : []),
  ]
}

const listPlain = (rule: PolicyRule): readonly PolicyPlainRule[] =>
  rule.type === 'plain'
    ? [rule]
    : rule.alternatives.map((alternative) => alternative.rule)
