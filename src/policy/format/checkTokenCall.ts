import { type Hex, hexToBigInt } from 'viem'

import {
  forbiddenCalls,
  type TokenCall,
  tokenCalls,
  tokenOnlySelectors,
} from './tokenCalls.ts'
import type {
  PolicyAsset,
  PolicyCondition,
  PolicyData,
  PolicyPlainRule,
} from './types.ts'

/** A call as the token rules see it. */
export type CheckedCall = {
  rule: PolicyPlainRule
  selector: Hex
  /** Word that an enclosing switch has pinned, and its value. */
  switched?: { value: Hex; word: number } | undefined
  /** Addresses that it may go to; undefined where they are not known. */
  targets: readonly string[] | undefined
}

type Refuse = (message: string, fix: string) => void

const partyOps = {
  recipient: ['account', 'address', 'equal', 'in', 'notIn'],
  spender: ['equal', 'in'],
} as const

/** Checks that a call moves tokens only in a way that their meters see. */
export function checkTokenCall(
  policy: PolicyData,
  call: CheckedCall,
  isSet: boolean,
  refuse: Refuse,
): void {
  const { rule, selector, targets } = call
  const forbidden = forbiddenCalls.get(selector)
  if (forbidden !== undefined) {
    refuse(
      `\`${forbidden}\` hands out what no meter sees.`,
      'Use `transfer`, `transferFrom` or `approve` instead.',
    )
    return
  }
  const tokens = policy.assets.filter(
    ({ address, kind }) =>
      kind.startsWith('erc') && targets?.includes(address.toLowerCase()),
  )
  const [token] = tokens
  if (token === undefined) {
    if (tokenOnlySelectors.has(selector))
      refuse(
        'The call moves tokens, and its target is no asset with a budget.',
        'Give the token a limit.',
      )
    return
  }
  if (isSet) {
    refuse(
      `The set holds ${token.address}, a token with a budget.`,
      'Take the token out of the set.',
    )
    return
  }
  const shape = Object.values<TokenCall>(tokenCalls).find(
    (known) => known.selector === selector && known.asset === token.kind,
  )
  if (
    shape === undefined ||
    shape.headWords !== rule.headWords ||
    shape.exact !== rule.exact
  ) {
    refuse(
      'The call is none of those whose spending is known on a token with a budget.',
      'Use `transfer`, `transferFrom`, `approve`, `wrap` or `unwrap`.',
    )
    return
  }
  checkShape(policy, call, tokens, shape, refuse)
}

function checkShape(
  policy: PolicyData,
  call: CheckedCall,
  tokens: readonly PolicyAsset[],
  shape: TokenCall,
  refuse: Refuse,
): void {
  const { account, id: idWord, party, spend } = shape
  if (account !== undefined && !isBound(policy, call, account, ['account']))
    refuse(
      'The call may move tokens of others.',
      "Have the argument that they come from be 'account', and nothing else.",
    )
  if (
    party !== undefined &&
    !isBound(policy, call, party.word, partyOps[party.role])
  )
    refuse(
      `The ${party.role} is not bound to addresses, or twice.`,
      'Name the addresses that it may be, once.',
    )
  if (idWord !== undefined && !isBound(policy, call, idWord, ['equal']))
    refuse('The token id is not bound.', 'Have it equal that of the asset.')

  const id = idWord === undefined ? 0n : getEqual(call, idWord)
  const token = tokens.find((asset) => asset.id === id)
  const { spends, valueCap } = call.rule
  const [first] = spends
  const isSpent =
    spend === 'value'
      ? spends.length === 0 && valueCap > 0n
      : spends.length === 1 &&
        valueCap === 0n &&
        token !== undefined &&
        policy.assets[first?.asset ?? -1] === token &&
        first?.word === (spend === 'one' ? undefined : spend)
  if (!isSpent)
    refuse(
      'The call does not spend what it moves, and that alone.',
      'Use `transfer`, `transferFrom`, `approve`, `wrap` or `unwrap`.',
    )
}

/** Whether one condition, or the switch, says what the word may be. */
function isBound(
  { sets }: PolicyData,
  { rule, switched }: CheckedCall,
  word: number,
  ops: readonly PolicyCondition['op'][],
): boolean {
  const conditions: PolicyCondition[] = rule.conditions.filter(
    (condition) => condition.word === word,
  )
  if (switched?.word === word)
    conditions.push({ op: 'equal', value: switched.value, word })
  const [condition] = conditions
  if (condition === undefined || conditions.length > 1) return false
  if (!ops.includes(condition.op)) return false
  if (condition.op === 'equal')
    return ops.length === 1 || hexToBigInt(condition.value) < 1n << 160n
  if (condition.op === 'in' || condition.op === 'notIn')
    return sets[condition.set]?.kind.startsWith('addresses') === true
  return true
}

/** The value that a word must have; undefined where it may have several. */
function getEqual(call: CheckedCall, word: number): bigint | undefined {
  if (call.switched?.word === word) return hexToBigInt(call.switched.value)
  for (const condition of call.rule.conditions)
    if (condition.word === word && condition.op === 'equal')
      return hexToBigInt(condition.value)
  return undefined
}
