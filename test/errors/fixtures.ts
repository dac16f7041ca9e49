import {
  type Abi,
  type Address,
  createPublicClient,
  encodeErrorResult,
  type Hex,
  http,
} from 'viem'
import {
  createBundlerClient,
  entryPoint08Address,
  type UserOperation,
} from 'viem/account-abstraction'

import {
  policyStoreAbi,
  policyValidatorAbi,
} from '../../src/constants/generated/abis.ts'
import type { PolicyErrorContext } from '../../src/errors/policyErrorContext.ts'

export const account: Address = '0xAcc0000000000000000000000000000000000001'
export const agent: Address = '0xa9E0000000000000000000000000000000000002'
export const usdc: Address = '0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913'
export const router: Address = '0x2626664c2603336E57B271c5C0b26F421741e481'
export const shop: Address = '0x5409ED021D9299bf6814279A6A1411A7e866A631'
export const stranger: Address = '0x6Ecbe1DB9EF729CBe972C83Fb886247691Fb6beb'
export const native: Address = '0x0000000000000000000000000000000000000000'
export const userOpHash: Hex = `0x${'5e'.repeat(32)}`
export const transactionHash: Hex = `0x${'7a'.repeat(32)}`
export const policyHash: Hex = `0x${'b1'.repeat(32)}`

/** 2026-11-21 12:00 UTC. */
export const now = 1_795_262_400
/** 2026-11-22 00:00 UTC. */
export const midnight = 1_795_305_600

export const context: PolicyErrorContext = {
  account,
  agent,
  chainId: 8453,
  policy: {
    assets: [
      { decimals: 18, kind: 1, symbol: 'ETH' },
      { address: usdc, decimals: 6, kind: 2, symbol: 'USDC' },
    ],
    gasBudget: 10_000_000_000_000_000n,
    limits: [
      {
        amount: 100_000_000_000_000_000n,
        asset: 0,
        name: 'pocket money',
        per: 'day',
      },
      {
        amount: 500_000_000n,
        asset: 1,
        name: 'daily spending',
        onDeny: 'Enough for today. Ask Ann if it cannot wait.',
        per: 'day',
      },
      { amount: 10n, name: 'pace', per: 'hour' },
      {
        amount: 100_000_000_000_000_000n,
        asset: 0,
        name: 'float',
        per: 'lifetime',
      },
      { amount: 500_000_000n, asset: 1, per: 'any 86400 seconds' },
    ],
    rules: [
      {
        name: 'suppliers',
        offset: 402,
        onDeny: 'Suppliers on the list only. Ann adds new ones.',
      },
      {
        name: 'swap',
        offset: 731,
        onDeny: 'Only swaps into USDC or WETH, please.',
      },
    ],
  },
}

const userOperation = {
  callData: '0xe9ae5c53',
  callGasLimit: 100_000n,
  maxFeePerGas: 1_000_000_000n,
  maxPriorityFeePerGas: 1_000_000n,
  nonce: 0n,
  preVerificationGas: 50_000n,
  sender: account,
  signature: `0x${'11'.repeat(96)}`,
  verificationGasLimit: 200_000n,
} as const satisfies UserOperation<'0.8'>

export type RpcAnswer = { code?: number; data?: unknown; message: string }

/** Encodes an error of the module or the store. */
export function encode(errorName: string, args: readonly unknown[] = []): Hex {
  const abi: Abi = [...policyValidatorAbi, ...policyStoreAbi]
  return encodeErrorResult({ abi, args, errorName })
}

/** Transport whose node or bundler answers every request with this error. */
function answerWith(error: RpcAnswer | (() => Promise<Response>)) {
  return http('https://bundler.example/v1/secret-key', {
    fetchFn: async (_input, init) => {
      if (typeof error === 'function') return error()
      const { id } = JSON.parse(String(init?.body))
      return Response.json({ error, id, jsonrpc: '2.0' })
    },
    retryCount: 0,
  })
}

async function catchError(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise
  } catch (error) {
    return error
  }
  throw new Error('The request was expected to fail.')
}

/** What viem throws when a bundler refuses a UserOperation like this. */
export function failToSend(
  error: RpcAnswer | (() => Promise<Response>),
  parameters: { calls?: readonly unknown[] } = {},
): Promise<unknown> {
  const client = createBundlerClient({ transport: answerWith(error) })
  return catchError(
    client.sendUserOperation({
      ...userOperation,
      ...parameters,
      entryPointAddress: entryPoint08Address,
    } as never),
  )
}

/** What viem throws when `eth_call` reverts like this. */
export function failToCall(
  error: RpcAnswer | (() => Promise<Response>),
): Promise<unknown> {
  const client = createPublicClient({ transport: answerWith(error) })
  return catchError(client.call({ data: '0x12345678', to: account }))
}

/** What Alto answers to a validation that reverts. */
export function refuse(data: Hex): RpcAnswer {
  return {
    code: -32500,
    message: `UserOperation reverted during simulation with reason: AA23 reverted ${data}`,
  }
}

/** What Alto answers in safe mode to a validation that reverts. */
export function refuseSafely(data: Hex): RpcAnswer {
  return { code: -32500, message: `AA23 reverted - ${data}` }
}

/** What Alto answers to an execution that reverts. */
export function revert(data: Hex): RpcAnswer {
  return {
    code: -32521,
    message: `UserOperation reverted during simulation with reason: ${data}`,
  }
}
