import { type AbiFunction, type AbiParameter, parseAbiItem } from 'viem'

import { getMembers, getName, isDynamic } from '../compile/abiLayout.ts'
import { isSelector } from '../document/permissionSchema.ts'
import type { ViewRule } from './policyView.ts'

/** An argument of a function, or a member of one. */
export type CallArgument = {
  /** Path as `where` has it. */
  name: string
  type: string
  /** Its word behind the selector; undefined beyond the head. */
  word: number | undefined
}

/**
 * Returns the arguments of the function that a rule is for, down to their
 * members; undefined where the document does not name them.
 */
export function getArguments({
  source,
}: Pick<ViewRule, 'source'>): readonly CallArgument[] | undefined {
  if (source === undefined || !('call' in source)) return undefined
  if (isSelector(source.function)) return undefined
  const text = source.function.replace(/^function /, '')
  const item = parseAbiItem([`function ${text}`] as readonly string[])
  const arguments_: CallArgument[] = []
  addArguments((item as AbiFunction).inputs, '', 0, arguments_)
  return arguments_
}

/** Adds arguments, and returns the word behind them. */
function addArguments(
  parameters: readonly AbiParameter[],
  prefix: string,
  start: number | undefined,
  arguments_: CallArgument[],
): number | undefined {
  const isArray = prefix.endsWith('[')
  let word = start
  parameters.forEach((parameter, index) => {
    const name = isArray
      ? `${prefix}${index}]`
      : `${prefix}${getName(parameter, index)}`
    const members = getMembers(parameter)
    const isFixedArray = parameter.type.endsWith(']')
    const inner = `${name}${isFixedArray ? '[' : '.'}`
    if (members === undefined) {
      const isPlaced = !isDynamic(parameter)
      arguments_.push({
        name,
        type: parameter.type,
        word: isPlaced ? word : undefined,
      })
      if (word !== undefined) word += 1
    } else if (isDynamic(parameter)) {
      addArguments(members, inner, undefined, arguments_)
      if (word !== undefined) word += 1
    } else word = addArguments(members, inner, word, arguments_)
  })
  return word
}

/** Returns where the document says what a word of a call must be. */
export function getWordPath(rule: ViewRule, word: number): string {
  const { path, source } = rule
  if (source === undefined) return path
  if ('transfer' in source || 'transferFrom' in source) return `${path}.to`
  if (!('call' in source)) return path
  if (isSelector(source.function)) return `${path}.where["#${word}"]`
  const name = getArguments(rule)?.find((found) => found.word === word)?.name
  return name === undefined ? `${path}.where` : `${path}.where.${name}`
}

/** Returns what to call a word of a call. */
export function getWordName(rule: ViewRule, word: number): string {
  const { source } = rule
  if (source !== undefined) {
    if ('transfer' in source || 'transferFrom' in source) return 'the recipient'
    if ('approve' in source)
      return word === 0 ? 'the spender' : 'the approved amount'
    const name = getArguments(rule)?.find((found) => found.word === word)?.name
    if (name !== undefined) return `"${name}"`
  }
  return `word ${word}`
}
