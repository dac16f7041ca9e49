import { expect } from 'chai'
import { encodeErrorResult, pad } from 'viem'

import type { PreparedCalls } from '../../src/bundler/prepareCalls.ts'
import { sendPreparedCalls } from '../../src/bundler/sendPreparedCalls.ts'
import { waitForOperation } from '../../src/bundler/waitForOperation.ts'
import { policyValidatorAbi } from '../../src/constants/generated/abis.ts'
import type { PolicyError } from '../../src/errors/policyError.ts'
import { createNode, type NodeAnswer } from '../accounts/createNode.ts'

const account = '0x1111111111111111111111111111111111111111'
const agent = '0x2222222222222222222222222222222222222222'
const userOpHash = pad('0xabcd')

const prepared: PreparedCalls = {
  calls: [{ data: '0x', to: agent, value: 1n }],
  entryPoint: '0x4337084D9E255Ff0702461CF8895CE9E3b5Ff108',
  userOperation: {
    callData: '0x',
    callGasLimit: 1n,
    maxFeePerGas: 2n,
    maxPriorityFeePerGas: 3n,
    nonce: 4n,
    preVerificationGas: 5n,
    sender: account,
    signature: '0x',
    verificationGasLimit: 6n,
  },
  userOpHash,
  window: { validAfter: 0, validUntil: 1 },
}

/** Sends to a bundler that answers so, and may know the operation. */
async function send(answer: NodeAnswer | Error, isKnown = false) {
  const { client, requests } = createNode({
    answer({ method }) {
      if (method === 'eth_sendUserOperation') return answer
      if (method === 'eth_getUserOperationByHash')
        return {
          result: isKnown
            ? {
                blockHash: null,
                blockNumber: null,
                entryPoint: prepared.entryPoint,
                transactionHash: null,
                userOperation: {
                  callData: '0x',
                  callGasLimit: '0x1',
                  maxFeePerGas: '0x2',
                  maxPriorityFeePerGas: '0x3',
                  nonce: '0x4',
                  preVerificationGas: '0x5',
                  sender: account,
                  signature: '0x',
                  verificationGasLimit: '0x6',
                },
              }
            : null,
        }
      return undefined
    },
  })
  const sent = await sendPreparedCalls(client, prepared).catch(
    (error: PolicyError) => error,
  )
  const times = requests.filter(
    ({ method }) => method === 'eth_sendUserOperation',
  )
  return { sent, times: times.length }
}

describe('sendPreparedCalls', () => {
  it('sends the operation once, as it is', async () => {
    expect(await send({ result: userOpHash })).to.deep.equal({
      sent: userOpHash,
      times: 1,
    })
  })

  it("decodes the bundler's refusal", async () => {
    const data = encodeErrorResult({
      abi: policyValidatorAbi,
      args: [account, agent],
      errorName: 'AgentFrozen',
    })
    const { sent } = await send({
      error: {
        code: -32_500,
        message: `UserOperation reverted during simulation with reason: AA23 reverted ${data}`,
      },
    })

    expect(sent).to.include({ code: 'AGENT_FROZEN', userOpHash })
  })

  it('does not know the outcome when nobody answers', async () => {
    for (const failure of [
      new Error('socket hang up'),
      { error: { code: -32_603, message: 'internal error' } },
    ]) {
      const { sent, times } = await send(failure)
      expect(sent).to.include({
        code: 'OUTCOME_UNKNOWN',
        retry: 'reconcile',
        userOpHash,
      })
      expect(times).to.equal(1)
    }
  })

  it('goes on when the bundler holds the operation nevertheless', async () => {
    const failures: (NodeAnswer | Error)[] = [
      new Error('socket hang up'),
      {
        error: {
          code: -32_500,
          message: 'AA25 invalid account nonce',
        },
      },
    ]

    for (const failure of failures)
      expect((await send(failure, true)).sent).to.equal(userOpHash)
    // Alto does not tell of what is not included yet, but says so.
    expect(
      (await send({ error: { code: -32_602, message: 'Already known' } })).sent,
    ).to.equal(userOpHash)
  })

  it('tells another operation with the same nonce from the same one', async () => {
    const { sent } = await send({
      error: {
        code: -32_602,
        message:
          'AA25 invalid account nonce: User operation already present in mempool, bump the gas price by minimum 10%',
      },
    })

    expect(sent).to.include({ code: 'OPERATION_ALREADY_PENDING' })
  })
})

describe('waitForOperation', () => {
  const wait = (receipt: unknown) =>
    waitForOperation(
      createNode({
        answer: ({ method }) =>
          method === 'eth_getUserOperationReceipt'
            ? receipt instanceof Error
              ? receipt
              : { result: receipt }
            : undefined,
      }).client,
      { timeout: 30, userOpHash },
    ).catch((error: PolicyError) => error)

  it('does not know the outcome when no receipt comes, or no answer', async () => {
    for (const receipt of [null, new Error('socket hang up')])
      expect(await wait(receipt)).to.include({
        code: 'OUTCOME_UNKNOWN',
        userOpHash,
      })
  })

  it('says why an included operation failed', async () => {
    const error = await wait({
      actualGasCost: '0x1',
      actualGasUsed: '0x1',
      entryPoint: prepared.entryPoint,
      logs: [],
      nonce: '0x4',
      reason: encodeErrorResult({
        abi: [{ inputs: [{ type: 'string' }], name: 'Error', type: 'error' }],
        args: ['too late'],
        errorName: 'Error',
      }),
      receipt: { logs: [], status: '0x1', transactionHash: pad('0x99') },
      sender: account,
      success: false,
      userOpHash,
    })

    expect(error).to.include({
      code: 'CALL_REVERTED',
      phase: 'execution',
      transactionHash: pad('0x99'),
      userOpHash,
    })
  })
})
