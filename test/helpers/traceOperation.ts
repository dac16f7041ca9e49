import { expect } from 'chai'

import type { Bench } from './bench.ts'
import { type Request, traceValidation, type Validation } from './erc7562.ts'
import { type Frame, readValidation } from './nativeTrace.ts'
import { ethers } from './network.ts'
import type { Operation } from './operations.ts'

export const request: Request = (method, params) =>
  ethers.provider.send(method, [...params])

/** A call of an account by an EntryPoint. */
export type ValidationCall = {
  account: string
  data: string
  entryPoint: string
}

/**
 * Traces a validation twice: step by step, and with the chain's own tracer for
 * bundlers, which must find the same.
 */
export async function traceTwice(call: ValidationCall): Promise<Validation> {
  const validation = await traceValidation({ ...call, request })
  const frame = await request('debug_traceCall', [
    { from: call.entryPoint, to: call.account, data: call.data },
    'latest',
    { tracer: 'erc7562Tracer', tracerConfig: {} },
  ])
  const native = await readValidation(request, frame as Frame)

  expect(toKinds(native), 'violations').to.deep.equal(toKinds(validation))
  expect(native.called, 'called').to.deep.equal(validation.called)
  expect(native.inspected, 'inspected').to.deep.equal(validation.inspected)
  // It does not tell of words that are read once they are written.
  expect([...validation.slots]).to.include.members([...native.slots])
  expect(toNumbers(native)).to.deep.equal(toNumbers(validation))
  return validation
}

/** Traces the validation of an operation as `traceTwice` does. */
export async function traceOperation(
  { account, entryPoint, getUserOpHash }: Bench,
  operation: Operation,
): Promise<Validation> {
  return traceTwice({
    account: operation.sender,
    data: account.interface.encodeFunctionData('validateUserOp', [
      operation,
      await getUserOpHash(operation),
      0,
    ]),
    entryPoint: String(entryPoint.target),
  })
}

const toKinds = ({ violations }: Pick<Validation, 'violations'>) =>
  [...new Set(violations)].toSorted()

/** Slots whatever is done to them: transient ones, and the others. */
const toNumbers = ({ slots }: Pick<Validation, 'slots'>) =>
  [
    ...new Set(
      [...slots].map((slot) => slot.replace(/LOAD|STORE/, '').toLowerCase()),
    ),
  ].toSorted()
