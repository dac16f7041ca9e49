import type { DecodedRevert } from './decodeRevert.ts'
import type { ErrorRow } from './defineErrorRow.ts'
import { errorTable, type PolicyErrorCode } from './errorTable.ts'
import type { PolicyErrorParameters } from './policyError.ts'
import type { PolicyErrorContext } from './policyErrorContext.ts'
import type { PolicyErrorDetail } from './policyErrorDetails.ts'
import type { PolicyErrorSource } from './policyErrorJson.ts'

/** An error's code with everything that is known about it. */
export type ClassifiedError = Omit<
  PolicyErrorParameters,
  'cause' | 'context' | 'violations'
> & { context: PolicyErrorContext }

/** Code of each Solidity error of the module and the store. */
const codeBySolidity = new Map(
  Object.entries(errorTable).flatMap(([code, { solidity }]) =>
    solidity ? [[solidity, code as PolicyErrorCode]] : [],
  ),
)

/** What accounts revert with when the module is not installed on them. */
const notInstalled = new Set([
  'ERC7579UninstalledModule',
  'InvalidValidator',
  'ModuleNotInstalled',
  'ValidatorNotInstalled',
])

/** What tokens say when the balance is too low. */
const balanceTooLow =
  /(?:exceeds|insufficient)[ -]balance|balance (?:is )?too low|insufficient (?:token )?balance/i

/**
 * Says what revert data stands for.
 *
 * In an execution, an error that only the module's validation can raise is an
 * imitation by the call's target: it stays the target's own.
 *
 * @param revert - Decoded revert data
 * @param parameters.isExecution - Whether the policy had allowed the operation
 * and a call reverted
 * @param parameters.source - What else is known of the source
 */
export function classifyRevert(
  revert: DecodedRevert,
  parameters: {
    context: PolicyErrorContext
    isExecution: boolean
    source: Pick<PolicyErrorSource, 'aa' | 'rpcCode'>
  },
): ClassifiedError {
  const { context, isExecution } = parameters
  const { errorName, rawData } = revert
  const source = {
    ...parameters.source,
    errorName,
    kind: 'custom_error' as const,
    rawData,
  }

  const code =
    revert.kind === 'module' && errorName
      ? codeBySolidity.get(errorName)
      : undefined
  if (code && (!isExecution || getRow(code).inExecution))
    return { arguments: revert.args, code, context, source }

  if (!isExecution && errorName && notInstalled.has(errorName))
    return {
      arguments: { account: context.account },
      code: 'MODULE_NOT_INSTALLED',
      context: { ...context, phase: context.phase ?? 'validation' },
      source,
    }

  if (isExecution || (!parameters.source.aa && isOfTarget(revert)))
    return classifyCall(revert, { context, source })

  return {
    arguments: {
      reason: revert.kind === 'unknown' ? undefined : getRevertReason(revert),
      selector:
        revert.kind === 'unknown' && rawData.length >= 10
          ? rawData.slice(0, 10)
          : undefined,
    },
    code: 'UNKNOWN_REVERT',
    context,
    details: getTargetError(revert),
    source,
  }
}

/** A call that its target reverted. */
function classifyCall(
  revert: DecodedRevert,
  { context, source }: Pick<ClassifiedError, 'context' | 'source'>,
): ClassifiedError {
  const { calls } = context
  const callIndex = revert.callIndex ?? (calls?.length === 1 ? 0n : undefined)
  const call = callIndex === undefined ? undefined : calls?.[Number(callIndex)]
  const target = revert.target ?? call?.to ?? undefined
  const phase = context.phase === 'inclusion' ? 'execution' : context.phase

  if (!isBalanceTooLow(revert))
    return {
      arguments: { callIndex, reason: getRevertReason(revert), target },
      code: 'CALL_REVERTED',
      context: { ...context, phase },
      details: getTargetError(revert),
      source,
    }

  const { balance, needed, sender } = revert.args
  return {
    arguments: {
      account: sender ?? context.account,
      balance,
      reason: getRevertReason(revert),
      requested: needed,
      token: revert.errorName?.startsWith('ERC') ? target : undefined,
    },
    code: 'INSUFFICIENT_BALANCE',
    context: { ...context, phase },
    details: { ...getTargetError(revert), callIndex, target },
    source,
  }
}

/** What revert data says, as somebody else's words. */
export function getRevertReason(revert: DecodedRevert): string | undefined {
  if (revert.reason) return revert.reason
  if (revert.errorName) return `${revert.errorName}(${revert.texts.join(', ')})`
  return revert.kind === 'unknown'
    ? `unknown error ${revert.rawData.slice(0, 10)}`
    : undefined
}

/** The decoded error of somebody else, for the details. */
export function getTargetError(
  revert: DecodedRevert,
): { targetError: PolicyErrorDetail } | undefined {
  if (!revert.errorName) return undefined
  return {
    targetError: {
      args: revert.texts,
      name: revert.errorName,
      signature: revert.signature,
    },
  }
}

/** Whether an error is surely one of a call's target. */
function isOfTarget(revert: DecodedRevert): boolean {
  return (
    revert.kind === 'given' ||
    isBalanceTooLow(revert) ||
    (revert.kind === 'known' &&
      /^ERC(?:20|721|1155)/.test(`${revert.errorName}`))
  )
}

function isBalanceTooLow({ errorName, kind, reason }: DecodedRevert): boolean {
  if (kind === 'known')
    return /^(?:ERC20|ERC1155)?InsufficientBalance$|^ERC721IncorrectOwner$/.test(
      `${errorName}`,
    )
  return reason !== undefined && balanceTooLow.test(reason)
}

function getRow(code: PolicyErrorCode): ErrorRow {
  return errorTable[code]
}
