import { expect } from 'chai'
import { encodeErrorResult, pad } from 'viem'

import type { PreparedCalls } from '../../src/bundler/prepareCalls.ts'
import { sendPreparedCalls } from '../../src/bundler/sendPreparedCalls.ts'
import { policyValidatorAbi } from '../../src/constants/generated/abis.ts'
import type { PolicyError } from '../../src/errors/policyError.ts'
import { createNode, type NodeAnswer } from '../accounts/createNode.ts'
import { createChain, toClaim } from './operationChain.ts'

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

  describe('with the chain to ask', () => {
    const failures = {
      clear: {
        error: {
          code: -32_500,
          message: `AA23 reverted ${encodeErrorResult({
            abi: policyValidatorAbi,
            args: [account, agent],
            errorName: 'AgentFrozen',
          })}`,
        },
      },
      reverted: { error: { code: -32_603, message: 'execution reverted' } },
      stale: { error: { code: -32_500, message: 'AA25 invalid nonce' } },
      limited: { error: { code: -32_005, message: 'limit exceeded' } },
    }
    const window = { validAfter: 1_799_841_540, validUntil: 1_799_841_840 }

    async function send(chain: Parameters<typeof createChain>[0]) {
      const { account, client } = await createChain(chain)
      return sendPreparedCalls(client, { ...prepared, account, window }).catch(
        (error: PolicyError) => error,
      )
    }

    it('refuses nothing that was included', async () => {
      for (const answer of Object.values(failures))
        for (const success of [true, false]) {
          const included = [{ success }]
          expect(
            await send({ included, nextNonce: 5n, send: answer }),
          ).to.equal(userOpHash)
          expect(
            await send({ claim: toClaim(true), included, send: answer }),
          ).to.equal(userOpHash)
        }
    })

    it('is sure of clear refusals alone while it may be included', async () => {
      const { clear, ...others } = failures
      expect(await send({ send: clear })).to.include({ code: 'AGENT_FROZEN' })
      for (const answer of Object.values(others))
        for (const nextNonce of [4n, 5n])
          expect(await send({ nextNonce, send: answer })).to.include({
            code: 'OUTCOME_UNKNOWN',
            retry: 'reconcile',
          })
    })

    it('says so when another one has taken the nonce', async () => {
      expect(
        await send({
          found: [{ hash: pad('0x77') }],
          nextNonce: 5n,
          send: failures.stale,
        }),
      ).to.include({ code: 'NONCE_CONFLICT' })
    })
  })
})
