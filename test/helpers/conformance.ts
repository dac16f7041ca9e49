import { expect } from 'chai'
import { type Hex, size, slice } from 'viem'

import {
  IPolicyValidator__factory,
  ReferenceAccount__factory,
} from '../../types/index.ts'
import { traceValidation, ValidationRevertedError } from './erc7562.ts'
import { ethers } from './network.ts'
import type { Operation } from './operations.ts'

type Contract = { target: unknown }
type EntryPoint = Contract & {
  getFunction(name: string): (operation: Operation) => Promise<unknown>
}

const account = ReferenceAccount__factory.createInterface()

/** Validations of each kind that have been traced. */
const traced = new Map<string, number>()
/** Meters have other words to touch when they are used again. */
const mostOfKind = 2

/**
 * Holds the validation of an operation to ERC-7562, as a bundler in safe mode
 * does, whatever becomes of it on the chain. One that reverts is not looked at:
 * no bundler would send it.
 *
 * Operations are of one kind when they are under the same policy and have callData
 * and paymaster data of the same sizes; of each, only the first ones are traced.
 */
export async function expectConformance(
  { entryPoint, validator }: { entryPoint: EntryPoint; validator: Contract },
  operation: Operation,
): Promise<void> {
  // Any other nonce is for another validator, or for the owner.
  if (operation.nonce >> 96n !== BigInt(String(validator.target))) return
  if (size(operation.signature) < 20) return

  const { policy } = await IPolicyValidator__factory.connect(
    String(validator.target),
    ethers.provider,
  ).getGrant(operation.sender, slice(operation.signature as Hex, 0, 20))
  const kind = [
    policy,
    size(operation.callData),
    size(operation.paymasterAndData),
  ].join()
  const count = traced.get(kind) ?? 0
  if (count === mostOfKind) return

  const hash = await entryPoint.getFunction('getUserOpHash')(operation)
  const data = account.encodeFunctionData('validateUserOp', [
    operation,
    hash as string,
    0,
  ])
  try {
    const { called, violations } = await traceValidation({
      account: operation.sender,
      data,
      entryPoint: String(entryPoint.target),
    })
    expect(violations, 'rules of ERC-7562 that are broken').to.deep.equal([])
    // Nothing but the recovery of the signer.
    expect([...called], 'calls of the module').to.deep.equal([1n])
    traced.set(kind, count + 1)
  } catch (error) {
    if (!(error instanceof ValidationRevertedError)) throw error
  }
}
