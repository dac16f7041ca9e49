import type { Address, Hex } from 'viem'

import type { PolicyDocument } from '../document/policySchema.ts'
import type {
  PolicyAsset,
  PolicyCondition,
  PolicyData,
  PolicyLimit,
  PolicyPlainRule,
} from '../format/types.ts'

/** An asset by what it is, whatever its place in a table. */
export type ViewAsset = PolicyAsset & {
  decimals: number
  /** The same for the same asset of another policy. */
  key: string
  symbol: string
}

export type ViewSet = {
  /** 32-byte words; undefined where only the id of the set is known. */
  elements: readonly Hex[] | undefined
  isAddresses: boolean
  /** The same for the same set of another policy. */
  key: string
}

type SetCondition = Extract<PolicyCondition, { set: number }>

/** A condition whose set stands for itself. */
export type ViewCondition =
  | Exclude<PolicyCondition, SetCondition>
  | (Omit<SetCondition, 'set'> & { set: ViewSet })

type ViewSpend = { asset: ViewAsset; word?: number | undefined }

/** A plain rule. One of a switch has the switch as a condition. */
export type ViewRule = Omit<
  PolicyPlainRule,
  'conditions' | 'group' | 'spends' | 'type'
> & {
  conditions: readonly ViewCondition[]
  /** The 16 bytes that the policy has of the group's name. */
  group: Hex | undefined
  /** Place in the document. */
  path: string
  /** Undefined where the policy has been read from bytes. */
  source: PolicyDocument['permissions'][number] | undefined
  spends: readonly ViewSpend[]
}

export type ViewTarget =
  | { address: Address; type: 'one' }
  | { except: boolean; set: ViewSet; type: 'set' }
  | { type: 'any' }

export type ViewPermission = {
  kind: 'call' | 'transfer'
  /** One, or the alternatives of a switch. */
  rules: readonly ViewRule[]
  selector: Hex
  target: ViewTarget
}

export type ViewLimit = Omit<PolicyLimit, 'asset' | 'group'> & {
  asset: ViewAsset
  /** The 16 bytes that the policy has of the group's name. */
  group: Hex | undefined
  /** Place in the document. */
  path: string
  /** Undefined where the policy has been read from bytes. */
  source: PolicyDocument['limits'][number] | undefined
}

/** A policy in which nothing is named by its place in a table. */
export type PolicyView = {
  approvers: ViewSet | undefined
  /** What the policy says beside its tables. */
  data: PolicyData
  /** Undefined where the policy has been read from bytes. */
  document: PolicyDocument | undefined
  getGroupName: (group: Hex) => string
  /** Name of an address, or the address itself. */
  getName: (address: Address) => string
  limits: readonly ViewLimit[]
  paymasters: ViewSet | undefined
  /** Those for one address first, then in the order in which they are tried. */
  permissions: readonly ViewPermission[]
}
