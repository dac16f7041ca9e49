import {
  type AbiFunction,
  type AbiParameter,
  type Hex,
  hexToBigInt,
  parseAbiItem,
  toFunctionSelector,
} from 'viem'

import { type DocumentPath, formatPath } from '../document/path.ts'
import { isSelector } from '../document/permissionSchema.ts'
import type { PolicyCondition, PolicyPlainRule } from '../format/types.ts'
import { getName } from './abiLayout.ts'
import { addArgument, createNode } from './argumentTree.ts'
import { compileSpends } from './compileSpends.ts'
import { compileWords } from './compileWords.ts'
import { attempt, type CompileContext, CompileFault } from './context.ts'
import { getNative } from './createAssetTable.ts'
import { getAddresses } from './getAddresses.ts'
import { getAddressOf } from './getAddressOf.ts'
import { getBaseUnits } from './getBaseUnits.ts'
import type {
  CallPermission,
  CompiledArguments,
  PermissionEntry,
  PermissionScope,
  PermissionTarget,
} from './permissionEntry.ts'
import { placeArguments } from './placeArguments.ts'

/** Most elements of the fixed arrays of a function, multiplied. */
const maxFixedElements = 4_096

/** Compiles a call of a function, or of a selector. */
export function compileCall(
  scope: PermissionScope,
  source: CallPermission,
  path: DocumentPath,
  base: PolicyPlainRule,
): readonly PermissionEntry[] {
  const { context } = scope
  const target = attempt(context, () => getTarget(context, source, path))
  const valueCap = attempt(context, () => getValue(scope, source, path))
  const call = isSelector(source.function)
    ? {
        arguments_: compileWords(scope, source, path),
        selector: source.function.toLowerCase() as Hex,
      }
    : compileFunction(scope, source, path)
  if (target === undefined || valueCap === undefined) return []
  return [
    {
      kind: 'call',
      path,
      rule: { ...base, ...call.arguments_, valueCap },
      selector: call.selector,
      source,
      target,
    },
  ]
}

function getTarget(
  context: CompileContext,
  { call }: CallPermission,
  path: DocumentPath,
): PermissionTarget {
  const place = [...path, 'call']
  if (typeof call === 'string')
    return { address: getAddressOf(context, call, place), type: 'one' }
  const addresses = getAddresses(context, call.set, [...place, 'set'])
  return addresses.type === 'one'
    ? addresses
    : {
        except: false,
        handle: context.sets.add(addresses.source),
        type: 'set',
      }
}

function getValue(
  { assets, context }: PermissionScope,
  { value }: CallPermission,
  path: DocumentPath,
): bigint {
  const place = [...path, 'value']
  const cap =
    value === undefined
      ? 0n
      : getBaseUnits(value, { decimals: 18, symbol: 'the native asset' }, place)
  if (cap > 0n) assets.getIndex(getNative(context, place), place)
  return cap
}

function compileFunction(
  scope: PermissionScope,
  source: CallPermission,
  path: DocumentPath,
): { arguments_: CompiledArguments; selector: Hex } {
  const { context } = scope
  const place = [...path, 'function']
  const abi = parseFunction(source.function, place)
  const root = createNode(place)
  for (const [argument, condition] of Object.entries(source.where ?? {}))
    attempt(context, () => {
      const where = [...path, 'where', argument]
      const node = addArgument(root, argument, where)
      if (node.condition !== undefined)
        throw new CompileFault(
          where,
          `It is the same argument as ${formatPath(node.path)}.`,
          'State it once.',
        )
      node.path = where
      node.condition = condition
    })
  const spent = (source.spends ?? []).map(({ amount }, index) =>
    amount === 1
      ? undefined
      : addArgument(root, amount, [...path, 'spends', index, 'amount']),
  )
  const { conditions, headWords, isDynamic, words } = placeArguments(
    context,
    abi.inputs,
    root,
  )
  if (source.headWords !== undefined)
    throw new CompileFault(
      [...path, 'headWords'],
      'The function says how many words its head has.',
      'Leave it out.',
    )
  if (isDynamic && source.exact === true)
    throw new CompileFault(
      [...path, 'exact'],
      'An argument of dynamic type lies behind the head.',
      'Leave `exact` out.',
    )
  const getWord = (index: number) => {
    const node = spent[index]
    const placed = node === undefined ? undefined : words.get(node)
    const amount = [...path, 'spends', index, 'amount']
    if (node !== undefined && !/^u?int/.test(placed?.type ?? ''))
      throw new CompileFault(
        amount,
        'The argument is no number.',
        'Name an argument that is one.',
      )
    if (placed?.type.startsWith('int') && !isNotNegative(conditions, placed))
      throw new CompileFault(
        amount,
        'The argument may be negative, and no amount is.',
        'Demand that it is at least 0, or a number above.',
      )
    return placed?.word
  }
  return {
    arguments_: {
      conditions,
      exact: source.exact ?? !isDynamic,
      headWords,
      spends: compileSpends(scope, source, path, getWord),
    },
    selector: toFunctionSelector(abi),
  }
}

/** Whether a signed argument is demanded to be 0 or more. */
function isNotNegative(
  conditions: readonly PolicyCondition[],
  { word }: { word: number },
): boolean {
  return conditions.some(
    (condition) =>
      condition.word === word &&
      (condition.op === 'equal' || condition.op === 'signedAtLeast') &&
      hexToBigInt(condition.value, { signed: true }) >= 0n,
  )
}

function parseFunction(signature: string, path: DocumentPath): AbiFunction {
  const elements = [...signature.matchAll(/\[(\d+)\]/g)].reduce(
    (count, [, length]) => count * Number(length),
    1,
  )
  if (elements > maxFixedElements)
    throw new CompileFault(
      path,
      'The fixed arrays of the function are too large.',
      `Have ${maxFixedElements} elements at most.`,
    )
  try {
    const text = signature.replace(/^function /, '')
    const item = parseAbiItem([`function ${text}`] as readonly string[])
    if ((item as AbiFunction).type === 'function') {
      refuseSameNames((item as AbiFunction).inputs, path)
      return item as AbiFunction
    }
  } catch (error) {
    if (error instanceof CompileFault) throw error
    // The parser's message speaks of Solidity; the owner's document is another.
  }
  throw new CompileFault(
    path,
    'This is no function.',
    'Write it as in Solidity, such as "transfer(address to, uint256 amount)".',
  )
}

/** Refuses a name that would stand for two arguments. */
function refuseSameNames(
  parameters: readonly AbiParameter[],
  path: DocumentPath,
): void {
  const names = parameters.map(getName)
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined)
    throw new CompileFault(
      path,
      `Two arguments are named "${twice}".`,
      'Give each a name of its own.',
    )
  for (const parameter of parameters)
    if ('components' in parameter) refuseSameNames(parameter.components, path)
}
