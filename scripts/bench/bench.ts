import {
  type Address,
  createTestClient,
  encodeFunctionData,
  formatTransactionReceipt,
  type Hex,
  http,
  numberToHex,
  publicActions,
  type RpcTransactionReceipt,
  type TransactionReceipt,
  toEventSelector,
} from 'viem'

import type { EntryPointVersion } from '../../src/local/entryPoints.ts'
import { testTokenAbi } from '../../src/local/generated/contracts.ts'
import {
  type LocalChain,
  startLocalChain,
} from '../../src/local/startLocalChain.ts'
import { getStart } from './clock.ts'
import { MeasurementFailedError } from './errors.ts'
import { readPlainValidator } from './plainValidator.ts'

/** Gas of every transaction: enough for two limits of 3,000,000. */
const transactionGas = 16_000_000n

/** The EntryPoint reports the outcome of an operation with it. */
const userOperationEvent = toEventSelector(
  'UserOperationEvent(bytes32,address,address,uint256,bool,uint256,uint256)',
)

export type Bench = {
  client: ReturnType<typeof toClient>
  /** Gives each account a salt that no other has. */
  getSalt: () => bigint
  localChain: LocalChain<EntryPointVersion, false>
  plainValidator: Address
  /** Gas of what was published, by its id; equal bytes are stored once. */
  published: Map<Hex, number>
}

/** A transaction that succeeded. */
export type Sent = { calldata: Hex; receipt: TransactionReceipt }

/** Starts a chain at a fixed time, with both validators on it. */
export async function startBench(): Promise<Bench> {
  const creationCode = readPlainValidator()
  const localChain = await startLocalChain({
    bundler: false,
    timestamp: getStart(0),
  })
  try {
    let salts = 0n
    return {
      client: toClient(localChain),
      getSalt: () => {
        salts += 1n
        return salts
      },
      localChain,
      plainValidator: await localChain.deploy({ creationCode }),
      published: new Map(),
    }
  } catch (error) {
    await localChain.stop()
    throw error
  }
}

function toClient({ accounts, chain, rpcUrl }: LocalChain) {
  return createTestClient({
    account: accounts.stranger.address,
    cacheTime: 0,
    chain,
    mode: 'anvil',
    pollingInterval: 5,
    transport: http(rpcUrl),
  }).extend(publicActions)
}

/**
 * Sends a transaction from an externally owned account, and makes sure that it
 * and the operation in it, if there is one, succeed.
 */
export async function send(
  { client }: Bench,
  transaction: { data?: Hex; to: Address; value?: bigint },
  what: string,
): Promise<Sent> {
  const { data = '0x', to, value = 0n } = transaction
  // Answered when it is mined, so that nothing is to be waited for.
  const receipt = formatTransactionReceipt(
    await client.request<{
      Method: 'eth_sendTransactionSync'
      Parameters: [
        { data: Hex; from: Address; gas: Hex; to: Address; value: Hex },
      ]
      ReturnType: RpcTransactionReceipt
    }>({
      method: 'eth_sendTransactionSync',
      params: [
        {
          data,
          from: client.account.address,
          gas: numberToHex(transactionGas),
          to,
          value: numberToHex(value),
        },
      ],
    }),
  )
  if (receipt.status === 'reverted') {
    const error = await client
      .call({ data, gas: transactionGas, to, value })
      .catch((error: Error) => error)
    throw new MeasurementFailedError({
      details: error instanceof Error ? error.message : undefined,
      what,
    })
  }
  for (const { data, topics } of receipt.logs) {
    // `nonce ‖ success ‖ actualGasCost ‖ actualGasUsed`
    const isEvent = (topics as readonly Hex[])[0] === userOperationEvent
    if (isEvent && BigInt(`0x${data.slice(66, 130)}`) !== 1n)
      throw new MeasurementFailedError({
        details: 'It was validated, and then its execution reverted.',
        what,
      })
  }
  return { calldata: data, receipt }
}

/** Mints units of the test token. */
export async function mint(
  bench: Bench,
  to: Address,
  amount: bigint,
): Promise<void> {
  await send(
    bench,
    {
      data: encodeFunctionData({
        abi: testTokenAbi,
        args: [to, amount],
        functionName: 'mint',
      }),
      to: bench.localChain.contracts.testToken,
    },
    'minting of tokens',
  )
}

/** Has the payees hold tokens and native value, as they would have before. */
export async function fundPayees(
  bench: Bench,
  payees: readonly Address[],
): Promise<void> {
  for (const payee of payees) {
    await bench.client.setBalance({ address: payee, value: 1n })
    await mint(bench, payee, 1n)
  }
}
