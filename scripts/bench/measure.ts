import { size } from 'viem'
import type { EntryPointVersion } from '../../src/local/entryPoints.ts'
import type { CompiledPolicy } from '../../src/policy/compile/compiledPolicy.ts'
import type { Call } from '../../src/types/call.ts'
import { type BenchAccount, createAccount } from './account.ts'
import type { Bench, Sent } from './bench.ts'
import { type OwnerGas, setUp } from './owner.ts'
import { getValidator, type Route, sendOperation } from './sendOperation.ts'
import { traceOperation, type ValidationGas } from './traceOperation.ts'

/** What three identical operations in a row cost. */
type Steady = {
  /** Bytes of the third transaction's input. */
  calldata: number
  /** Gas of the first transaction, in which slots are still zero. */
  first: number
  /** Gas of the third transaction. */
  gas: number
  /** Of the third transaction. */
  validation: ValidationGas
}

export type Measured = {
  account: BenchAccount
  owner: OwnerGas
  plain: Steady
  policy: Steady
}

export type MeasureParameters = {
  calls: readonly Call[]
  /** Whether the account is no clone. @default false */
  isDirect?: boolean
  policy: CompiledPolicy
  /** Calls under the policy. @default calls */
  policyCalls?: readonly Call[] | undefined
  /** @default '0.7' */
  version?: EntryPointVersion
  /** What to call it when it fails. */
  what: string
}

/**
 * Measures an operation on an account of its own, with the plain validator and
 * with the policy.
 */
export async function measure(
  bench: Bench,
  parameters: MeasureParameters,
): Promise<Measured> {
  const { calls, isDirect = false, policy, version = '0.7', what } = parameters
  const { policyCalls = calls } = parameters
  const account = await createAccount(bench, { isDirect, version })
  const owner = await setUp(bench, account, policy)
  const measureRoute = (route: Exclude<Route, 'owner'>) =>
    measureSteady(bench, {
      account,
      calls: route === 'policy' ? policyCalls : calls,
      route,
      what,
    })

  return {
    account,
    owner,
    plain: await measureRoute('plain'),
    policy: await measureRoute('policy'),
  }
}

/** Sends an operation three times. */
async function measureSteady(
  bench: Bench,
  parameters: {
    account: BenchAccount
    calls: readonly Call[]
    route: Exclude<Route, 'owner'>
    what: string
  },
): Promise<Steady> {
  const { account, route } = parameters
  const what = `${parameters.what} with the ${route} validator`
  const repeat = () => sendOperation(bench, { ...parameters, what })

  const first = await repeat()
  await repeat()
  const third = await repeat()
  return {
    calldata: size(third.calldata),
    first: getGas(first),
    gas: getGas(third),
    validation: await traceOperation(bench, {
      account: account.address,
      hash: third.receipt.transactionHash,
      validator: getValidator(bench, route),
    }),
  }
}

export function getGas({ receipt }: Sent): number {
  return Number(receipt.gasUsed)
}
