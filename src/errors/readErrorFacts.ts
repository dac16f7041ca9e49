import type { Hex } from 'viem'

import type { ErrorFacts } from './collectErrorFacts.ts'
import { type DecodedRevert, decodeRevert } from './decodeRevert.ts'
import type { PolicyErrorDetail } from './policyErrorDetails.ts'
import { readProperty } from './readProperty.ts'

/** Decodes every piece of revert data, whether given as data or in a text. */
export function getReverts(
  facts: ErrorFacts,
  abis: readonly (readonly unknown[])[],
): readonly DecodedRevert[] {
  const inTexts = facts.texts
    .flatMap((text) => text.match(/0x[0-9a-f]{8,}/gi) ?? [])
    .filter((hex) => hex.length % 2 === 0)

  return [...new Set([...facts.data, ...inTexts])]
    .slice(0, 40)
    .map((hex) => decodeRevert(hex.toLowerCase() as Hex, abis))
    .filter(
      ({ kind, rawData }, i) =>
        kind !== 'unknown' ||
        i < facts.data.length ||
        // Addresses, hashes and keys stand in texts too.
        (rawData.length - 10) % 64 === 0,
    )
}

/** Returns the revert that says most. */
export function chooseRevert(
  reverts: readonly DecodedRevert[],
): DecodedRevert | undefined {
  const order = ['module', 'known', 'given', 'text', 'unknown', 'empty']
  return [...reverts].sort(
    (a, b) => order.indexOf(a.kind) - order.indexOf(b.kind),
  )[0]
}

/** Finds the EntryPoint's code: in data, else in texts. */
export function getAa(
  reverts: readonly DecodedRevert[],
  facts: ErrorFacts,
): string | undefined {
  for (const { entryPointReason } of reverts) {
    const aa = /^AA\d\d/.exec(entryPointReason ?? '')?.[0]
    if (aa) return aa
  }
  for (const text of facts.texts) {
    const match = /(?<![-\w])AA\d\d(?![-\w])/.exec(text)
    // What follows "execution reverted" are the words of a call's target.
    if (match && !/execution reverted/i.test(text.slice(0, match.index)))
      return match[0]
  }
  return undefined
}

/** Returns what a bundler says behind `AA23 reverted`. */
export function getAa23(text: string): string | undefined {
  const reason = /AA23 reverted[ :-]*([^\n]*)/.exec(text)?.[1]?.trim()
  return reason === '' || reason === '0x' ? undefined : reason
}

/** Returns what stands behind the words that only say that it reverted. */
export function getWords(text: string): string | undefined {
  const [line = ''] = text.split('\n')
  const reason = line
    .replace(/^.*?(?:with reason|execution reverted)[: ]*/i, '')
    .trim()
  return reason === '' || reason === '0x' ? undefined : reason
}

/** Returns the window that a bundler names, in data or in words. */
export function getWindow(
  facts: ErrorFacts,
): readonly [bigint | undefined, bigint | undefined] {
  const text = facts.texts.join('\n')
  const find = (pattern: RegExp) => {
    const digits = pattern.exec(text)?.[1]
    return digits === undefined ? undefined : BigInt(digits)
  }
  return [
    facts.validAfter ?? find(/validAfter=(\d{1,15})/),
    facts.validUntil ?? find(/validUntil=(\d{1,15})/),
  ]
}

/** Returns the faults that a schema or a policy document has listed. */
export function getIssues(cause: Error): readonly PolicyErrorDetail[] {
  const issues = readProperty(cause, 'issues')
  if (!Array.isArray(issues)) return []
  return issues.slice(0, 20).map((issue: unknown) => {
    const path = readProperty(issue, 'path')
    return {
      fix: toText(readProperty(issue, 'fix')),
      message: toText(readProperty(issue, 'message')),
      path: toText(Array.isArray(path) ? path.join('.') : path),
    }
  })
}

function toText(value: unknown): string | undefined {
  return typeof value === 'string' && value !== ''
    ? value.slice(0, 500)
    : undefined
}
