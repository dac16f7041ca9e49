import { expect } from 'chai'
import { AbiCoder, type Interface } from 'ethers'

import {
  IPolicyValidator__factory,
  ReferenceAccount__factory,
} from '../../types/index.ts'
import type { HostileBundler } from '../../types/mocks/HostileBundler.ts'
import type { Bench } from './bench.ts'
import { ethers } from './network.ts'
import type { Operation } from './operations.ts'

/** A call that the bundler makes, or has made while it is paid. */
export type Act = { target: string; data: string }

export type Outcome = { success: boolean; result: string }

const errors: readonly Interface[] = [
  IPolicyValidator__factory.createInterface(),
  ReferenceAccount__factory.createInterface(),
]
const revertReason = ethers.id('Error(string)').slice(0, 10)

/** Deploys a contract that bundles, and that does what bundlers should not do. */
export async function deployHostileBundler(bench: Bench) {
  const contract = await ethers.deployContract('HostileBundler', bench.bundler)
  const target = String(contract.target)

  /** Makes the calls in one transaction, and tells how each one ended. */
  async function act(acts: readonly Act[]): Promise<Outcome[]> {
    const response = await contract.act([...acts], { gasLimit: 15_000_000n })
    return readOutcomes(contract, (await response.wait())?.logs ?? [])
  }

  /** Plans the calls that are made whenever a bundle pays the bundler. */
  const plan = (acts: readonly Act[]) => contract.plan([...acts])

  /** Sends the operations, and makes the calls as soon as it is paid for them. */
  async function handleAndAct(
    operations: readonly Operation[],
    acts: readonly Act[],
  ): Promise<Outcome[]> {
    await plan(acts)
    const outcomes = await act([
      toBundle(bench, operations, { beneficiary: target }),
    ])
    await plan([])
    // The last one is the bundle itself.
    const bundle = outcomes.pop()
    expect(bundle?.success, bundle?.result).to.equal(true)
    return outcomes
  }

  return { act, handleAndAct, plan, target }
}

const toOutcome = ({ result, success }: Outcome): Outcome => ({
  result,
  success,
})

function readOutcomes(
  contract: HostileBundler,
  logs: readonly { address: string; topics: readonly string[]; data: string }[],
): Outcome[] {
  return logs
    .filter(({ address }) => address === contract.target)
    .map((log) => contract.interface.parseLog(log))
    .filter((log) => log?.name === 'Acted')
    .map((log) => toOutcome(log?.args as unknown as Outcome))
}

/** The call of the EntryPoint that sends these operations. */
export function toBundle(
  { bundler, entryPoint }: Bench,
  operations: readonly Operation[],
  { beneficiary = bundler.address }: { beneficiary?: string } = {},
): Act {
  return {
    target: String(entryPoint.target),
    data: entryPoint.interface.encodeFunctionData('handleOps', [
      operations,
      beneficiary,
    ]),
  }
}

/**
 * The name and arguments of whatever error a call ended with. Of an operation
 * that an EntryPoint refuses, its index and reason, or what the account reverted
 * with.
 */
export function parseFailure(
  { entryPoint }: Bench,
  data: string,
): readonly unknown[] {
  if (data.startsWith(revertReason))
    return [
      ...AbiCoder.defaultAbiCoder().decode(['string'], `0x${data.slice(10)}`),
    ]
  const refusal = entryPoint.interface.parseError(data)
  if (refusal?.name === 'FailedOpWithRevert')
    return [
      refusal.args.opIndex,
      refusal.args.reason,
      ...parseKnown(refusal.args.inner),
    ]
  if (refusal) return [refusal.name, ...refusal.args]
  return parseKnown(data)
}

/**
 * The reason for which an EntryPoint refuses, or the name of the error with which
 * the account does. Throws where nobody knows it.
 */
export function getReason(bench: Bench, data: string): string {
  const [first, second, third] = parseFailure(bench, data)
  const reason =
    second === 'AA23 reverted' || first === 'FailedOp' ? third : first
  if (typeof reason !== 'string' || reason.startsWith('0x'))
    throw new Error(`A refusal that says nothing: ${data}`)
  return reason
}

function parseKnown(data: string): readonly unknown[] {
  for (const known of errors) {
    const error = known.parseError(data)
    if (error) return [error.name, ...error.args]
  }
  return [data]
}

/** Asserts that an attempt is refused with this, and that nothing moves. */
export async function expectFailure(
  bench: Bench,
  attempt: () => Promise<unknown>,
  failure: readonly unknown[],
): Promise<void> {
  const before = await bench.readState()
  const data = await attempt().then(
    () => {
      throw new Error('The attempt was not refused.')
    },
    (error: { data?: string }) => {
      if (typeof error.data === 'string') return error.data
      throw error
    },
  )
  expect(parseFailure(bench, data)).to.deep.equal(failure)
  expect(await bench.readState(), 'state').to.deep.equal(before)
}
