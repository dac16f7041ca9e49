import type { DocumentCondition } from '../document/conditionSchema.ts'
import { isList } from '../document/isList.ts'
import type { DocumentPath } from '../document/path.ts'
import { CompileFault } from './context.ts'
import { parseArgumentPath } from './parseArgumentPath.ts'

/** What is demanded of an argument and of its parts. */
export type ArgumentNode = {
  children: Map<string, ArgumentNode>
  condition?: DocumentCondition | undefined
  /** Place in the document that speaks of it first. */
  path: DocumentPath
}

export function createNode(path: DocumentPath): ArgumentNode {
  return { children: new Map(), path }
}

/** Adds an argument by its path, and returns its node. */
export function addArgument(
  root: ArgumentNode,
  argument: string,
  path: DocumentPath,
): ArgumentNode {
  let node = root
  for (const part of parseArgumentPath(argument, path)) {
    const child = node.children.get(part) ?? createNode(path)
    node.children.set(part, child)
    node = child
  }
  return node
}

/** Makes one node for each element of a list that is demanded of an array. */
export function expandList(node: ArgumentNode): void {
  const { condition, path } = node
  if (condition === undefined || !isList(condition)) return
  condition.forEach((element, index) => {
    const key = String(index)
    const child = node.children.get(key) ?? createNode([...path, index])
    if (child.condition !== undefined)
      throw new CompileFault(
        child.path,
        'The list says already what this element must be.',
        'State it once.',
      )
    child.condition = element
    node.children.set(key, child)
  })
}

/** Refuses parts that the argument does not have. */
export function refuseUnknown(
  { children }: ArgumentNode,
  names: readonly string[],
): void {
  for (const [name, child] of children)
    if (!names.includes(name))
      throw new CompileFault(
        child.path,
        `There is no argument "${name}".`,
        names.length === 0
          ? 'The argument has no parts.'
          : `Write one of: ${names.join(', ')}.`,
      )
}

/** The length that the document states, or that follows from its list. */
export function getLength({ children, condition, path }: ArgumentNode): number {
  const stated = getStatedLength(children.get('length'))
  const listed =
    condition !== undefined && isList(condition) ? condition.length : undefined
  const length = stated ?? listed
  if (length === undefined)
    throw new CompileFault(
      path,
      'The length is not pinned.',
      'Add a line such as `path.length: 2`.',
    )
  const isBeyond = [...children.keys()].some((key) => Number(key) >= length)
  if (length > 65_535 || isBeyond || (listed ?? length) !== length)
    throw new CompileFault(
      path,
      `The length ${length} does not fit what is said of the elements.`,
      'Have the length, the list and the indices agree.',
    )
  return length
}

/** The length that a line of its own states; undefined without one. */
function getStatedLength(node: ArgumentNode | undefined): number | undefined {
  if (node === undefined) return undefined
  refuseUnknown(node, [])
  const { condition, path } = node
  if (condition === undefined) return undefined
  const text = typeof condition === 'object' ? '' : String(condition)
  if (/^(?:\d{1,15}|0x[0-9a-fA-F]{1,4})$/.test(text)) return Number(text)
  throw new CompileFault(
    path,
    'The length is no number.',
    'Write the number alone, such as `path.length: 2`.',
  )
}
