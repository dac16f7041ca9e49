import {
  isAlias,
  isNode,
  isScalar,
  LineCounter,
  type Pair,
  parseDocument as parseYaml,
  type ScalarTag,
  type Tags,
  visit,
} from 'yaml'

import {
  PolicyDocumentError,
  type PolicyDocumentErrorType,
  type PolicyIssue,
} from '../errors/policyDocument.ts'
import { definePolicy } from './definePolicy.ts'
import type { DocumentPath } from './document/path.ts'
import type { PolicyDocument } from './document/policySchema.ts'
import { findFaults } from './findFaults.ts'
import { toDocumentError } from './toDocumentError.ts'

export type ParsePolicyParameters = {
  format: 'json' | 'yaml'
}

export type ParsePolicyReturnType = PolicyDocument
export type ParsePolicyErrorType = PolicyDocumentErrorType

/**
 * Reads a policy document from text, and checks it as `definePolicy` does.
 *
 * Digits are never lost: a number that a double cannot hold stays text, and so
 * does an address without quotes. A key that is there twice is refused, and so
 * is one that is no text, or that stands for another by an alias or a merge.
 *
 * @param text - JSON or YAML 1.2
 * @param parameters - {@link ParsePolicyParameters}
 * @throws {@link PolicyDocumentError} with every fault, and the line of each
 */
export function parsePolicy(
  text: string,
  { format }: ParsePolicyParameters,
): ParsePolicyReturnType {
  if (format === 'json') refuseNoJson(text)
  const lineCounter = new LineCounter()
  const document = parseYaml(text, {
    customTags,
    lineCounter,
    prettyErrors: false,
    strict: true,
    uniqueKeys: isSameKey,
    version: '1.2',
  })
  const getLine = (offset: number) => lineCounter.linePos(offset).line
  if (document.errors.length > 0)
    throw new PolicyDocumentError({
      issues: document.errors.map(({ message, pos }) => ({
        fix: 'Correct the text there.',
        line: getLine(pos[0]),
        message: `This is no ${format === 'json' ? 'JSON' : 'YAML'}: ${message}.`,
        path: '',
      })),
    })

  refuseKeys(document, getLine)

  const { document: policy, faults } = findFaults(toValue(document))
  if (policy !== undefined) return definePolicy(policy)
  throw toDocumentError(faults, (path) => {
    const offset = findOffset(document, path)
    return offset === undefined ? undefined : getLine(offset)
  })
}

/** Keys of an object are texts: `0` and `"0"` are one key. */
function isSameKey(one: unknown, other: unknown): boolean {
  return (
    isScalar(one) &&
    isScalar(other) &&
    String(one.value) === String(other.value)
  )
}

/** Refuses keys that are not written out, as texts, where they stand. */
function refuseKeys(
  document: ReturnType<typeof parseYaml>,
  getLine: (offset: number) => number,
): void {
  const issues: PolicyIssue[] = []
  visit(document, {
    Pair: (_, pair) => {
      const fault = getKeyFault(pair)
      if (fault === undefined) return
      const { key } = pair
      issues.push({
        ...fault,
        ...(isNode(key) && key.range ? { line: getLine(key.range[0]) } : {}),
        path: '',
      })
    },
  })
  if (issues.length > 0) throw new PolicyDocumentError({ issues })
}

function getKeyFault({
  key,
}: Pair): Pick<PolicyIssue, 'fix' | 'message'> | undefined {
  if (isAlias(key))
    return {
      fix: 'Write the key out.',
      message: `The key *${key.source} is an alias.`,
    }
  if (!isScalar(key))
    return { fix: 'Write a text.', message: 'This cannot be a key.' }
  if (typeof key.value !== 'string')
    return {
      fix: 'Write it in quotes.',
      message: `The key ${key.source ?? key.value} is not a text.`,
    }
  if (key.value === '<<' && key.type === 'PLAIN')
    return {
      fix: 'Write the keys out.',
      message: 'Maps are not merged here.',
    }
  return undefined
}

function toValue(document: ReturnType<typeof parseYaml>): unknown {
  try {
    return document.toJS()
  } catch (error) {
    // Aliases that stand for more than they may, or for nothing.
    throw new PolicyDocumentError({
      cause: error as Error,
      issues: [
        {
          fix: 'Write the text out, without aliases.',
          message: `This cannot be read: ${(error as Error).message}.`,
          path: '',
        },
      ],
    })
  }
}

/** A number whose 15 digits a double surely holds; others stay text. */
const numberTag: ScalarTag = {
  default: true,
  resolve: (text) => {
    const number = Number(text)
    const isSafe = /^-?(?=(?:\.?\d){1,15}$)/.test(text)
    return isSafe && String(number) === text ? number : text
  },
  tag: 'tag:yaml.org,2002:float',
  test: /^-?\d+(?:\.\d+)?$/,
}

function customTags(tags: Tags): Tags {
  const isNumber = (tag: Tags[number]) =>
    typeof tag === 'object' && /:(?:int|float)$/.test(tag.tag)
  return [...tags.filter((tag) => !isNumber(tag)), numberTag]
}

/** Where the deepest node on the path begins, in characters. */
function findOffset(
  document: ReturnType<typeof parseYaml>,
  path: DocumentPath,
): number | undefined {
  for (let length = path.length; length >= 0; length--) {
    const node =
      length === 0
        ? document.contents
        : document.getIn(path.slice(0, length), true)
    if (isNode(node) && node.range) return node.range[0]
  }
  return undefined
}

/** YAML takes more than JSON: what only it takes is refused. */
function refuseNoJson(text: string): void {
  try {
    JSON.parse(text)
  } catch (error) {
    const { message } = error as SyntaxError
    const position = /position (\d+)/.exec(message)?.[1]
    const line =
      position === undefined
        ? undefined
        : text.slice(0, Number(position)).split('\n').length
    const issue: PolicyIssue = {
      fix: 'Correct the text there.',
      ...(line === undefined ? {} : { line }),
      message: `This is no JSON: ${message}.`,
      path: '',
    }
    throw new PolicyDocumentError({
      cause: error as Error,
      issues: [issue],
    })
  }
}
