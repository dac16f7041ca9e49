import type { Address, Hex } from 'viem'
import { conditionOps } from '../../constants/conditionOps.ts'
import type { DocumentPath } from '../document/path.ts'
import type { PolicyDocument } from '../document/policySchema.ts'
import { encodeSpend } from '../format/encodeRule.ts'
import type {
  PolicyCondition,
  PolicyLimit,
  PolicyPlainRule,
} from '../format/types.ts'
import type { CompileContext } from './context.ts'
import type { AssetTable } from './createAssetTable.ts'
import type { GroupTable } from './createGroupTable.ts'

export type DocumentPermission = PolicyDocument['permissions'][number]

export type CallPermission = Extract<DocumentPermission, { call: unknown }>

/** What a rule demands of a call's data. */
export type CompiledArguments = Pick<
  PolicyPlainRule,
  'conditions' | 'exact' | 'headWords' | 'spends'
>

/** What the permissions of one policy share. */
export type PermissionScope = {
  assets: AssetTable
  context: CompileContext
  groups: GroupTable
  limits: readonly PolicyLimit[]
}

/** Where a permitted call may go. */
export type PermissionTarget =
  | { address: Address; type: 'one' }
  | { except: boolean; handle: number; type: 'set' }
  | { type: 'any' }

/** One alternative of a permission. Its sets are named by their handles. */
export type PermissionEntry = {
  kind: 'call' | 'transfer'
  path: DocumentPath
  rule: PolicyPlainRule
  selector: Hex
  source: DocumentPermission
  target: PermissionTarget
}

/** Brings a rule's parts into the order that the format has. */
export function toCanonicalRule(rule: PolicyPlainRule): PolicyPlainRule {
  return {
    ...rule,
    conditions: [...rule.conditions].sort(
      (one, other) => getOrder(one) - getOrder(other),
    ),
    spends: [...rule.spends].sort((one, other) =>
      encodeSpend(one) < encodeSpend(other) ? -1 : 1,
    ),
  }
}

function getOrder({ op, word }: PolicyCondition): number {
  return word * 256 + conditionOps.indexOf(op)
}
