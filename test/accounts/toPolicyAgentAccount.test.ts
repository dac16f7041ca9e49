import { expect } from 'chai'
import {
  encodeFunctionResult,
  type Hex,
  hashMessage,
  pad,
  recoverTypedDataAddress,
  zeroAddress,
} from 'viem'
import {
  entryPoint08Abi,
  entryPoint08Address,
  getUserOperationHash,
} from 'viem/account-abstraction'
import { privateKeyToAccount } from 'viem/accounts'

import { decodeAgentSignature } from '../../src/accounts/decodeAgentSignature.ts'
import { encodeExecute } from '../../src/accounts/encodeExecute.ts'
import {
  AgentSignatureRefusedError,
  WindowUnavailableError,
} from '../../src/accounts/errors.ts'
import { noMargin } from '../../src/accounts/getSigningWindow.ts'
import { getUserOperationWindowTypedData } from '../../src/accounts/getUserOperationWindowTypedData.ts'
import { toPolicyAgentAccount } from '../../src/accounts/toPolicyAgentAccount.ts'
import { policyValidatorAbi } from '../../src/constants/generated/abis.ts'
import { createNode } from './createNode.ts'

const address = '0x1111111111111111111111111111111111111111'
const validator = '0x3333333333333333333333333333333333333333'
const agent = privateKeyToAccount(pad('0x1234'))
const noon = 1_799_841_600

/** Agent's account on a node whose time can be set, without a policy. */
async function setUp(parameters: { lane?: bigint; noPending?: boolean } = {}) {
  let now = noon
  let last: number | undefined
  const { client, requests } = createNode({
    answer({ method, params }) {
      if (method === 'eth_getBlockByNumber' && parameters.noPending)
        return params[0] === 'pending' ? { result: null } : undefined
      if (method !== 'eth_call') return undefined
      const [{ to }] = params as unknown as [{ to: Hex }]
      if (to === validator)
        return {
          result: encodeFunctionResult({
            abi: policyValidatorAbi,
            functionName: 'getGrant',
            result: {
              frozen: false,
              gasPeriod: 0n,
              gasSpent: 0n,
              number: 0,
              policy: zeroAddress,
              version: 0,
            },
          }),
        }
      return {
        result: encodeFunctionResult({
          abi: entryPoint08Abi,
          functionName: 'getNonce',
          result: 42n,
        }),
      }
    },
    last: () => last ?? now,
    now: () => now,
  })
  const account = await toPolicyAgentAccount({
    account: address,
    agent,
    client,
    entryPoint: '0.8',
    lane: parameters.lane,
    validator,
  })
  return {
    account,
    requests,
    /** Time of the block being built, and of the last one where it is older. */
    setTime: (time: number, lastTime?: number) => {
      now = time
      last = lastTime
    },
  }
}

const userOperation = {
  callData: encodeExecute([{ to: zeroAddress }]),
  callGasLimit: 1n,
  maxFeePerGas: 2n,
  maxPriorityFeePerGas: 3n,
  nonce: 4n,
  preVerificationGas: 5n,
  verificationGasLimit: 6n,
}

describe('toPolicyAgentAccount', () => {
  it("asks for the nonce under the validator's key, in its lane", async () => {
    const { account, requests } = await setUp({ lane: 7n })

    expect(await account.getNonce()).to.equal(42n)
    expect(await account.getNonce({ key: 9n })).to.equal(42n)
    const data = requests.map(
      ({ params }) => (params as unknown as [{ data: Hex }])[0].data,
    )
    expect(data.map((data) => data.slice(-48))).to.deep.equal([
      `${validator.slice(2)}00000007`,
      `${validator.slice(2)}00000009`,
    ])
  })

  it('gives a stub signature with the agent and a window around now', async () => {
    const { account } = await setUp()

    const stub = decodeAgentSignature(await account.getStubSignature())
    expect(stub).to.include({
      agent: agent.address,
      validAfter: noon - 60,
      validUntil: noon + 240,
    })
  })

  it('signs for the window that the stub signature had', async () => {
    const { account, setTime } = await setUp()

    const signature = await account.getStubSignature()
    setTime(noon + 100)
    const signed = await account.signUserOperation({
      ...userOperation,
      signature,
    })

    const parts = decodeAgentSignature(signed)
    expect(parts).to.include({
      validAfter: noon - 60,
      validUntil: noon + 240,
    })
    const userOpHash = getUserOperationHash({
      chainId: 31_337,
      entryPointAddress: entryPoint08Address,
      entryPointVersion: '0.8',
      userOperation: { ...userOperation, sender: address, signature },
    })
    expect(
      await recoverTypedDataAddress({
        ...getUserOperationWindowTypedData({
          chainId: 31_337,
          userOpHash,
          validAfter: noon - 60,
          validator,
          validUntil: noon + 240,
        }),
        signature: parts.signature,
      }),
    ).to.equal(agent.address)
  })

  it('reaches back to an old last block, in which bundlers validate', async () => {
    const { account, setTime } = await setUp()
    setTime(noon, noon - 1_000)

    const stub = await account.getStubSignature()
    expect(decodeAgentSignature(stub)).to.include({
      validAfter: noon - 1_001,
      validUntil: noon + 240,
    })
    const signed = await account.signUserOperation({
      ...userOperation,
      signature: stub,
    })
    expect(decodeAgentSignature(signed).validAfter).to.equal(noon - 1_001)
  })

  it('waits for another block where a boundary lies in between', async () => {
    const { account, setTime } = await setUp()
    const midnight = noon + 43_200
    setTime(midnight + 10, midnight - 5)

    const error = await account.getStubSignature().then(
      () => undefined,
      (error: unknown) => error,
    )
    expect(error).to.be.instanceOf(WindowUnavailableError)
    expect((error as WindowUnavailableError).retryAfter).to.equal(midnight + 22)
    // Whoever sends to the EntryPoint itself need not wait.
    expect(await account.getWindow({ margin: noMargin })).to.deep.equal({
      validAfter: midnight,
      validUntil: midnight + 250,
    })
  })

  it('chooses another window when that one is nearly over', async () => {
    const { account, setTime } = await setUp()

    const signature = await account.getStubSignature()
    setTime(noon + 215)
    const signed = await account.signUserOperation({
      ...userOperation,
      signature,
    })

    expect(decodeAgentSignature(signed)).to.include({
      validAfter: noon + 155,
      validUntil: noon + 455,
    })
  })

  it('does not take over a window from a signature of somebody else', async () => {
    const { account, setTime } = await setUp()
    const { account: other } = await setUp()

    const stub = await other.getStubSignature()
    setTime(noon + 10)
    for (const signature of [
      '0x',
      `${'0x'}${'11'.repeat(20)}${stub.slice(42)}`,
    ] as const)
      expect(
        decodeAgentSignature(
          await account.signUserOperation({ ...userOperation, signature }),
        ).validAfter,
      ).to.equal(noon - 50)
  })

  it('takes the time of the last block where the node has no pending one', async () => {
    const { account } = await setUp({ noPending: true })

    expect(await account.getWindow()).to.deep.equal({
      validAfter: noon - 60,
      validUntil: noon + 240,
    })
  })

  it('signs no messages', async () => {
    const { account } = await setUp()

    for (const attempt of [
      () => account.signMessage({ message: 'hello' }),
      () => account.signTypedData({} as never),
    ])
      try {
        await attempt()
        expect.fail(`signed ${hashMessage('hello')}`)
      } catch (error) {
        expect(error).to.be.instanceOf(AgentSignatureRefusedError)
      }
  })

  it('carries no factory, since the validator refuses one', async () => {
    const { account } = await setUp()

    expect(await account.getFactoryArgs()).to.deep.equal({
      factory: undefined,
      factoryData: undefined,
    })
  })

  it('encodes and decodes calls as its adapter does', async () => {
    const { account } = await setUp()
    const calls = [
      { data: '0xab', to: zeroAddress, value: 1n },
      { data: '0x', to: validator, value: 0n },
    ] as const

    const callData = await account.encodeCalls(calls)
    expect(callData).to.equal(encodeExecute(calls))
    expect(await account.decodeCalls?.(callData)).to.deep.equal(calls)
  })
})
