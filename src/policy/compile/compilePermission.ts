import { pad } from 'viem'

import type { DocumentPath } from '../document/path.ts'
import { type TokenCall, tokenCalls } from '../format/tokenCalls.ts'
import type { PolicyCondition, PolicyPlainRule } from '../format/types.ts'
import { compileCall } from './compileCall.ts'
import { compilePreset } from './compilePreset.ts'
import { type CompileContext, CompileFault } from './context.ts'
import { getAsset, getNative, type NamedAsset } from './createAssetTable.ts'
import { toWord } from './encodeValue.ts'
import { getAddressOf } from './getAddressOf.ts'
import { getBaseUnits } from './getBaseUnits.ts'
import { bindParty, getTransferTarget } from './getParty.ts'
import { getValueCap } from './getValueCap.ts'
import {
  type DocumentPermission,
  type PermissionEntry,
  type PermissionScope,
  toCanonicalRule,
} from './permissionEntry.ts'

type Of<key extends string> = Extract<DocumentPermission, Record<key, unknown>>

/** Compiles a permission into the alternatives that it stands for. */
export function compilePermission(
  scope: PermissionScope,
  source: DocumentPermission,
  path: DocumentPath,
): readonly PermissionEntry[] {
  const group = scope.groups.getIndex(source.group, [...path, 'group'])
  const base: PolicyPlainRule = {
    conditions: [],
    exact: false,
    group,
    headWords: 0,
    spends: [],
    tier: source.tier ?? 'none',
    type: 'plain',
    valueCap: 0n,
  }
  const entries = compileParts(scope, source, path, base)
  return entries.map((entry) => ({
    ...entry,
    rule: toCanonicalRule(entry.rule),
  }))
}

function compileParts(
  scope: PermissionScope,
  source: DocumentPermission,
  path: DocumentPath,
  base: PolicyPlainRule,
): readonly PermissionEntry[] {
  if ('call' in source) return compileCall(scope, source, path, base)
  if ('preset' in source) return compilePreset(scope, source, path, base)
  if ('transfer' in source) return compileTransfer(scope, source, path, base)
  if ('transferFrom' in source)
    return compileTransferFrom(scope, source, path, base)
  if ('approve' in source) return compileApprove(scope, source, path, base)
  return compileWrap(scope, source, path, base)
}

function compileTransfer(
  scope: PermissionScope,
  source: Of<'transfer'>,
  path: DocumentPath,
  base: PolicyPlainRule,
): readonly PermissionEntry[] {
  const asset = getAsset(scope.context, source.transfer, [...path, 'transfer'])
  if (asset.kind === 'native')
    return [
      {
        kind: 'transfer',
        path,
        rule: {
          ...base,
          valueCap: getValueCap(scope, source.max, base, asset, path),
        },
        selector: '0x00000000',
        source,
        target: getTransferTarget(scope.context, source, path),
      },
    ]
  if (source.max !== undefined)
    throw new CompileFault(
      [...path, 'max'],
      '`max` is for the native asset.',
      `Add a limit on ${asset.symbol} per operation.`,
    )
  const calls =
    asset.kind === 'erc20'
      ? [tokenCalls.transfer]
      : asset.kind === 'erc721'
        ? [tokenCalls.erc721SafeTransferFrom, tokenCalls.erc721TransferFrom]
        : [tokenCalls.erc1155SafeTransferFrom]
  return calls.map((call) => {
    const party = bindParty(scope.context, source, call.party.word, path)
    return toTokenEntry(scope, { asset, base, call, path, source }, party)
  })
}

function compileTransferFrom(
  scope: PermissionScope,
  source: Of<'transferFrom'>,
  path: DocumentPath,
  base: PolicyPlainRule,
): readonly PermissionEntry[] {
  const place = [...path, 'transferFrom']
  const asset = getAsset(scope.context, source.transferFrom, place)
  if (asset.kind !== 'erc20' && asset.kind !== 'erc721')
    throw new CompileFault(
      place,
      `"${asset.symbol}" has no transferFrom.`,
      'Use `transfer`.',
    )
  const call =
    asset.kind === 'erc20'
      ? tokenCalls.transferFrom
      : tokenCalls.erc721TransferFrom
  const party = bindParty(scope.context, source, call.party.word, path)
  return [toTokenEntry(scope, { asset, base, call, path, source }, party)]
}

function compileApprove(
  scope: PermissionScope,
  source: Of<'approve'>,
  path: DocumentPath,
  base: PolicyPlainRule,
): readonly PermissionEntry[] {
  const asset = getErc20(scope.context, source.approve, [...path, 'approve'])
  const spenders = Object.entries(source.spenders)
  if (spenders.length === 0)
    throw new CompileFault(
      [...path, 'spenders'],
      'There are no spenders.',
      'Name them, each with the most that it may be approved.',
    )
  return spenders.map(([spender, max]) => {
    const place = [...path, 'spenders', spender]
    const address = getAddressOf(scope.context, spender, place)
    const amount = getBaseUnits(max, asset, place)
    return toTokenEntry(
      scope,
      { asset, base, call: tokenCalls.approve, path: place, source },
      [
        { op: 'equal', value: pad(address, { size: 32 }), word: 0 },
        { op: 'atMost', value: toWord(amount), word: 1 },
      ],
    )
  })
}

function compileWrap(
  scope: PermissionScope,
  source: Of<'unwrap'> | Of<'wrap'>,
  path: DocumentPath,
  base: PolicyPlainRule,
): readonly PermissionEntry[] {
  if ('unwrap' in source) {
    const asset = getErc20(scope.context, source.unwrap, [...path, 'unwrap'])
    const call = tokenCalls.withdraw
    return [toTokenEntry(scope, { asset, base, call, path, source }, [])]
  }
  const asset = getErc20(scope.context, source.wrap, [...path, 'wrap'])
  const native = getNative(scope.context, [...path, 'wrap'])
  return [
    {
      kind: 'call',
      path,
      rule: {
        ...base,
        exact: true,
        valueCap: getValueCap(scope, source.max, base, native, path),
      },
      selector: tokenCalls.deposit.selector,
      source,
      target: { address: asset.address, type: 'one' },
    },
  ]
}

function toTokenEntry(
  scope: PermissionScope,
  {
    asset,
    base,
    call,
    path,
    source,
  }: {
    asset: NamedAsset
    base: PolicyPlainRule
    call: TokenCall
    path: DocumentPath
    source: DocumentPermission
  },
  conditions: readonly PolicyCondition[],
): PermissionEntry {
  const fixed: PolicyCondition[] = []
  if (call.account !== undefined)
    fixed.push({ op: 'account', word: call.account })
  if (call.id !== undefined)
    fixed.push({ op: 'equal', value: toWord(asset.id), word: call.id })
  const index = scope.assets.getIndex(asset, path)
  const word = typeof call.spend === 'number' ? call.spend : undefined
  return {
    kind: 'call',
    path,
    rule: {
      ...base,
      conditions: [...fixed, ...conditions],
      exact: call.exact,
      headWords: call.headWords,
      spends: [{ asset: index, ...(word === undefined ? {} : { word }) }],
    },
    selector: call.selector,
    source,
    target: { address: asset.address, type: 'one' },
  }
}

function getErc20(
  context: CompileContext,
  symbol: string,
  path: DocumentPath,
): NamedAsset {
  const asset = getAsset(context, symbol, path)
  if (asset.kind === 'erc20') return asset
  throw new CompileFault(
    path,
    `"${symbol}" is no ERC-20 token.`,
    'Name one; approvals of other tokens hand out what no meter sees.',
  )
}
