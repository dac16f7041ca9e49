import { classifyReceipt } from './classifyReceipt.ts'
import {
  type ClassifiedError,
  classifyRevert,
  getTargetError,
} from './classifyRevert.ts'
import type { ErrorFacts } from './collectErrorFacts.ts'
import type { DecodedRevert } from './decodeRevert.ts'
import { errorTable, type PolicyErrorCode } from './errorTable.ts'
import type { PolicyErrorContext } from './policyErrorContext.ts'
import type { PolicyErrorArguments } from './policyErrorDetails.ts'
import type { PolicyErrorSource } from './policyErrorJson.ts'
import {
  chooseRevert,
  getAa,
  getAa23,
  getIssues,
  getReverts,
  getWindow,
  getWords,
} from './readErrorFacts.ts'
import { readProperty } from './readProperty.ts'
import { codeByAa, codeByName, codeByRpc, codeByText } from './upstreamCodes.ts'

/** No connection, or one that broke off. */
const networkDown =
  /\b(?:ECONN\w+|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EPIPE|UND_ERR\w*)\b|^fetch failed$/

/** Requests that surely never reached the other side. */
const neverSent = /\b(?:ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH)\b/

const transportErrors = new Set([
  'HttpRequestError',
  'SocketClosedError',
  'TimeoutError',
  'WebSocketRequestError',
])

/** Numbers that say less than the words beside them. */
const vagueRpcCodes = new Set([-32502, -32503, -32507, -32602, -32603])

/** What is known of one error on its way to a code. */
type Answer = {
  context: PolicyErrorContext
  facts: ErrorFacts
  source: Pick<PolicyErrorSource, 'aa' | 'rpcCode'>
}

/**
 * Finds the code that an error stands for, and its arguments.
 *
 * In this order: a receipt; the EntryPoint's text, with what is inside of it;
 * revert data; what has a name of its own; no answer; people's words where
 * the number is vague; the number.
 *
 * @param facts - What was read off the error
 * @param context - What the caller knows about the operation
 */
export function classifyError(
  facts: ErrorFacts,
  context: PolicyErrorContext,
): ClassifiedError {
  const abis = getAbis(context)
  const [receipt] = facts.receipts
  if (receipt) return classifyReceipt(receipt, context, abis)

  const reverts = getReverts(facts, abis)
  const revert = chooseRevert(reverts)
  const rpcCode = facts.codes.find((code) => code in codeByRpc)
  const text = facts.texts.join('\n')
  const isExecution =
    facts.codes.includes(-32521) ||
    context.phase === 'execution' ||
    context.phase === 'inclusion'
  // A call's target can revert with the EntryPoint's errors, too.
  const aa = getAa(isExecution ? [] : reverts, facts)
  const source = { aa, rpcCode: rpcCode ?? facts.codes[0] }
  const answer = { context, facts, source }

  if (aa && aa !== 'AA23') return byAa(aa, answer, revert)
  if (aa)
    return classifyRevert(revert ?? inWords(getAa23(text)), {
      context,
      isExecution: false,
      source,
    })
  if (revert && revert.kind !== 'empty')
    return classifyRevert(revert, { context, isExecution, source })

  const named = facts.names.find((name) => name in codeByName)
  if (named) return byName(named, answer)

  const transport = byTransport(answer)
  if (transport) return transport

  const worded = codeByText.find(([pattern]) => pattern.test(text))?.[1]
  const code =
    rpcCode === undefined || vagueRpcCodes.has(rpcCode)
      ? (worded ?? codeByRpc[rpcCode ?? 0])
      : codeByRpc[rpcCode]
  if (code && !facts.codes.includes(-32521)) return byCode(code, answer)

  if (revert || isRevert(facts, text))
    return classifyRevert(inWords(getWords(text)), {
      context,
      isExecution,
      source,
    })
  return byCode(getRest(facts), answer)
}

/** An answer of the EntryPoint that is not about the account's validation. */
function byAa(
  aa: string,
  answer: Answer,
  revert: DecodedRevert | undefined,
): ClassifiedError {
  const { facts, source } = answer
  const text = facts.texts.join('\n')
  // The same text for two things that want opposite reactions.
  const worded =
    aa === 'AA22' || aa === 'AA25'
      ? codeByText.find(
          ([pattern, code]) =>
            code ===
              (aa === 'AA22'
                ? 'WINDOW_NOT_BEGUN'
                : 'OPERATION_ALREADY_PENDING') && pattern.test(text),
        )?.[1]
      : undefined
  const classified = byCode(
    worded ?? codeByAa[aa] ?? 'UNKNOWN_REVERT',
    answer,
    'entrypoint',
  )
  if (!revert || revert.kind === 'empty') return classified
  return {
    ...classified,
    details:
      revert.errorName === 'FailedOp' ? undefined : getTargetError(revert),
    source: { ...source, kind: 'entrypoint', rawData: revert.rawData },
  }
}

/** Something with a name of its own, thrown by viem or by this package. */
function byName(name: string, answer: Answer): ClassifiedError {
  const code = codeByName[name] ?? 'UNKNOWN_ERROR'
  if (code !== 'WINDOW_UNAVAILABLE') return byCode(code, answer, 'sdk')

  const opensAt = readProperty(answer.facts.cause, 'retryAfter')
  if (typeof opensAt !== 'number')
    return byCode('WINDOW_NEVER_AVAILABLE', answer, 'sdk')
  return { ...byCode(code, answer, 'sdk'), arguments: { opensAt } }
}

/** No answer, or one of HTTP. */
function byTransport(answer: Answer): ClassifiedError | undefined {
  const { context, facts } = answer
  const status = facts.httpStatus
  const isTimeout = facts.names.includes('TimeoutError')
  const words = [...facts.systemCodes, ...facts.texts]
  const isDown =
    facts.names.some((name) => transportErrors.has(name)) ||
    words.some((text) => networkDown.test(text))
  if (!isDown && status === undefined) return undefined

  if (status === 401 || status === 403)
    return byCode('RPC_UNAUTHORIZED', answer)
  if (status === 429) return byCode('RPC_RATE_LIMITED', answer)
  if (status === 404 || status === 405)
    return byCode('METHOD_NOT_SUPPORTED', answer)
  if (status !== undefined && status >= 400 && status < 500 && status !== 408)
    return byCode('USER_OPERATION_INVALID', answer)

  const isRefused = words.some((text) => neverSent.test(text))
  const mayBeSent =
    facts.isSending || (isTimeout && context.phase === 'inclusion')
  return byCode(
    mayBeSent && !isRefused ? 'OUTCOME_UNKNOWN' : 'RPC_UNAVAILABLE',
    answer,
  )
}

/** A code whose arguments, if any, are what the other side said. */
function byCode(
  code: PolicyErrorCode,
  { context, facts, source }: Answer,
  kind: PolicyErrorSource['kind'] = source.rpcCode === undefined
    ? 'sdk'
    : 'rpc',
): ClassifiedError {
  const [validAfter, validUntil] = getWindow(facts)
  const known: PolicyErrorArguments = {
    account: context.account,
    agent: context.agent,
    reason: facts.texts[0] ?? facts.summary ?? facts.names[0],
    userOpHash: context.userOpHash,
    validAfter,
    validUntil,
  }
  const issues = getIssues(facts.cause)

  return {
    arguments: Object.fromEntries(
      Object.keys(errorTable[code].arguments).map((name) => [
        name,
        known[name],
      ]),
    ),
    code,
    context,
    details: issues.length > 0 ? { issues } : undefined,
    source: { ...source, kind },
  }
}

/** For errors that say little more than that there is one. */
function getRest(facts: ErrorFacts): PolicyErrorCode {
  if (facts.codes.some((code) => code <= -32000 && code > -33000))
    return 'RPC_UNAVAILABLE'
  // Some bundlers refuse a request's fields in words, without a number.
  return facts.names.includes('RpcRequestError')
    ? 'USER_OPERATION_INVALID'
    : 'UNKNOWN_ERROR'
}

function isRevert(facts: ErrorFacts, text: string): boolean {
  return (
    facts.codes.some((code) => [3, -32500, -32521].includes(code)) ||
    /\brevert(?:ed)?\b/i.test(text)
  )
}

function getAbis(context: PolicyErrorContext): readonly (readonly unknown[])[] {
  return [
    ...(context.calls ?? []).flatMap((call) => (call.abi ? [call.abi] : [])),
    ...(context.abis ?? []),
  ]
}

function inWords(reason: string | undefined): DecodedRevert {
  return { args: {}, kind: 'empty', rawData: '0x', reason, texts: [] }
}
