import type { Address, Hex } from 'viem'

/** Half-open span of time: `end` is the first second after it. */
export type PolicySpan = { end: number; start: number }

export type PolicyAsset = {
  /** Token or collection; zero for the other kinds. */
  address: Address
  /** Token id of an ERC-1155 asset; 0 for the other kinds. */
  id: bigint
  kind: 'erc1155' | 'erc20' | 'erc721' | 'gas' | 'native' | 'operations'
}

export type PolicyLimit = {
  /** What happens when `amount` would be exceeded. */
  action: 'approval' | 'delay' | 'deny' | 'notify'
  /** Base units of the asset: wei for native and gas, a number of operations. */
  amount: bigint
  /** First second of period 0, in Unix seconds; 0 where the kind has none. */
  anchor: number
  /** Index of the asset. */
  asset: number
  /** Index of the group; without one, all permissions count. */
  group?: number | undefined
  kind:
    | 'fixed'
    | 'lifetime'
    | 'month'
    | 'operation'
    | 'rollingAmount'
    | 'rollingCount'
  /** Seconds; 0 where the kind has no length. */
  length: number
  /** Who shares the meter. */
  scope: 'account' | 'agent'
}

export type PolicySet =
  | { addresses: readonly Address[]; kind: 'addresses' }
  | { blobHash: Hex; kind: 'addressesBlob' | 'wordsBlob' }
  | { kind: 'words'; words: readonly Hex[] }

/** `word` counts 32-byte words behind the selector. */
export type PolicyCondition =
  | {
      op:
        | 'atLeast'
        | 'atMost'
        | 'equal'
        | 'notEqual'
        | 'signedAtLeast'
        | 'signedAtMost'
      /** 32 bytes. */
      value: Hex
      word: number
    }
  | {
      op: 'in' | 'notIn'
      /** Index of the set. */
      set: number
      word: number
    }
  | {
      /** 32 bytes. */
      mask: Hex
      op: 'mask'
      /** 32 bytes, within the mask. */
      value: Hex
      word: number
    }
  | { op: 'account' | 'address'; word: number }
  | {
      /** Words from the start of the enclosing tuple. */
      offset: number
      op: 'pointer'
      /** Words of the region that begins there. */
      size: number
      word: number
    }
  | {
      /** Words of an element; 0 where `length` counts bytes. */
      elementSize: number
      length: number
      op: 'length'
      word: number
    }

export type PolicySpend = {
  /** Index of the asset. */
  asset: number
  /** Word that holds the amount; without one, the amount is 1. */
  word?: number | undefined
}

export type PolicyPlainRule = {
  conditions: readonly PolicyCondition[]
  /** Whether the calldata is exactly the selector and the head. */
  exact: boolean
  /** Index of the group. */
  group?: number | undefined
  headWords: number
  spends: readonly PolicySpend[]
  /** Action forced on the operation. */
  tier: 'approval' | 'delay' | 'none' | 'notify'
  type: 'plain'
  /** Most wei that one such call may carry. */
  valueCap: bigint
}

export type PolicySwitchRule = {
  alternatives: readonly { rule: PolicyPlainRule; value: Hex }[]
  type: 'switch'
  word: number
}

export type PolicyRule = PolicyPlainRule | PolicySwitchRule

export type PolicyPermission = {
  /** A native transfer without calldata, or a call. */
  kind: 'call' | 'transfer'
  rule: PolicyRule
  /** 4 bytes; zero for a transfer. */
  selector: Hex
  target: Address
}

export type PolicySetPermission = {
  /** Whether the targets are those that are not in the set. */
  except: boolean
  kind: 'call' | 'transfer'
  rule: PolicyRule
  /** 4 bytes; zero for a transfer. */
  selector: Hex
  /** Index of a set of addresses; without one, every address. */
  set?: number | undefined
}

/** A policy field by field, as `docs/policy-format.md` has it. */
export type PolicyData = {
  assets: readonly PolicyAsset[]
  blackouts: readonly PolicySpan[]
  chainId: number
  /** Whether the outer call is `executeUserOp` around `execute`. */
  executeUserOp: boolean
  /** Most maximal prefund a UTC day, in units of `10 ** gasExponent` wei. */
  gasBudget: bigint
  gasExponent: number
  /** First 16 bytes of the keccak-256 of each group's name. */
  groups: readonly Hex[]
  /** May freeze the agent and cancel what it has announced. */
  guardian?: Address | undefined
  limits: readonly PolicyLimit[]
  /** Most calls in one operation. */
  maxCalls: number
  /** Wei. */
  maxFeePerGas: bigint
  /** Gas limits of one operation added up, in gas units. */
  maxGas: bigint
  /** Gas units. */
  maxPreVerificationGas: bigint
  /** Greatest width of a signed window, in seconds. */
  maxWindow: number
  /** Over the nonce key: the nonce's upper 192 bits. */
  nonceMask: bigint
  nonceValue: bigint
  /** Index of the set of paymasters; without one, none is allowed. */
  paymasters?: number | undefined
  permissions: readonly PolicyPermission[]
  setPermissions: readonly PolicySetPermission[]
  sets: readonly PolicySet[]
  /** Whether an operation must settle. */
  settlement: boolean
  tiers?:
    | {
        /** Index of the set of approvers. */
        approvers?: number | undefined
        /** Seconds. */
        delay: number
        /** Seconds. */
        lifetime: number
        threshold: number
      }
    | undefined
  /** First second in which an operation may run, in Unix seconds. */
  validAfter: number
  /** Last second, inclusive, in Unix seconds. */
  validUntil: number
  /** Seconds since Monday 00:00 UTC. */
  weekly: readonly PolicySpan[]
}

/** Addresses of a set that lies in a blob of its own, where they are known. */
export type GetBlobAddresses = (set: number) => readonly Address[] | undefined
