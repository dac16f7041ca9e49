import { formatAmount } from '../document/amounts.ts'
import type { DocumentCondition } from '../document/conditionSchema.ts'
import type { DocumentFault } from '../document/fault.ts'
import { isApproved } from '../document/isApproved.ts'
import { type DocumentPath, formatPath } from '../document/path.ts'
import type { PolicyPlainRule } from '../format/types.ts'
import type { PresetAmount, PresetCall } from '../presets/preset.ts'
import { expandPreset, type PresetPermission } from '../presets/presets.ts'
import { compileCall } from './compileCall.ts'
import { attempt, type CompileContext, CompileFault } from './context.ts'
import { getAsset } from './createAssetTable.ts'
import { getBaseUnits } from './getBaseUnits.ts'
import { groupPresetCalls, type PresetCallGroup } from './groupPresetCalls.ts'
import type {
  CallPermission,
  PermissionEntry,
  PermissionScope,
} from './permissionEntry.ts'

/** A `call`, and where the document says what its parts are made of. */
type WrittenCall = {
  permission: CallPermission
  /** By argument. */
  places: ReadonlyMap<string, DocumentPath>
}

/** Compiles a preset into the calls that it stands for. */
export function compilePreset(
  scope: PermissionScope,
  source: PresetPermission,
  path: DocumentPath,
  base: PolicyPlainRule,
): readonly PermissionEntry[] {
  const { context } = scope
  return groupPresetCalls(expandPreset(source), path).flatMap((group) => {
    const { call } = group
    const faults: DocumentFault[] = []
    const inner = { ...scope, context: { ...context, faults } }
    const written = attempt({ faults }, () => writeCall(context, group, path))
    const entries =
      written === undefined
        ? []
        : (attempt({ faults }, () =>
            compileCall(inner, written.permission, path, base),
          ) ?? [])
    for (const fault of faults)
      addFault(context, {
        ...fault,
        path: getPlace(fault.path, path, call, written?.places),
      })
    return entries.map((entry) => ({
      ...entry,
      path: [...path, ...call.path],
      source,
    }))
  })
}

function writeCall(
  { document, ...context }: CompileContext,
  { call, pins }: PresetCallGroup,
  path: DocumentPath,
): WrittenCall {
  const where: Record<string, DocumentCondition> = { ...call.where }
  const places = new Map<string, DocumentPath>()
  for (const { argument, path: place, values } of pins) {
    const [value] = values
    where[argument] =
      values.length === 1 && value !== undefined ? value : { in: values }
    places.set(argument, place)
  }
  const spends = call.amounts.flatMap((amount) => {
    const { argument, asset } = amount
    const place = [...path, ...amount.path]
    where[argument] = writeAmount({ document, ...context }, amount, place)
    places.set(argument, amount.path)
    const isSpent =
      amount.spends === 'always' ||
      (amount.spends === 'unlessApproved' &&
        !isApproved(document, asset, call.contract))
    if (isSpent && amount.most === undefined)
      throw new CompileFault(
        place,
        `The call spends ${asset}, and no budget can count all of it.`,
        `Write an amount, or permit to approve ${call.contract}, which counts instead.`,
      )
    return isSpent ? [{ amount: argument, asset }] : []
  })
  return {
    permission: {
      call: call.contract,
      function: call.function,
      spends,
      where,
    },
    places,
  }
}

/** Bounds an amount on both sides, or only from below. */
function writeAmount(
  context: CompileContext,
  { asset: symbol, least, most }: PresetAmount,
  path: DocumentPath,
): DocumentCondition {
  const asset = getAsset(context, symbol, path)
  if (asset.kind !== 'erc20')
    throw new CompileFault(
      path,
      `"${symbol}" is no ERC-20 token.`,
      'Name one; for the native asset, the token that wraps it.',
    )
  for (const amount of [least, most])
    if (amount !== undefined && getBaseUnits(amount, asset, path) === 0n)
      throw new CompileFault(
        path,
        'The amount is zero.',
        'Have it above zero, or leave it out.',
      )
  return {
    atLeast: least ?? formatAmount(1n, asset.decimals),
    ...(most === undefined ? {} : { atMost: most }),
    unit: symbol,
  }
}

/** Adds a fault, which alternatives may share, once. */
function addFault({ faults }: CompileContext, fault: DocumentFault): void {
  const isKnown = faults.some(
    ({ message, path }) =>
      message === fault.message && formatPath(path) === formatPath(fault.path),
  )
  if (!isKnown) faults.push(fault)
}

/** Where the document says what a part of the written call is made of. */
function getPlace(
  faultPath: DocumentPath,
  path: DocumentPath,
  { amounts, contractPath, path: callPath }: PresetCall,
  places: ReadonlyMap<string, DocumentPath> | undefined,
): DocumentPath {
  const isInside = path.every((part, index) => faultPath[index] === part)
  if (!isInside) return faultPath
  const [key, name] = faultPath.slice(path.length)
  switch (key) {
    case 'call':
      return [...path, ...contractPath]
    case 'spends':
      return [...path, ...(amounts[0]?.path ?? callPath)]
    case 'where':
      return [...path, ...(places?.get(String(name)) ?? callPath)]
    default:
      return faultPath
  }
}
