import type { Address, Hex } from 'viem'

import type { Approver } from '../../types/approval.ts'
import type { PolicyAsset, PolicySpan } from '../format/types.ts'
import type { CompiledSet } from './createSetTable.ts'

/** A rule of the bytes, and what its owner calls it. */
export type CompiledRule = {
  kind: 'call' | 'transfer'
  name?: string | undefined
  /** Bytes from the start of the policy: what denials name. */
  offset: number
  onDeny?: string | undefined
  /** Place in the document; of the first one where several were merged. */
  path: string
  selector: Hex
  /** Undefined where the rule is for a set of addresses. */
  target?: Address | undefined
  /** A switch chooses between the rules of alternatives. */
  type: 'plain' | 'switch'
}

/** A limit of the bytes, in their order, and what its owner calls it. */
export type CompiledLimit = {
  /** Symbol of the asset; `operations` and `gas` for these. */
  asset: string
  name?: string | undefined
  onDeny?: string | undefined
  /** Place in the document. */
  path: string
}

/** An asset of the bytes, in their order. */
export type CompiledAsset = PolicyAsset & { decimals: number; symbol: string }

export type PolicyWarning = {
  message: string
  /** Place in the document. */
  path: string
}

export type CompiledPolicy = {
  /** Who approves; undefined where the document does not list them. */
  approvers?: readonly Approver[] | undefined
  assets: readonly CompiledAsset[]
  /** In the order of the bytes; several of the document may have merged. */
  blackouts: readonly (PolicySpan & { reasons: readonly string[] })[]
  /** To be published, after the sets. */
  bytes: Hex
  chainId: number
  limits: readonly CompiledLimit[]
  /** Id of the policy. */
  policyHash: Hex
  /** In ascending order of their offsets. */
  rules: readonly CompiledRule[]
  /** Blobs to be published before the policy. */
  sets: readonly CompiledSet[]
  warnings: readonly PolicyWarning[]
}
