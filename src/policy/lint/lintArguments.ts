import { hexToBigInt } from 'viem'

import { type CallArgument, getArguments } from '../view/getArguments.ts'
import type { ViewCondition, ViewRule } from '../view/policyView.ts'
import { isInstruction, isPlace, isRecipient } from './argumentNames.ts'
import { createFinding, type PolicyFinding } from './finding.ts'
import { isMentioned } from './lintCalls.ts'
import { getRules, type LintCheck } from './lintContext.ts'
import { toCallRule } from './presetCalls.ts'

const amountPattern =
  /amount|value|shares?|assets?$|liquidity|wad|quantity|collateral|principal/i
const minimumPattern = /(?:^|_)min(?!ut|t|er)|Min(?!ut|t|er)|minimum/
/** Amounts that have a side: of positions, of margin. */
const signedPattern = /size|delta|margin/i

/** Arguments that mean money, and that nothing binds. */
export const lintArguments: LintCheck = ({ view }) =>
  getRules(view).flatMap(({ permission: { selector }, rule }) => {
    const call = toCallRule(rule, selector)
    return (getArguments(call) ?? []).flatMap((argument) => [
      ...lintNumber(call, argument),
      ...lintSigned(call, argument),
      ...lintRecipient(call, argument),
      ...lintData(call, argument),
    ])
  })

/** Whether a rule is a preset's, whose place is a field of the permission. */
function isPreset({ path }: ViewRule): boolean {
  return !/^permissions\[\d+\]$/.test(path)
}

/** Where the document says, or would say, what an argument may be. */
function getPath(rule: ViewRule, name: string): string {
  return isPreset(rule) ? rule.path : `${rule.path}.where.${name}`
}

/** The bounds that a rule sets to a word; undefined where it sets none. */
type Bounds = { least: bigint | undefined; most: bigint | undefined }

function lintNumber(
  rule: ViewRule,
  argument: CallArgument,
): readonly PolicyFinding[] {
  const { name, type } = argument
  const bits = Number(/^uint(\d*)(?:\[\d*\])*$/.exec(type)?.[1] || 256)
  if (!type.startsWith('uint') || bits < 64) return []
  const bounds = getBounds(rule, argument, (1n << BigInt(bits)) - 1n)
  const { least, most } = bounds
  const path = getPath(rule, name)
  if (minimumPattern.test(name))
    return least !== undefined && least > 1n
      ? []
      : [
          createFinding(
            'MINIMUM_OPEN',
            path,
            `"${name}" may be ${least ?? 0n}: the call may return as good as nothing.`,
            isPreset(rule) ? 'Say the least amount in `minOut`.' : undefined,
          ),
        ]
  if (!amountPattern.test(name) || /id$/i.test(name)) return []
  const open = [
    ...(least === undefined || least === 0n ? ['0'] : []),
    // A preset has no greatest amount only where the document says `all`.
    ...(most === undefined && !isPreset(rule) ? ['the greatest number'] : []),
  ]
  if (open.length === 0) return []
  return [
    createFinding(
      'AMOUNT_OPEN',
      path,
      `"${name}" may be ${open.join(' or ')}, which some contracts read as "all".`,
    ),
  ]
}

/** An amount that may be less than nothing needs a bound on either side. */
function lintSigned(
  rule: ViewRule,
  { name, type, word }: CallArgument,
): readonly PolicyFinding[] {
  const bits = Number(/^int(\d*)(?:\[\d*\])*$/.exec(type)?.[1] || 256)
  if (!type.startsWith('int') || bits < 64 || /id$/i.test(name)) return []
  if (!amountPattern.test(name) && !signedPattern.test(name)) return []
  const ops =
    word === undefined
      ? isMentioned(rule, name)
        ? ['equal']
        : []
      : rule.conditions
          .filter((condition) => condition.word === word)
          // The bounds that the type has are none.
          .filter((condition) => !isBoundOfType(condition, bits))
          .map(({ op }) => op)
  const isListed = ops.includes('equal') || ops.includes('in')
  const open = [
    ...(isListed || ops.includes('signedAtLeast') ? [] : ['the least number']),
    ...(isListed || ops.includes('signedAtMost')
      ? []
      : ['the greatest number']),
  ]
  if (open.length === 0) return []
  return [
    createFinding(
      'AMOUNT_OPEN',
      getPath(rule, name),
      `"${name}" may be ${open.join(' or ')}.`,
    ),
  ]
}

function isBoundOfType(condition: ViewCondition, bits: number): boolean {
  if (condition.op !== 'signedAtLeast' && condition.op !== 'signedAtMost')
    return false
  const value = BigInt.asIntN(256, hexToBigInt(condition.value))
  const half = 1n << BigInt(bits - 1)
  return condition.op === 'signedAtLeast' ? value <= -half : value >= half - 1n
}

function getBounds(
  rule: ViewRule,
  { name, word }: CallArgument,
  greatest: bigint,
): Bounds {
  // Words beyond the head, and those of arrays: only whether they are bound.
  if (word === undefined)
    return isMentioned(rule, name)
      ? { least: 2n, most: 0n }
      : { least: undefined, most: undefined }
  const conditions = rule.conditions.filter(
    (condition) => condition.word === word,
  )
  // What is spent stays within budgets of less than 128 bits.
  const isSpent = rule.spends.some((spend) => spend.word === word)
  let { least, most }: Bounds = {
    least: undefined,
    most: isSpent ? (1n << 128n) - 1n : undefined,
  }
  for (const condition of conditions) {
    const values = getValues(condition)
    if (values.length > 0) {
      const sorted = [...values].sort((one, other) => (one < other ? -1 : 1))
      least = sorted[0]
      most = sorted.at(-1)
    } else if (condition.op === 'in') {
      // A set that is not known here: another finding says so.
      least = 2n
      most = 0n
    } else if (condition.op === 'atLeast') least = hexToBigInt(condition.value)
    else if (condition.op === 'atMost') most = hexToBigInt(condition.value)
    else if (condition.op === 'notEqual') {
      const value = hexToBigInt(condition.value)
      if (value === 0n) least = least ?? 1n
      if (value === greatest) most = most ?? greatest - 1n
    }
  }
  return { least, most: most === greatest ? undefined : most }
}

function getValues(condition: ViewCondition): readonly bigint[] {
  if (condition.op === 'equal') return [hexToBigInt(condition.value)]
  if (condition.op === 'in')
    return (condition.set.elements ?? []).map((value) => hexToBigInt(value))
  return []
}

function lintRecipient(
  rule: ViewRule,
  { name, type, word }: CallArgument,
): readonly PolicyFinding[] {
  const isAddress = /^(?:address|bytes32)(?:\[\d*\])*$/.test(type)
  const isText = /^string(?:\[\d*\])*$/.test(type)
  if (!(isAddress && isRecipient(name)) && !(isText && isPlace(name))) return []
  const isBound =
    word === undefined
      ? isMentioned(rule, name)
      : rule.conditions.some(
          (condition) =>
            condition.word === word &&
            ['account', 'equal', 'in', 'mask'].includes(condition.op),
        )
  if (isBound) return []
  return [
    createFinding(
      'RECIPIENT_OPEN',
      getPath(rule, name),
      `"${name}" may be anybody.`,
    ),
  ]
}

function lintData(
  rule: ViewRule,
  { name, type }: CallArgument,
): readonly PolicyFinding[] {
  const isText = type === 'string' && isInstruction(name) && !isPlace(name)
  const isData = /^bytes(?:\[\d+\])*$/.test(type) || type === 'tuple[]'
  if (!isData && !isText) return []
  if (isMentioned(rule, name)) return []
  return [
    createFinding(
      'DATA_OPEN',
      getPath(rule, name),
      type === 'tuple[]'
        ? `"${name}" may be any list.`
        : `"${name}" may be any ${isText ? 'text' : 'bytes'}.`,
    ),
  ]
}
