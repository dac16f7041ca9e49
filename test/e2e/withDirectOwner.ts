import { expect } from 'chai'
import type { Hex } from 'viem'
import {
  entryPoint08Abi,
  type SmartAccount,
  toPackedUserOperation,
} from 'viem/account-abstraction'

import { encodeExecute } from '../../src/accounts/encodeExecute.ts'
import { getEntryPoint } from '../../src/accounts/getEntryPoint.ts'
import { type createStack, recipient } from './sdkStack.ts'

type Stack = Awaited<ReturnType<typeof createStack>>

/** A stack whose owner sends the account's calls by handleOps, without a bundler. */
export function withDirectOwner<
  stack extends Pick<Stack, 'client' | 'wallet'> & {
    ownerAccount: Pick<
      SmartAccount,
      'address' | 'getFactoryArgs' | 'getNonce' | 'signUserOperation'
    >
  },
>(stack: stack, version: '0.7' | '0.8') {
  const { client, ownerAccount, wallet } = stack

  async function actAsOwner(calls: readonly { data?: Hex; to: Hex }[]) {
    const entryPoint = getEntryPoint(version)
    const { factory, factoryData } = await ownerAccount.getFactoryArgs()
    const userOperation = {
      callData: encodeExecute(calls),
      callGasLimit: 3_000_000n,
      factory,
      factoryData,
      maxFeePerGas: 3_000_000_000n,
      maxPriorityFeePerGas: 1_000_000_000n,
      nonce: await ownerAccount.getNonce(),
      preVerificationGas: 0n,
      sender: ownerAccount.address,
      signature: '0x' as const,
      verificationGasLimit: 1_000_000n,
    }
    const signature = await ownerAccount.signUserOperation(userOperation)
    const hash = await wallet.writeContract({
      abi: entryPoint08Abi,
      address: entryPoint.address,
      args: [
        [toPackedUserOperation({ ...userOperation, signature })],
        recipient,
      ],
      functionName: 'handleOps',
      gas: 6_000_000n,
    })
    const receipt = await client.waitForTransactionReceipt({ hash })
    expect(receipt.status).to.equal('success')
  }

  return { ...stack, actAsOwner }
}
