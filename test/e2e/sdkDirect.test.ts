import { expect } from 'chai'
import fc from 'fast-check'
import {
  type Address,
  createTestClient,
  encodeFunctionData,
  type Hex,
  http,
  pad,
  publicActions,
} from 'viem'
import { entryPoint07Address } from 'viem/account-abstraction'

import { encodeExecute } from '../../src/accounts/encodeExecute.ts'
import { noMargin } from '../../src/accounts/getSigningWindow.ts'
import { encodeGrantPolicyCall } from '../../src/actions/calls/encodeGrantPolicyCall.ts'
import { encodeInstallPolicyValidatorCall } from '../../src/actions/calls/encodeInstallPolicyValidatorCall.ts'
import { deployContracts } from '../../src/actions/deployContracts.ts'
import { publishPolicy } from '../../src/actions/owner/publishPolicy.ts'
import { sendCallsDirect } from '../../src/bundler/sendCallsDirect.ts'
import type { PolicyError } from '../../src/errors/policyError.ts'
import {
  type LocalChain,
  startLocalChain,
} from '../../src/local/startLocalChain.ts'
import { arbitraryCall } from '../accounts/arbitraryCall.ts'
import { stopConforming } from '../helpers/stopConforming.ts'
import {
  agentKey,
  compileExample,
  createStack,
  getError,
  ownerKey,
  recipient,
  stranger,
  toUnits,
} from './sdkStack.ts'
import { withDirectOwner } from './withDirectOwner.ts'

/** 2030-01-02 00:00:00 UTC, a Wednesday. */
const midnight = 1_893_542_400

describe('SDK on a local chain without a bundler', () => {
  let localChain: LocalChain<'0.7' | '0.8', false>
  let test: ReturnType<typeof createTestNode>

  const createTestNode = () =>
    createTestClient({
      cacheTime: 0,
      chain: localChain.chain,
      mode: 'anvil',
      pollingInterval: 20,
      transport: http(localChain.rpcUrl),
    }).extend(publicActions)

  /** Makes `time` the time of the block being built. */
  async function setTime(time: number) {
    await test.setNextBlockTimestamp({ timestamp: BigInt(time) })
    await test.mine({ blocks: 1 })
  }

  const createDirectStack = async (version: '0.7' | '0.8', salt: Hex) =>
    withDirectOwner(await createStack({ localChain, salt, version }), version)

  before(async () => {
    localChain = await startLocalChain({ bundler: false })
    test = createTestNode()
  })
  after(async () => {
    expect(await stopConforming(localChain)).to.be.greaterThan(0)
  })

  it('finds the contracts where their creation code leads', async () => {
    const { wallet } = await createStack({
      localChain,
      salt: pad('0x01'),
      version: '0.7',
    })

    expect(await deployContracts(wallet)).to.deep.equal({
      policyStore: localChain.contracts.policyStore,
      policyValidator: localChain.contracts.policyValidator,
      transactionHashes: [],
    })
  })

  it("signs its owner's messages, before and after the deployment", async () => {
    const stack = await createDirectStack('0.8', pad('0x02'))
    const { client, ownerAccount } = stack
    const verify = async () => {
      const message = 'hello'
      const signature = await ownerAccount.signMessage({ message })
      return client.verifyMessage({
        address: ownerAccount.address,
        message,
        signature,
      })
    }
    const verifyTyped = async () => {
      const typedData = {
        domain: { chainId: 31_337, name: 'Mail', verifyingContract: recipient },
        message: { text: 'hello' },
        primaryType: 'Mail',
        types: { Mail: [{ name: 'text', type: 'string' }] },
      } as const
      return client.verifyTypedData({
        ...typedData,
        address: ownerAccount.address,
        signature: await ownerAccount.signTypedData(typedData),
      })
    }

    expect([await verify(), await verifyTyped()]).to.deep.equal([true, true])
    await stack.actAsOwner([{ to: recipient }])
    expect([await verify(), await verifyTyped()]).to.deep.equal([true, true])
  })

  it("encodes what OpenZeppelin's account executes", async () => {
    const stack = await createDirectStack('0.7', pad('0x03'))
    await stack.actAsOwner([{ to: recipient }])
    const { address } = stack.ownerAccount
    await test.setBalance({ address, value: 2n ** 255n })

    await fc.assert(
      fc.asyncProperty(
        fc.array(arbitraryCall, { maxLength: 5, minLength: 1 }),
        async (calls) => {
          const trace = await test.request({
            method: 'debug_traceCall',
            params: [
              {
                data: encodeExecute(calls),
                from: entryPoint07Address,
                to: address,
              },
              'latest',
              { tracer: 'callTracer' },
            ],
          } as never)
          type Frame = {
            calls?: Frame[]
            error?: string
            input: string
            to: string
            type: string
            value?: string
          }
          // The clone delegates to its implementation, which makes the calls.
          const made = ((trace as Frame).calls?.[0]?.calls ?? []).map(
            ({ input, to, type, value }) => ({ input, to, type, value }),
          )
          expect(made).to.deep.equal(
            calls.map(({ data, to, value }) => ({
              input: data,
              to: to.toLowerCase(),
              type: 'CALL',
              value: `0x${value.toString(16)}`,
            })),
          )
        },
      ),
      { numRuns: 30 },
    )
  })

  describe('sendCallsDirect', () => {
    async function checkPayment(version: '0.7' | '0.8', salt: `0x${string}`) {
      const stack = await createDirectStack(version, salt)
      const policy = compileExample(stack.token)
      const { policyHash } = await publishPolicy(stack.wallet, { policy })
      expect(policyHash).to.equal(policy.policyHash)
      await stack.actAsOwner([
        encodeInstallPolicyValidatorCall({
          account: stack.ownerAccount.address,
          grant: { agent: agentKey.address, policyHash },
        }),
      ])
      const { account } = await stack.createAgent({ policy })

      const { receipt, userOpHash } = await sendCallsDirect(stack.wallet, {
        account,
        calls: [stack.pay('5')],
      })
      expect(receipt.status).to.equal('success')
      expect(userOpHash).to.have.length(66)
      expect(
        await stack.client.getUsage({
          account: account.address,
          agent: agentKey.address,
        }),
      ).to.have.nested.property('limits[2].spent', toUnits('5'))

      // A batch, and another one at once.
      await sendCallsDirect(stack.wallet, {
        account,
        calls: [stack.pay('5'), { to: recipient, value: 1n }],
      })
      const error = await getError<PolicyError>(
        sendCallsDirect(stack.wallet, {
          account,
          calls: [stack.pay('5', stranger)],
        }),
      )
      expect(error.code).to.equal('RECIPIENT_NOT_ALLOWED')
    }

    it('pays through EntryPoint 0.7', () => checkPayment('0.7', pad('0x04')))
    it('pays through EntryPoint 0.8', () => checkPayment('0.8', pad('0x05')))
  })

  describe('with a clock that the test sets', () => {
    let stack: Awaited<ReturnType<typeof createDirectStack>>
    let version = 0

    /** Grants a policy with these rules about time. */
    async function grant(changes: Parameters<typeof compileExample>[1]) {
      const policy = compileExample(stack.token, changes)
      await publishPolicy(stack.wallet, { policy })
      await stack.actAsOwner([
        encodeGrantPolicyCall({
          agent: agentKey.address,
          expectedVersion: version,
          policyHash: policy.policyHash,
        }),
      ])
      version += 1
    }

    /** Goes on to the next ten minutes, ten seconds in. */
    async function startPeriod() {
      const { timestamp } = await test.getBlock()
      await setTime(Math.ceil(Number(timestamp) / 600) * 600 + 610)
    }

    before(async () => {
      stack = await createDirectStack('0.8', pad('0x06'))
      await stack.actAsOwner([
        encodeInstallPolicyValidatorCall({
          account: stack.ownerAccount.address,
        }),
      ])
      await setTime(midnight + 1)
    })

    it('signs windows that the validator takes, at any time', async () => {
      await grant({
        limits: [
          { amount: '1000', asset: 'TUSD', per: { every: '97s' } },
          { amount: '1000', asset: 'TUSD', per: 'month' },
          { amount: '1', asset: 'ETH', per: 'hour' },
          { operations: 1_000, per: { every: '7m', from: '2029-12-31' } },
        ],
        schedule: {
          weekly: [
            { days: ['wed', 'thu'], from: '00:00', to: '12:00' },
            { days: ['wed', 'thu'], from: '13:00', to: '24:00' },
          ],
          blackouts: [
            { from: '2030-01-02T06:00:00Z', until: '2030-01-02T06:10:00Z' },
          ],
        },
      } as never)
      const { account } = await stack.createAgent()

      let time = midnight + 100
      const verdicts = new Set<string>()
      for (let count = 0; count < 40; count++) {
        time += 1 + Math.floor(Math.random() * 3_000)
        await setTime(time)
        const { validAfter, validUntil } = await account.getWindow({
          margin: noMargin,
        })
        expect(validAfter).to.be.at.most(time)
        expect(validUntil).to.be.at.least(time)
        const { error, verdict } = await stack.client.checkCalls({
          account,
          calls: [stack.pay('1')],
        })
        if (verdict === 'denied')
          expect(error?.code).to.be.oneOf(['OUTSIDE_SCHEDULE', 'IN_BLACKOUT'])
        verdicts.add(verdict)
      }
      expect([...verdicts]).to.include('allowed')
    })

    it('says when to retry, near the end of a period', async () => {
      await grant({
        limits: [
          { amount: '10', asset: 'TUSD', per: { every: '10m' } },
          { amount: '1', asset: 'ETH', per: 'day' },
        ],
      })
      const { account } = await stack.createAgent()
      const now = Number((await test.getBlock()).timestamp)
      const boundary = Math.ceil(now / 600) * 600 + 600

      await setTime(boundary - 10)
      const error = await getError<PolicyError>(
        sendCallsDirect(stack.wallet, { account, calls: [stack.pay('10')] }),
      )
      expect(error.code).to.equal('WINDOW_UNAVAILABLE')
      // EntryPoint 0.8 refuses the first second of a window.
      expect(error.retryAfter).to.equal(boundary + 1)

      await setTime(boundary + 1)
      const { receipt } = await sendCallsDirect(stack.wallet, {
        account,
        calls: [stack.pay('10')],
      })
      expect(receipt.status).to.equal('success')
      const spent = await stack.client.checkCalls({
        account,
        calls: [stack.pay('1')],
      })
      expect(spent.error?.code).to.equal('BUDGET_EXCEEDED')
      expect(spent.error?.retryAfter).to.equal(boundary + 600)
    })

    it('knows that an operation whose window is over never runs', async () => {
      const agent = await stack.createAgent()
      const { account } = agent
      await startPeriod()
      const window = await account.getWindow()
      const operation = {
        nonce: await account.getNonce(),
        userOpHash: pad('0x77'),
        window,
      }

      expect(await agent.getOperationStatus(operation)).to.deep.equal({
        status: 'pending',
      })
      await setTime(window.validUntil)
      expect(await agent.getOperationStatus(operation)).to.deep.equal({
        status: 'pending',
      })
      await setTime(window.validUntil + 1)
      expect(await agent.getOperationStatus(operation)).to.deep.equal({
        status: 'expired',
      })
    })

    it('tells what others have done with its operation', async () => {
      const { account } = await stack.createAgent()
      await startPeriod()
      type Transaction = { data: Hex; gas: bigint; to: Address }

      /** Sends by a wallet that somebody interferes with. */
      const send = (
        interfere: (transaction: Transaction) => Promise<Partial<Transaction>>,
      ) =>
        sendCallsDirect(
          stack.wallet.extend(() => ({
            sendTransaction: (async (transaction: Transaction) =>
              stack.wallet.sendTransaction({
                ...transaction,
                ...(await interfere(transaction)),
              } as never)) as never,
          })),
          { account, calls: [stack.pay('1')] },
        )

      // The very same operation, a transaction earlier.
      let first: Hex | undefined
      const balance = await stack.getBalance(recipient)
      const sent = await send(async ({ data, gas, to }) => {
        first = await stack.wallet.sendTransaction({ data, gas, to })
        return {}
      })
      expect(sent.transactionHash).to.equal(first)
      expect(sent.receipt.status).to.equal('success')
      expect((await stack.getBalance(recipient)) - balance).to.equal(
        toUnits('1'),
      )

      // Another one with its nonce.
      const taken = await getError<PolicyError>(
        send(async () => {
          await sendCallsDirect(stack.wallet, {
            account,
            calls: [stack.pay('2')],
          })
          return {}
        }),
      )
      expect(taken.code).to.equal('NONCE_CONFLICT')

      // Nobody has included it, and anybody still may.
      const lost = await getError<PolicyError>(
        send(async () => ({ gas: 100_000n })),
      )
      expect(lost.code).to.equal('OUTCOME_UNKNOWN')
      expect(lost.retry).to.equal('reconcile')
      expect(lost.userOpHash).to.have.length(66)

      // Without the operation that it was sent for.
      const swapped = await getError<PolicyError>(
        send(async () => ({ data: '0x', to: recipient })),
      )
      expect(swapped.code).to.equal('OUTCOME_UNKNOWN')
    })

    it('reads from the chain what the bundler does not tell', async () => {
      const agent = await stack.createAgent()
      const { account } = agent
      await startPeriod()
      const window = await account.getWindow()
      const sent = await sendCallsDirect(stack.wallet, {
        account,
        calls: [stack.pay('1')],
      })
      // Allowed, but more than the account has when it runs.
      const failed = await getError<PolicyError>(
        sendCallsDirect(
          stack.wallet.extend(() => ({
            /** Takes the tokens away when the operation is on its way. */
            sendTransaction: (async (parameters: never) => {
              await stack.actAsOwner([
                {
                  data: encodeFunctionData({
                    abi: stack.pay('1').abi,
                    args: [
                      ownerKey.address,
                      await stack.getBalance(account.address),
                    ],
                    functionName: 'transfer',
                  }),
                  to: stack.token,
                },
              ])
              return stack.wallet.sendTransaction(parameters)
            }) as never,
          })),
          { account, calls: [stack.pay('1')] },
        ),
      )
      expect(failed.code).to.equal('INSUFFICIENT_BALANCE')
      expect(failed.phase).to.equal('execution')

      const status = await agent.getOperationStatus({ ...sent, window })
      expect(status).to.deep.equal({
        status: 'success',
        transactionHash: sent.transactionHash,
      })
      const reverted = await agent.getOperationStatus({
        nonce: sent.nonce + 1n,
        userOpHash: failed.userOpHash ?? pad('0x00'),
        window,
      })
      expect(reverted.status).to.equal('reverted')
      expect(reverted.status === 'reverted' && reverted.error.code).to.equal(
        'INSUFFICIENT_BALANCE',
      )
      expect(
        await agent.getOperationStatus({
          nonce: sent.nonce,
          userOpHash: pad('0x78'),
          window,
        }),
      ).to.deep.equal({ status: 'replaced' })
    })
  })
})
