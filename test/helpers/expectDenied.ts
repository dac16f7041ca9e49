import { expect } from 'chai'
import type { Interface } from 'ethers'

import { IPolicyValidator__factory } from '../../types/index.ts'
import type { Bench } from './bench.ts'
import type { Operation } from './operations.ts'

const errors: Interface = IPolicyValidator__factory.createInterface()

type Options = {
  /** Second of the block, in Unix seconds. */
  at?: number | undefined
  /** Operations before the denied one, in the same transaction. */
  after?: readonly Operation[]
}

/** Data with which the EntryPoint refuses the operations. */
async function catchRevert(
  bench: Bench,
  operations: readonly Operation[],
  { at }: Options,
): Promise<string> {
  try {
    await bench.handle(operations, { at })
  } catch (error) {
    const { data } = error as { data?: string }
    if (typeof data === 'string') return data
    throw error
  }
  throw new Error('The operation was not denied.')
}

/**
 * Sends the operation to the EntryPoint, which must refuse it because the
 * validator reverts with this error and these arguments. Asserts too that no
 * balance, nonce or word of storage of anybody who takes part has moved.
 */
export async function expectDenied(
  bench: Bench,
  operation: Operation,
  error: string,
  args: readonly unknown[],
  options: Options = {},
): Promise<void> {
  const { after = [] } = options
  const before = await bench.readState()
  const data = await catchRevert(bench, [...after, operation], options)
  const refusal = bench.entryPoint.interface.parseError(data)
  expect(refusal?.name, 'refusal').to.equal('FailedOpWithRevert')
  expect(refusal?.args.opIndex).to.equal(BigInt(after.length))
  expect(refusal?.args.reason).to.equal('AA23 reverted')
  expectError(refusal?.args.inner, error, args)
  expect(await bench.readState(), 'state').to.deep.equal(before)
}

/**
 * Has the account ask the validator, without an EntryPoint in between, which
 * must revert with this error and these arguments.
 */
export async function expectInvalid(
  bench: Bench,
  operation: Operation,
  error: string,
  args: readonly unknown[],
): Promise<void> {
  const data = await bench.validate(operation).then(
    () => {
      throw new Error('The operation was not denied.')
    },
    (failure: { data?: string }) => {
      if (typeof failure.data === 'string') return failure.data
      throw failure
    },
  )
  expectError(data, error, args)
}

/** Sends the operation, which the EntryPoint itself must refuse. */
export async function expectRefused(
  bench: Bench,
  operation: Operation,
  reason: string,
  options: Options = {},
): Promise<void> {
  const { after = [] } = options
  const before = await bench.readState()
  const data = await catchRevert(bench, [...after, operation], options)
  const refusal = bench.entryPoint.interface.parseError(data)
  expect([refusal?.name, ...(refusal?.args ?? [])]).to.deep.equal([
    'FailedOp',
    BigInt(after.length),
    reason,
  ])
  expect(await bench.readState(), 'state').to.deep.equal(before)
}

/** Asserts the name and every argument of one of the validator's errors. */
export function expectError(
  data: string,
  error: string,
  args: readonly unknown[],
): void {
  const parsed = errors.parseError(data)
  expect(parsed, `unknown error ${data}`).to.not.equal(null)
  expect([parsed?.name, ...(parsed?.args ?? [])]).to.deep.equal([
    error,
    ...args.map((arg) => (typeof arg === 'number' ? BigInt(arg) : arg)),
  ])
}
