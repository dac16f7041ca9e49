import type { AbiParameter } from 'viem'

import { isList } from '../document/isList.ts'
import type { PolicyCondition } from '../format/types.ts'
import {
  getElement,
  getHeadWords,
  getMembers,
  getName,
  getRegionWords,
  getWords,
  isDynamic,
} from './abiLayout.ts'
import {
  type ArgumentNode,
  expandList,
  getLength,
  refuseUnknown,
} from './argumentTree.ts'
import { compileBytes } from './compileBytes.ts'
import { compileCondition } from './compileCondition.ts'
import { type CompileContext, CompileFault } from './context.ts'

type PlacedArgument = { type: string; word: number }

export type PlaceArgumentsReturnType = {
  conditions: readonly PolicyCondition[]
  /** Words of the ABI head. */
  headWords: number
  isDynamic: boolean
  /** Where the arguments lie that are of elementary, static type. */
  words: ReadonlyMap<ArgumentNode, PlacedArgument>
}

type Placer = {
  conditions: PolicyCondition[]
  context: CompileContext
  words: Map<ArgumentNode, PlacedArgument>
}

/**
 * Finds the word of every argument that the tree speaks of, in the canonical
 * ABI layout, and pins every offset and length on the way there.
 */
export function placeArguments(
  context: CompileContext,
  parameters: readonly AbiParameter[],
  root: ArgumentNode,
): PlaceArgumentsReturnType {
  const placer: Placer = { conditions: [], context, words: new Map() }
  placeTuple(placer, parameters, 0, root)
  if (placer.conditions.some(({ word }) => word > 0xffff))
    throw new CompileFault(
      root.path,
      'An argument lies beyond the word 65,535.',
      'Have shorter arrays.',
    )
  return {
    conditions: placer.conditions,
    headWords: getHeadWords(parameters),
    isDynamic: parameters.some(isDynamic),
    words: placer.words,
  }
}

/**
 * Places the members of a tuple that begins at the word `base`.
 *
 * @returns Words of the whole tuple; undefined where a member's are unknown.
 */
function placeTuple(
  placer: Placer,
  parameters: readonly AbiParameter[],
  base: number,
  node: ArgumentNode,
): number | undefined {
  refuseUnknown(node, parameters.map(getName))
  let head = base
  let tail: number | undefined = getHeadWords(parameters)
  let unpinned: string | undefined
  parameters.forEach((parameter, index) => {
    const name = getName(parameter, index)
    const child = node.children.get(name)
    if (!isDynamic(parameter)) {
      if (child !== undefined) placeStatic(placer, parameter, head, child)
      head += getWords(parameter)
      return
    }
    if (child === undefined) {
      tail = undefined
      unpinned ??= name
    } else {
      if (tail === undefined)
        throw new CompileFault(
          child.path,
          `The argument lies behind "${unpinned}", whose length is not pinned, so that its place is not known.`,
          `State what "${unpinned}" must be, or leave this out.`,
        )
      placer.conditions.push({
        offset: tail,
        op: 'pointer',
        size: getRegionWords(parameter),
        word: head,
      })
      const words = placeDynamic(placer, parameter, base + tail, child)
      if (words === undefined) unpinned ??= name
      tail = words === undefined ? undefined : tail + words
    }
    head += 1
  })
  return tail
}

function placeStatic(
  placer: Placer,
  parameter: AbiParameter,
  word: number,
  node: ArgumentNode,
): void {
  const members = getMembers(parameter)
  if (members !== undefined) {
    placeMembers(placer, parameter, members, word, node)
    return
  }
  refuseUnknown(node, [])
  placer.words.set(node, { type: parameter.type, word })
  const { condition } = node
  if (condition === undefined) return
  if (isList(condition))
    throw new CompileFault(
      node.path,
      `The argument is a ${parameter.type} and no list.`,
      'Write one value, or { in: [...] }.',
    )
  placer.conditions.push(
    ...compileCondition(placer.context, {
      condition,
      path: node.path,
      type: parameter.type,
      word,
    }),
  )
}

/** Returns the words of the region that begins at `start`. */
function placeDynamic(
  placer: Placer,
  parameter: AbiParameter,
  start: number,
  node: ArgumentNode,
): number | undefined {
  const { type } = parameter
  if (type === 'bytes' || type === 'string') {
    const { conditions, words } = compileBytes(type, start, node)
    placer.conditions.push(...conditions)
    return words
  }
  const members = getMembers(parameter)
  if (members !== undefined)
    return placeMembers(placer, parameter, members, start, node)

  const element = getElement(parameter)
  const { condition } = node
  if (condition !== undefined && condition !== 'any' && !isList(condition))
    throw new CompileFault(
      node.path,
      'The argument is an array.',
      'Write a list with one entry for each element.',
    )
  expandList(node)
  const length = getLength(node)
  placer.conditions.push({
    elementSize: isDynamic(element) ? 1 : getWords(element),
    length,
    op: 'length',
    word: start,
  })
  const elements = Array.from({ length }, () => ({ ...element, name: '' }))
  const items: ArgumentNode = {
    children: new Map([...node.children].filter(([key]) => key !== 'length')),
    path: node.path,
  }
  const words = placeTuple(placer, elements, start + 1, items)
  return words === undefined ? undefined : 1 + words
}

/** Places the members of a tuple, or the elements of a fixed array. */
function placeMembers(
  placer: Placer,
  parameter: AbiParameter,
  members: readonly AbiParameter[],
  start: number,
  node: ArgumentNode,
): number | undefined {
  const { condition } = node
  const isArray = parameter.type.endsWith(']')
  if (condition !== undefined && condition !== 'any') {
    if (!isArray || !isList(condition))
      throw new CompileFault(
        node.path,
        isArray ? 'The argument is an array.' : 'The argument is a tuple.',
        isArray
          ? 'Write a list with one entry for each element.'
          : `Write a line for each member, such as ${members.map(getName)[0]}.`,
      )
    if (condition.length !== members.length)
      throw new CompileFault(
        node.path,
        `The array has ${members.length} elements, and the list ${condition.length}.`,
        'Write an entry for each; `any` for one that may be anything.',
      )
    expandList(node)
  }
  return placeTuple(placer, members, start, node)
}
