import type { Abi, Address, Hash } from 'viem'

import type { Approver } from '../types/approval.ts'
import type { PolicyErrorPhase } from './defineErrorRow.ts'

/** What an error needs to know of a compiled policy to speak human. */
export type PolicyErrorPolicy = {
  /** Who approves, where it is known. */
  approvers?: readonly Approver[] | undefined
  rules: readonly {
    /** Offset of the rule in the policy's bytes. */
    offset: number
    /** The owner's name for the rule. */
    name?: string | undefined
    /** What the owner wants the agent to hear when the rule denies. */
    onDeny?: string | undefined
  }[]
  /** In the policy's order. */
  limits: readonly {
    name?: string | undefined
    onDeny?: string | undefined
    /** The whole of the limit, in base units of its asset. */
    amount?: bigint | undefined
    /** Window of the limit, such as `day`. */
    per?: string | undefined
    /** Index of the limit's asset. */
    asset?: number | undefined
  }[]
  /** In the policy's order. */
  assets: readonly {
    symbol: string
    decimals: number
    /** Token; none or zero for what is no token. */
    address?: Address | undefined
    /** Number or name as in the policy format: 1 or `native`, …, 6 or `gas`. */
    kind?: number | string | undefined
  }[]
  /** Maximal prefunds of a UTC day, in wei. */
  gasBudget?: bigint | undefined
}

/** What the caller knows about an operation that failed. */
export type PolicyErrorContext = {
  /**
   * Step that failed. Say `execution` where the failing call was the
   * account's `execute`, whose targets can imitate the module's errors.
   */
  phase?: PolicyErrorPhase | undefined
  userOpHash?: Hash | undefined
  transactionHash?: Hash | undefined
  account?: Address | undefined
  agent?: Address | undefined
  chainId?: number | undefined
  /** ABIs whose errors the calls' targets may raise. */
  abis?: readonly (Abi | readonly unknown[])[] | undefined
  /** Policy that the operation ran under. */
  policy?: PolicyErrorPolicy | undefined
  /** Calls of the operation, in its order. */
  calls?:
    | readonly {
        to?: Address | null | undefined
        data?: `0x${string}` | undefined
        value?: bigint | undefined
        abi?: Abi | readonly unknown[] | undefined
        functionName?: string | undefined
      }[]
    | undefined
}
