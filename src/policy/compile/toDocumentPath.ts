import type { DocumentPath } from '../document/path.ts'
import type { PolicyDocument } from '../document/policySchema.ts'
import type { AssembledPolicy } from './assemblePolicy.ts'
import type { LimitEntry } from './compileLimits.ts'
import type { NamedAsset } from './createAssetTable.ts'
import { getGroupId } from './createGroupTable.ts'

/** Place in the document of the header's fields. */
const headerPaths: Readonly<Record<string, DocumentPath>> = {
  assets: ['limits'],
  blackouts: ['schedule', 'blackouts'],
  gasBudget: ['gas', 'perDay'],
  gasExponent: ['gas', 'perDay'],
  maxFeePerGas: ['gas', 'maxFeePerGas'],
  maxGas: ['gas', 'maxGas'],
  maxPreVerificationGas: ['gas', 'maxPreVerificationGas'],
  maxWindow: ['window'],
  nonceValue: ['account', 'nonceValue'],
  paymasters: ['gas', 'paymasters'],
  setPermissions: ['permissions'],
  validUntil: ['validity', 'until'],
  weekly: ['schedule', 'weekly'],
}

export type ToDocumentPathParameters = {
  assembled: AssembledPolicy
  assets: readonly NamedAsset[]
  document: PolicyDocument
  limits: readonly LimitEntry[]
}

/** Finds where the owner wrote what a policy's fields have at `at`. */
export function toDocumentPath(
  { assembled, assets, document, limits }: ToDocumentPathParameters,
  at: readonly (number | string)[],
): DocumentPath {
  const [table, index, alternative = 0] = at
  if (typeof index !== 'number')
    return headerPaths[String(table)] ?? [String(table)]
  switch (table) {
    case 'assets': {
      const { kind, symbol } = assets[index] ?? {}
      return kind === 'gas' || kind === 'operations' || symbol === undefined
        ? ['limits']
        : ['assets', symbol]
    }
    case 'groups': {
      const id = assembled.policy.groups[index]
      const names = document.groups ?? []
      return ['groups', names.findIndex((name) => getGroupId(name) === id)]
    }
    case 'limits':
      return limits[index]?.path ?? ['limits']
    case 'permissions':
    case 'setPermissions':
      return (
        assembled[table][index]?.entries[Number(alternative)]?.path ?? [
          'permissions',
        ]
      )
    default:
      return headerPaths[String(table)] ?? [String(table)]
  }
}
