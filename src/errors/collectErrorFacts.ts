import { encodeErrorResult, type Hex } from 'viem'

import { isPolicyError, type PolicyError } from './policyError.ts'
import { readProperty } from './readProperty.ts'

/** What can be read off an error of any origin. */
export type ErrorFacts = {
  /** Error that is converted already, somewhere among the causes. */
  policyError?: PolicyError | undefined
  /** Names of the error classes, the outermost first. */
  names: readonly string[]
  /** What nodes, bundlers and others say, the outermost first. */
  texts: readonly string[]
  /** viem's own sentence, the innermost, for errors without any details. */
  summary?: string | undefined
  /** Values that are revert data by their place, the outermost first. */
  data: readonly Hex[]
  /** Numeric error codes, the outermost first. */
  codes: readonly number[]
  /** Codes of the operating system, such as `ECONNREFUSED`. */
  systemCodes: readonly string[]
  httpStatus?: number | undefined
  /** Whether a request that sends something was on its way. */
  isSending: boolean
  /** Window that a bundler names. */
  validAfter?: bigint | undefined
  validUntil?: bigint | undefined
  /** Receipts of UserOperations that say that they failed. */
  receipts: readonly FailedReceipt[]
  /** The error, or an `Error` that stands for it. */
  cause: Error
}

/** A mined UserOperation whose execution failed. */
export type FailedReceipt = {
  entryPoint?: unknown
  logs?: unknown
  reason?: unknown
  receipt?: unknown
  userOpHash?: unknown
}

const maxDepth = 8
const maxNodes = 400
const maxText = 65_536

/** What the caller sent rather than what came back, or what is no error. */
const skipped = new Set([
  'abi',
  'abiItem',
  'account',
  'args',
  'body',
  'callData',
  'calls',
  'chain',
  'client',
  'config',
  'contractAddress',
  'docsPath',
  'formattedArgs',
  'functionName',
  'headers',
  'initCode',
  'logs',
  'metaMessages',
  'name',
  'op',
  'params',
  'payload',
  'paymasterAndData',
  'receipt',
  'request',
  'sender',
  'signature',
  'stack',
  'stackTrace',
  'to',
  'transaction',
  'url',
  'userOp',
  'userOperation',
  'version',
])

const dataKeys = new Set([
  '',
  'data',
  'inner',
  'raw',
  'reason',
  'returnData',
  'revertData',
])

const sending =
  /"method":"(?:eth_send\w*|pimlico_sendUserOperation\w*|wallet_send\w*)"/

/**
 * Walks an error, its causes and whatever hangs on them, to a depth of 8, and
 * gathers what a classification needs. What the caller sent is left out, so
 * that calldata cannot pass for revert data. Never throws.
 *
 * @param error - Anything that was thrown, or a receipt
 */
export function collectErrorFacts(error: unknown): ErrorFacts {
  const facts = {
    policyError: undefined as PolicyError | undefined,
    names: [] as string[],
    texts: [] as string[],
    summary: undefined as string | undefined,
    data: [] as Hex[],
    codes: [] as number[],
    systemCodes: [] as string[],
    httpStatus: undefined as number | undefined,
    isSending: false,
    validAfter: undefined as bigint | undefined,
    validUntil: undefined as bigint | undefined,
    receipts: [] as FailedReceipt[],
  }
  const seen = new Set<object>()

  const addText = (text: string) => {
    const cut = text.slice(0, maxText)
    if (cut.trim() !== '' && !facts.texts.includes(cut)) facts.texts.push(cut)
  }

  const visitString = (text: string, key: string) => {
    if (!isRevertData(text)) addText(text)
    // Elsewhere, what has not the length of an error is an address or a hash.
    else if (dataKeys.has(key) || text.length % 64 === 10)
      facts.data.push(text.toLowerCase() as Hex)
  }

  const visit = (value: unknown, key: string, depth: number) => {
    if (typeof value === 'string') return visitString(value, key)
    if (typeof value !== 'object' || value === null) return
    if (depth > maxDepth || seen.size >= maxNodes || seen.has(value)) return
    seen.add(value)

    if (Array.isArray(value)) {
      for (const item of value.slice(0, 50)) visit(item, key, depth + 1)
      return
    }

    if (isPolicyError(value)) {
      facts.policyError ??= value
      return
    }

    const read = (name: string) => readProperty(value, name)
    const name = read('name')
    const isError = value instanceof Error || typeof read('stack') === 'string'
    if (isError && typeof name === 'string' && !facts.names.includes(name))
      facts.names.push(name)

    const code = read('code')
    if (Number.isSafeInteger(code)) facts.codes.push(code as number)
    else if (typeof code === 'string') facts.systemCodes.push(code)

    const status = read('status')
    if (typeof status === 'number') facts.httpStatus ??= status

    const isViem =
      Array.isArray(read('metaMessages')) || 'shortMessage' in value
    const summary = read('shortMessage')
    if (typeof summary === 'string') facts.summary = summary
    if (isViem && sending.test(toText(read('metaMessages'))))
      facts.isSending = true

    if (read('success') === false && isReceipt(value))
      facts.receipts.push(value)

    facts.validAfter ??= toTime(read('validAfter'))
    facts.validUntil ??= toTime(read('validUntil'))

    // viem decodes some data itself; where it keeps no bytes, they follow.
    const abiItem = read('abiItem')
    const errorName = read('errorName')
    if (abiItem && typeof errorName === 'string') {
      const encoded = tryEncode(abiItem, errorName, read('args'))
      if (encoded) facts.data.push(encoded)
    }

    for (const next of getKeys(value)) {
      if (skipped.has(next)) continue
      // viem's message repeats the request; its details are what came back.
      if (isViem && (next === 'message' || next === 'shortMessage')) continue
      visit(read(next), next, depth + 1)
    }
  }

  try {
    visit(error, '', 0)
  } catch {
    // A proxy may throw whatever is asked of it. What was read so far stands.
  }
  if (!['object', 'string', 'undefined'].includes(typeof error))
    addText(String(error))

  return { ...facts, cause: toError(error) }
}

function getKeys(value: object): readonly string[] {
  try {
    // What says most comes first; `message` and `cause` are not enumerable.
    return [
      ...new Set([
        'data',
        'raw',
        'details',
        'reason',
        'message',
        ...Object.keys(value).slice(0, 100),
        'cause',
        'errors',
      ]),
    ]
  } catch {
    return []
  }
}

function isReceipt(value: object): value is FailedReceipt {
  return ['actualGasCost', 'receipt', 'userOpHash'].some(
    (name) => readProperty(value, name) !== undefined,
  )
}

function isRevertData(text: string): boolean {
  return text.length % 2 === 0 && /^0x[0-9a-f]*$/i.test(text)
}

function toTime(value: unknown): bigint | undefined {
  if (typeof value === 'bigint') return value
  if (typeof value === 'number' && Number.isSafeInteger(value))
    return BigInt(value)
  if (
    typeof value !== 'string' ||
    !/^(?:0x[0-9a-f]{1,12}|\d{1,15})$/i.test(value)
  )
    return undefined
  return BigInt(value)
}

function tryEncode(
  abiItem: unknown,
  errorName: string,
  args: unknown,
): Hex | undefined {
  try {
    return encodeErrorResult({
      abi: [abiItem],
      args: args as readonly unknown[],
      errorName,
    })
  } catch {
    return undefined
  }
}

function toText(value: unknown): string {
  return Array.isArray(value)
    ? value.filter((item) => typeof item === 'string').join('\n')
    : ''
}

function toError(error: unknown): Error {
  if (error instanceof Error) return error
  return new Error('Not an error object.', { cause: error })
}
