import { expect } from 'chai'
import {
  createTestClient,
  erc20Abi,
  type Hex,
  http,
  pad,
  parseEther,
} from 'viem'
import type { UserOperation } from 'viem/account-abstraction'

import { decodeExecute } from '../../src/accounts/decodeExecute.ts'
import { getEntryPoint } from '../../src/accounts/getEntryPoint.ts'
import type { PolicyAgentAccount } from '../../src/accounts/toPolicyAgentAccount.ts'
import { estimateCallGas } from '../../src/actions/estimateCallGas.ts'
import { getSettleGas } from '../../src/bundler/getSettleGas.ts'
import {
  type PreparedCalls,
  prepareCalls,
} from '../../src/bundler/prepareCalls.ts'
import { sendCallsDirect } from '../../src/bundler/sendCallsDirect.ts'
import { policyValidatorAddress } from '../../src/constants/addresses.ts'
import type { PolicyError } from '../../src/errors/policyError.ts'
import { testTokenAbi } from '../../src/local/generated/contracts.ts'
import {
  type LocalChain,
  startLocalChain,
} from '../../src/local/startLocalChain.ts'
import type { PolicyDocument } from '../../src/policy/document/policySchema.ts'
import { stopConforming } from '../helpers/stopConforming.ts'
import {
  agentKey,
  compileExample,
  createStack,
  getError,
  ownerKey,
  recipient,
  toUnits,
} from './sdkStack.ts'

/** Five budgets of two assets, each over another time. */
const limits: PolicyDocument['limits'] = [
  { amount: '100', asset: 'TUSD', per: 'day' },
  { amount: '300', asset: 'TUSD', per: 'week' },
  { amount: '900', asset: 'TUSD', per: 'lifetime', scope: 'account' },
  { amount: '60', asset: 'TUSD', per: 'operation' },
  { amount: '1', asset: 'ETH', per: 'month' },
  { amount: '1', asset: 'ETH', per: { every: '30d', from: '2026-01-01' } },
  { operations: 50, per: 'day' },
]

const payment = { data: '0x', to: recipient, value: 3n } as const

describe('settlement, with a bundler in safe mode', () => {
  let localChain: LocalChain<'0.7' | '0.8', true>

  before(async () => {
    localChain = await startLocalChain()
  })
  after(() => stopConforming(localChain))

  describe('with EntryPoint 0.7', () =>
    itSettles(() => localChain, '0.7', '0x5e07'))
  describe('with EntryPoint 0.8', () =>
    itSettles(() => localChain, '0.8', '0x5e08'))
})

describe('settlement, with a clock that the test sets', () => {
  let localChain: LocalChain<'0.7' | '0.8', true>
  const createFirst = () =>
    createStack({ localChain, salt: pad('0x5ec1'), version: '0.8' })
  let stack: Awaited<ReturnType<typeof createFirst>>
  let agent: Awaited<ReturnType<typeof stack.createAgent>>
  let boundary: number

  /** Makes `time` the time of the block being built, and of the last one. */
  async function setTime(time: number) {
    const test = createTestClient({
      chain: localChain.chain,
      mode: 'anvil',
      transport: http(localChain.rpcUrl),
    })
    await test.setNextBlockTimestamp({ timestamp: BigInt(time) })
    await test.mine({ blocks: 1 })
  }

  /** Ten minutes begin, soon. */
  async function approach() {
    const { timestamp } = await stack.client.getBlock()
    boundary = Math.ceil(Number(timestamp) / 600) * 600 + 600
    await setTime(boundary - 100)
  }

  const getPeriods = (charges: PreparedCalls['charges']) =>
    charges?.map(({ charge }) => Number(charge >> 128n))

  before(async () => {
    localChain = await startLocalChain()
    stack = await createFirst()
    const policy = compileExample(stack.token, {
      limits: [
        { amount: '100', asset: 'TUSD', per: { every: '10m' } },
        { amount: '1', asset: 'ETH', per: 'lifetime' },
      ],
    })
    const grant = { agent: agentKey.address, policy }
    await stack.settle(await stack.owner.installPolicyValidator({ grant }))
    agent = await stack.createAgent({ policy })
  })
  after(() => stopConforming(localChain))

  it('charges the period in which the operation runs', async () => {
    await approach()
    for (const time of [boundary - 60, boundary + 10]) {
      await setTime(time)
      await sendCallsDirect(stack.wallet, {
        account: agent.account as never,
        calls: [stack.pay('60'), payment],
      })
    }

    const usage = await stack.client.getUsage({
      account: agent.account.address,
      agent: agentKey.address,
    })
    expect(usage?.limits.map(({ spent }) => spent)).to.deep.equal([
      6n,
      toUnits('60'),
    ])
  })

  it('is prepared anew when a period begins meanwhile', async () => {
    await approach()
    const client = agent.extend(() => ({
      async estimateUserOperationGas() {
        await setTime(boundary + 60)
        return {
          callGasLimit: 100_000n,
          preVerificationGas: 60_000n,
          verificationGasLimit: 150_000n,
        }
      },
    }))
    const before = await agent.account.getWindow()
    const { charges, window } = await prepareCalls(client as never, {
      calls: [stack.pay('60'), payment],
    })

    expect(before.validUntil).to.be.lessThan(boundary)
    expect(window.validAfter).to.be.at.least(boundary)
    expect(getPeriods(charges)).to.deep.equal([0, boundary / 600])
  })
})

function itSettles<version extends '0.7' | '0.8'>(
  getLocalChain: () => LocalChain<'0.7' | '0.8', true>,
  version: version,
  salt: Hex,
) {
  let accounts = 0

  /** An account with the module, and its agent with a policy that it never used. */
  async function start(changes: Partial<PolicyDocument> = { limits }) {
    accounts += 1
    const stack = await createStack({
      localChain: getLocalChain(),
      salt: pad(`${salt}${accounts.toString(16).padStart(2, '0')}`),
      version,
    })
    const policy = compileExample(stack.token, changes)
    const grant = { agent: agentKey.address, policy }
    await stack.settle(await stack.owner.installPolicyValidator({ grant }))
    const agent = await stack.createAgent({ policy })
    const account = stack.ownerAccount.address

    return {
      ...stack,
      account,
      agent,
      /** Of each limit, what is spent. */
      async getSpent() {
        const usage = await stack.client.getUsage({
          account,
          agent: agentKey.address,
        })
        return usage?.limits.map(({ spent }) => spent)
      },
      policy,
      /** Takes away what the account has of the token. */
      async empty() {
        const hash = await stack.owner.sendUserOperation({
          calls: [
            {
              abi: erc20Abi,
              args: [ownerKey.address, await stack.getBalance(account)],
              functionName: 'transfer',
              to: stack.token,
            },
          ],
        })
        expect(await stack.settle(hash)).to.equal(true)
      },
      async refill() {
        const hash = await stack.wallet.writeContract({
          abi: testTokenAbi,
          address: stack.token,
          args: [account, toUnits('1000')],
          functionName: 'mint',
        })
        await stack.client.waitForTransactionReceipt({ hash })
      },
    }
  }

  const getLastCall = ({ userOperation }: PreparedCalls) =>
    decodeExecute(userOperation.callData).at(-1)

  describe('a batch', () => {
    let stack: Awaited<ReturnType<typeof start>>
    before(async () => {
      stack = await start()
    })

    it('ends in a settle with every charge, in the order of the limits', async () => {
      const { agent, pay, policy } = stack
      const prepared = await agent.prepareCalls({
        calls: [pay('5'), payment, pay('20')],
      })

      expect(prepared.calls).to.have.length(3)
      expect(decodeExecute(prepared.userOperation.callData)).to.have.length(4)
      expect(getLastCall(prepared)?.to).to.equal(policyValidatorAddress)
      // One for each limit but those on one operation and on operations.
      const amounts = prepared.charges?.map(({ charge }) =>
        BigInt.asUintN(128, charge),
      )
      expect(amounts).to.deep.equal([
        3n,
        3n,
        toUnits('25'),
        toUnits('25'),
        toUnits('25'),
      ])
      expect(
        policy.limits.filter(({ asset }) => asset === 'ETH'),
      ).to.have.length(2)
    })

    it('is not settled where that is not wanted, nor is a single call', async () => {
      const { agent, pay } = stack
      const unsettled = [
        await agent.prepareCalls({
          calls: [pay('5'), payment],
          settle: false,
        }),
        await agent.prepareCalls({ calls: [pay('5')] }),
      ]

      for (const prepared of unsettled) {
        expect(prepared.charges).to.equal(undefined)
        expect(getLastCall(prepared)?.to).to.not.equal(policyValidatorAddress)
      }
    })

    it('spends what it settles', async () => {
      const { agent, getSpent, pay } = stack
      const { receipt } = await agent.sendCalls({
        calls: [pay('5'), payment],
      })

      expect(receipt.success).to.equal(true)
      // Gas has a budget of its own, and limits on one operation show nothing.
      expect([...((await getSpent()) ?? [])].sort()).to.deep.equal(
        [0n, 1n, 3n, 3n, toUnits('5'), toUnits('5'), toUnits('5')].sort(),
      )
    })

    it('gives its budget back when its execution reverts', async () => {
      const { agent, empty, getSpent, pay, refill } = stack
      const before = await getSpent()
      const prepared = await agent.prepareCalls({
        calls: [payment, pay('50')],
      })
      await empty()
      const userOpHash = await agent.sendPreparedCalls(prepared)
      const error = await getError<PolicyError>(
        agent.waitForOperation({ userOpHash }),
      )
      await refill()

      expect(error.phase).to.be.oneOf(['execution', 'inclusion'])
      expect(error.category).to.be.oneOf(['execution', 'funds'])
      // The operation itself has happened, and counts.
      const after = await getSpent()
      expect(
        after?.filter((spent, index) => spent !== before?.[index]),
      ).to.have.length(1)
      expect(after).to.include(2n)
    })

    it('does not without a settle', async () => {
      const { agent, empty, getSpent, pay, refill } = stack
      const before = await getSpent()
      const prepared = await agent.prepareCalls({
        calls: [payment, pay('50')],
        settle: false,
      })
      await empty()
      const userOpHash = await agent.sendPreparedCalls(prepared)
      await getError(agent.waitForOperation({ userOpHash }))
      await refill()

      const after = await getSpent()
      const differences = after?.map(
        (spent, index) => spent - (before?.[index] ?? 0n),
      )
      expect(
        differences?.filter((spent) => spent === toUnits('50')),
      ).to.have.length(3)
      expect(differences?.filter((spent) => spent === 3n)).to.have.length(2)
    })

    it('may follow another one that is not included yet', async () => {
      const { agent, getSpent } = stack
      const before = (await getSpent())?.reduce((sum, spent) => sum + spent, 0n)
      const nonce = await agent.account.getNonce({ key: 7n })
      const [first, second] = await Promise.all([
        agent.prepareCalls({ calls: [payment, payment] }),
        agent.prepareCalls({ calls: [payment, payment], nonce }),
      ])
      const hashes = await Promise.all(
        [first, second].map(agent.sendPreparedCalls),
      )
      for (const userOpHash of hashes)
        await agent.waitForOperation({ userOpHash })

      const after = (await getSpent())?.reduce((sum, spent) => sum + spent, 0n)
      // Twice: 6 wei of two budgets, and one operation.
      expect((after ?? 0n) - (before ?? 0n)).to.equal(26n)
    })
  })

  it('settles a single call where that is wanted', async () => {
    const { agent, empty, getSpent, pay } = await start({})
    const prepared = await agent.prepareCalls({
      calls: [pay('5')],
      settle: true,
    })
    expect(prepared.calls).to.have.length(1)
    expect(prepared.charges).to.have.length(1)
    expect(getLastCall(prepared)?.to).to.equal(policyValidatorAddress)

    await empty()
    const userOpHash = await agent.sendPreparedCalls(prepared)
    const error = await getError<PolicyError>(
      agent.waitForOperation({ userOpHash }),
    )
    expect(error.code).to.equal('INSUFFICIENT_BALANCE')
    expect(await getSpent()).to.deep.equal([0n, 0n, 0n])
  })

  it("goes without where the policy's gas cap has no room for it", async () => {
    const calls = [payment, payment] as const
    const { agent, createAgent, owner, settle, token } = await start()
    const unsettled = await agent.prepareCalls({ calls, settle: false })
    const { callGasLimit, preVerificationGas, verificationGasLimit } =
      unsettled.userOperation
    const gas = callGasLimit + preVerificationGas + verificationGasLimit
    const tight = compileExample(token, {
      gas: {
        maxFeePerGas: '50 gwei',
        maxGas: Number(gas) + 5_000,
        perDay: '1',
      },
      limits,
    })
    await settle(
      await owner.grantPolicy({ agent: agentKey.address, policy: tight }),
    )
    const tightAgent = await createAgent({ policy: tight })

    const { charges } = await tightAgent.prepareCalls({ calls })
    expect(charges).to.equal(undefined)
    const error = await getError<PolicyError>(
      tightAgent.prepareCalls({ calls, settle: true }),
    )
    expect(error.code).to.equal('GAS_EXCEEDS_CAP')
  })

  describe('gas', () => {
    /** Pays the gas beforehand, so that estimates have nothing to leave out. */
    async function deposit({ account, client, wallet }: typeof stack) {
      const { abi, address } = getEntryPoint('0.7')
      const hash = await wallet.writeContract({
        abi,
        address: version === '0.7' ? address : getEntryPoint('0.8').address,
        args: [account],
        functionName: 'depositTo',
        value: parseEther('1'),
      })
      await client.waitForTransactionReceipt({ hash })
    }

    let stack: Awaited<ReturnType<typeof start>>
    before(async () => {
      stack = await start()
      await deposit(stack)
    })

    it("is enough with exactly the bundler's estimates", async () => {
      // The very first operation, whose meters are empty, and a later one.
      for (const amount of ['5', '6']) {
        const { agent, pay } = stack
        const calls = [pay(amount), payment] as const
        const { charges, userOperation } = await agent.prepareCalls({ calls })
        expect(charges).to.have.length(5)
        const gas = await agent.estimateUserOperationGas({
          account: agent.account,
          ...pickEstimated(userOperation),
          signature: await agent.account.getStubSignature(),
        } as never)

        const { receipt } = await agent.sendCalls({
          calls,
          callGasLimit: gas.callGasLimit,
          preVerificationGas: gas.preVerificationGas,
          verificationGasLimit: gas.verificationGasLimit,
        })
        expect(receipt.success).to.equal(true)
      }
    })

    it('is enough where the estimate sees nothing of the validation', async () => {
      const fresh = await start()
      const { account, agent, client, pay } = fresh
      const before = await fresh.getSpent()

      for (const amount of ['5', '6']) {
        const calls = [pay(amount), payment] as const
        const { charges, userOperation } = await agent.prepareCalls({ calls })
        const blind = await estimateBlindly(
          agent.account as PolicyAgentAccount,
          userOperation,
        )
        const settleGas = await getSettleGas(client, {
          account,
          charges,
          validator: policyValidatorAddress,
        })
        expect(settleGas).to.equal(amount === '5' ? 110_000n : 20_000n)
        expect(Number(userOperation.callGasLimit)).to.be.greaterThan(
          Number(blind + settleGas),
        )
        // What is written is more than what the estimate has seen.
        const error = await getError<PolicyError>(
          agent.sendCalls({ calls, callGasLimit: blind }),
        )
        expect(error.category).to.equal('execution')

        const { receipt } = await agent.sendCalls({
          calls,
          callGasLimit: blind + settleGas,
        })
        expect(receipt.success).to.equal(true)
      }
      expect(before?.every((spent) => spent === 0n)).to.equal(true)
      expect(await fresh.getSpent()).to.include(toUnits('11'))
    })

    it('is enough without a bundler', async () => {
      const { agent, getSpent, pay, wallet } = await start()
      for (const amount of ['5', '6'])
        await sendCallsDirect(wallet, {
          account: agent.account as PolicyAgentAccount,
          calls: [pay(amount), payment],
        })

      expect(await getSpent()).to.include(toUnits('11'))
      expect(await getSpent()).to.include(6n)
    })
  })

  describe('with a policy that demands it', () => {
    let stack: Awaited<ReturnType<typeof start>>
    before(async () => {
      stack = await start({ settlement: 'demanded' })
    })

    it('settles every operation', async () => {
      const { agent, pay } = stack
      for (const settle of ['auto', false, true] as const) {
        const prepared = await agent.prepareCalls({ calls: [pay('5')], settle })
        expect(prepared.charges).to.have.length(1)
      }
      const { receipt } = await agent.sendCalls({ calls: [pay('5')] })
      expect(receipt.success).to.equal(true)
    })

    it('settles where the account knows of no such policy', async () => {
      const { createAgent, pay, token } = stack
      const agent = await createAgent({ policy: compileExample(token) })

      const { charges } = await agent.prepareCalls({ calls: [pay('5')] })
      expect(charges).to.have.length(1)
    })

    it('is checked with what it demands', async () => {
      const { agent, pay } = stack
      const allowed = await agent.checkCalls({ calls: [pay('5')] })
      const denied = await agent.checkCalls({ calls: [pay('41'), pay('42')] })

      expect(allowed.verdict).to.equal('allowed')
      expect(denied.violations.map(({ code }) => code)).to.deep.equal([
        'CAP_EXCEEDED',
        'CAP_EXCEEDED',
        'CAP_EXCEEDED',
      ])
    })
  })

  describe('with a rolling budget', () => {
    const rolling = {
      amount: '100',
      asset: 'TUSD',
      per: { rolling: '1h' },
    } as const

    it('leaves it out, since its charge is final', async () => {
      const { agent, pay } = await start({
        limits: [
          rolling,
          { amount: '200', asset: 'TUSD', per: 'day' },
          { amount: '1', asset: 'ETH', per: 'day' },
        ],
      })
      const { charges } = await agent.prepareCalls({
        calls: [pay('5'), payment],
      })

      expect(charges).to.have.length(2)
      const { receipt } = await agent.sendCalls({ calls: [pay('5'), payment] })
      expect(receipt.success).to.equal(true)
    })

    it('does not settle a batch of which nothing could be given back', async () => {
      const { agent, pay } = await start({
        assets: {
          TUSD: {
            address: getLocalChain().contracts.testToken,
            decimals: 6,
            type: 'erc20',
          },
        },
        limits: [rolling],
        permissions: [{ to: [recipient], transfer: 'TUSD' }],
      })
      const { charges } = await agent.prepareCalls({
        calls: [pay('5'), pay('6')],
      })

      expect(charges).to.equal(undefined)
    })
  })
}

/** What an estimate is of. */
function pickEstimated({
  callData,
  maxFeePerGas,
  maxPriorityFeePerGas,
  nonce,
  sender,
}: UserOperation) {
  return { callData, maxFeePerGas, maxPriorityFeePerGas, nonce, sender }
}

/** Gas of the calls alone, without that of a transaction and its bytes. */
async function estimateBlindly(
  account: Pick<PolicyAgentAccount, 'address' | 'client' | 'entryPoint'>,
  { callData }: UserOperation,
): Promise<bigint> {
  const bytes = (callData.length - 2) / 2
  const zeros = callData
    .slice(2)
    .match(/../g)
    ?.filter((byte) => byte === '00')
  const zeroBytes = zeros?.length ?? 0
  const gas = await estimateCallGas(account.client, {
    data: callData,
    from: account.entryPoint.address,
    to: account.address,
  })
  return gas - 21_000n - BigInt(16 * (bytes - zeroBytes) + 4 * zeroBytes)
}
