import { expect } from 'chai'
import {
  createPublicClient,
  decodeFunctionData,
  encodeFunctionData,
  http,
  numberToHex,
} from 'viem'
import { entryPoint08Abi } from 'viem/account-abstraction'

import { bundlerAccounts } from '../../src/local/developmentAccounts.ts'
import { referenceAccountAbi } from '../../src/local/generated/contracts.ts'
import type { LocalChain } from '../../src/local/startLocalChain.ts'
import { type Request, traceValidation } from './erc7562.ts'

const handleOps = '0x765e827f'

/**
 * Stops a local chain, once the validations of what was sent to its EntryPoints
 * without Alto have been held to ERC-7562. Alto does so itself with what it sends.
 *
 * @returns how many there were
 */
export async function stopConforming(
  localChain: LocalChain<'0.7' | '0.8', boolean>,
): Promise<number> {
  try {
    const { count, violations } = await traceDirect(localChain)
    expect(violations, 'rules of ERC-7562').to.deep.equal([])
    if (count > 0)
      process.stdout.write(
        `\n  Held to ERC-7562: ${count} validations that no bundler has seen.\n`,
      )
    return count
  } finally {
    await localChain.stop()
  }
}

async function traceDirect({
  chain,
  rpcUrl,
}: LocalChain<'0.7' | '0.8', boolean>) {
  const client = createPublicClient({
    cacheTime: 0,
    chain,
    transport: http(rpcUrl),
  })
  const request: Request = (method, params) =>
    client.request({ method, params } as never)
  const violations: string[] = []
  let count = 0

  const last = await client.getBlockNumber()
  for (let blockNumber = 1n; blockNumber <= last; ++blockNumber) {
    const { transactions } = await client.getBlock({
      blockNumber,
      includeTransactions: true,
    })
    for (const { from, input, to } of transactions) {
      const byAlto = BigInt(from) === BigInt(bundlerAccounts.executor.address)
      if (byAlto || !to || !input.startsWith(handleOps)) continue
      const block = numberToHex(blockNumber - 1n)
      const decoded = decodeFunctionData({ abi: entryPoint08Abi, data: input })
      if (decoded.functionName !== 'handleOps') continue
      for (const operation of decoded.args[0]) {
        // Of an account that is deployed now, the owner's; agents have no initCode.
        if (operation.initCode !== '0x') continue
        const hash = await client.readContract({
          abi: entryPoint08Abi,
          address: to,
          args: [operation],
          blockNumber: blockNumber - 1n,
          functionName: 'getUserOpHash',
        })
        const { violations: found } = await traceValidation({
          account: operation.sender,
          block,
          data: encodeFunctionData({
            abi: referenceAccountAbi,
            args: [operation, hash, 0n],
            functionName: 'validateUserOp',
          }),
          entryPoint: to,
          request,
        })
        violations.push(...found)
        count += 1
      }
    }
  }
  return { count, violations }
}
