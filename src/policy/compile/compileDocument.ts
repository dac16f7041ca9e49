import { getAddress, IntegerOutOfRangeError, size } from 'viem'

import type { DocumentFault } from '../document/fault.ts'
import { formatPath } from '../document/path.ts'
import type { PolicyDocument } from '../document/policySchema.ts'
import { checkPolicy } from '../format/checkPolicy.ts'
import { maxBlobSize } from '../format/constants.ts'
import {
  type EncodedPolicy,
  encodePolicyParts,
} from '../format/encodePolicy.ts'
import { getBlobHash } from '../format/getBlobHash.ts'
import type { PolicyData } from '../format/types.ts'
import { type AssembledPolicy, assemblePolicy } from './assemblePolicy.ts'
import type { CompiledPolicy } from './compiledPolicy.ts'
import { compileGas } from './compileGas.ts'
import { type AccountProfile, compileHeader } from './compileHeader.ts'
import { compileLimits, type LimitEntry } from './compileLimits.ts'
import { compilePermission } from './compilePermission.ts'
import { compileSchedule } from './compileSchedule.ts'
import { compileTiers } from './compileTiers.ts'
import { attempt, type CompileContext } from './context.ts'
import { createAssetTable, type NamedAsset } from './createAssetTable.ts'
import { createGroupTable } from './createGroupTable.ts'
import { createSetTable, type SetTable } from './createSetTable.ts'
import { describeApprovers } from './describeApprovers.ts'
import { describeRules } from './describeRules.ts'
import { mergePermissions } from './mergePermissions.ts'
import { refuseNames } from './refuseNames.ts'
import { toDocumentPath } from './toDocumentPath.ts'

export type CompileDocumentParameters = AccountProfile & { chainId: number }

export type CompileDocumentReturnType =
  | { compiled: CompiledPolicy; faults?: undefined }
  | { compiled?: undefined; faults: readonly DocumentFault[] }

/** Compiles a document that has the form of one, or finds all its faults. */
export function compileDocument(
  document: PolicyDocument,
  { chainId, ...profile }: CompileDocumentParameters,
): CompileDocumentReturnType {
  const context: CompileContext = {
    chainId,
    document,
    faults: [],
    sets: createSetTable(),
    warnings: [],
  }
  if (!document.chains.includes(`eip155:${chainId}`))
    context.faults.push({
      fix: `Add eip155:${chainId} if the policy is for it.`,
      message: `The policy is not for eip155:${chainId}.`,
      path: ['chains'],
    })
  refuseNames(context)

  const groups = createGroupTable(context)
  const assets = createAssetTable(context)
  const limits = compileLimits(context, assets, groups)
  const scope = {
    assets,
    context,
    groups,
    limits: limits.map(({ limit }) => limit),
  }
  const entries = document.permissions.flatMap(
    (permission, index) =>
      attempt(context, () =>
        compilePermission(scope, permission, ['permissions', index]),
      ) ?? [],
  )
  const header = compileHeader(context, profile)
  const schedule = compileSchedule(context, header)
  const gas = attempt(context, () => compileGas(context))
  const tiers = attempt(context, () => compileTiers(context))
  const merged = mergePermissions(context, entries)
  if (gas === undefined || context.faults.length > 0)
    return { faults: context.faults }

  const table = context.sets.finish()
  const assembled = assemblePolicy(
    {
      ...gas,
      ...header,
      assets: assets.assets.map(({ address, id, kind }) => ({
        address,
        id,
        kind,
      })),
      blackouts: schedule.blackouts.map(({ end, start }) => ({ end, start })),
      chainId,
      groups: groups.groups,
      limits: scope.limits,
      tiers,
      weekly: schedule.weekly,
    },
    merged,
    table,
  )
  const faults = check(context, assembled, assets.assets, limits, table)
  if (faults.length > 0) return { faults }
  const encoded = encode(assembled.policy)
  if (encoded === undefined)
    return {
      faults: [
        {
          fix: 'Have `external: true` on the largest set, or fewer permissions.',
          message: `The policy is longer than ${maxBlobSize} bytes.`,
          path: [],
        },
      ],
    }
  const approvers = describeApprovers(context, tiers)
  return {
    compiled: {
      ...(approvers ? { approvers } : {}),
      assets: assets.assets.map((asset) => ({
        ...asset,
        address: getAddress(asset.address),
      })),
      blackouts: schedule.blackouts,
      bytes: encoded.bytes,
      chainId,
      limits: limits.map(describeLimit),
      policyHash: getBlobHash(encoded.bytes),
      rules: describeRules(assembled, encoded),
      sets: table.blobs,
      warnings: context.warnings.map(({ message, path }) => ({
        message,
        path: formatPath(path),
      })),
    },
  }
}

/** What the store would refuse, in the words of the document. */
function check(
  { document, sets }: CompileContext,
  assembled: AssembledPolicy,
  assets: readonly NamedAsset[],
  limits: readonly LimitEntry[],
  { handles }: ReturnType<SetTable['finish']>,
): readonly DocumentFault[] {
  const faults = checkPolicy(assembled.policy, (index) => {
    const set = sets.get(handles[index] ?? -1)
    return set.isAddresses ? set.elements : undefined
  })
  return faults.map(({ at, fix, message }) => ({
    fix,
    message,
    path: toDocumentPath({ assembled, assets, document, limits }, at),
  }))
}

/** Undefined where the policy does not fit into a blob. */
function encode(policy: PolicyData): EncodedPolicy | undefined {
  try {
    const encoded = encodePolicyParts(policy)
    return size(encoded.bytes) <= maxBlobSize ? encoded : undefined
  } catch (error) {
    // An offset beyond 16 bits.
    if (error instanceof IntegerOutOfRangeError) return undefined
    throw error
  }
}

function describeLimit({
  path,
  source,
  symbol,
}: LimitEntry): CompiledPolicy['limits'][number] {
  const { name, onDeny } = source
  return {
    asset: symbol,
    ...(name === undefined ? {} : { name }),
    ...(onDeny === undefined ? {} : { onDeny }),
    path: formatPath(path),
  }
}
