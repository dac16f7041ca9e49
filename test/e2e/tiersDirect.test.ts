import { expect } from 'chai'
import fc from 'fast-check'
import {
  concatHex,
  createPublicClient,
  createTestClient,
  custom,
  encodeFunctionData,
  type Hex,
  http,
  pad,
  parseEther,
  publicActions,
  slice,
  toFunctionSelector,
} from 'viem'

import { hashCalls } from '../../src/accounts/hashCalls.ts'
import { signApproval } from '../../src/actions/approvals/signApproval.ts'
import { encodeAnnounceCall } from '../../src/actions/calls/encodeAnnounceCall.ts'
import { encodeGrantPolicyCall } from '../../src/actions/calls/encodeGrantPolicyCall.ts'
import { encodeInstallPolicyValidatorCall } from '../../src/actions/calls/encodeInstallPolicyValidatorCall.ts'
import { publishPolicy } from '../../src/actions/owner/publishPolicy.ts'
import { checkCalls } from '../../src/actions/read/checkCalls.ts'
import { sendCallsDirect } from '../../src/bundler/sendCallsDirect.ts'
import { policyValidatorAddress } from '../../src/constants/addresses.ts'
import { policyValidatorAbi } from '../../src/constants/generated/abis.ts'
import type { PolicyError } from '../../src/errors/policyError.ts'
import {
  type LocalChain,
  startLocalChain,
} from '../../src/local/startLocalChain.ts'
import type { PolicyDocument } from '../../src/policy/document/policySchema.ts'
import { stopConforming } from '../helpers/stopConforming.ts'
import {
  agentKey,
  compileExample,
  getError,
  recipient,
  stranger,
  toUnits,
} from './sdkStack.ts'
import { alice, bob, createTierStack } from './tierStack.ts'
import { withDirectOwner } from './withDirectOwner.ts'

const tiers = {
  approvals: { approvers: ['alice', 'bob', 'vault'], threshold: 2 },
  delay: '10m',
  lifetime: '5m',
} as const satisfies PolicyDocument['tiers']

describe('tiers, on a local chain whose clock the test sets', () => {
  const version = '0.8'
  let localChain: LocalChain<'0.7' | '0.8', false>
  let stack: Awaited<ReturnType<typeof start>>
  let agent: Awaited<ReturnType<typeof stack.createAgent>>
  let subject: { account: Hex; agent: Hex }
  let test: ReturnType<typeof createTestNode>

  const createTestNode = () =>
    createTestClient({
      cacheTime: 0,
      chain: localChain.chain,
      mode: 'anvil',
      pollingInterval: 20,
      transport: http(localChain.rpcUrl),
    }).extend(publicActions)
  const start = async () =>
    withDirectOwner(
      await createTierStack({
        changes: { tiers },
        localChain,
        salt: pad('0x71'),
        version,
      }),
      version,
    )

  /** Makes `time` the time of the block being built. */
  async function setTime(time: number) {
    await test.setNextBlockTimestamp({ timestamp: BigInt(time) })
    await test.mine({ blocks: 1 })
  }
  /** The same, and leaves it being built, so that the machine's clock has no say. */
  const holdTime = (time: number) =>
    test.setNextBlockTimestamp({ timestamp: BigInt(time) })
  const getTime = async () => Number((await test.getBlock()).timestamp)

  const send = (
    calls: readonly { data?: Hex; to: Hex; value?: bigint }[],
    options: Partial<Parameters<typeof sendCallsDirect>[1]> = {},
  ) =>
    sendCallsDirect(stack.wallet, {
      account: agent.account,
      calls,
      ...options,
    } as Parameters<typeof sendCallsDirect>[1])
  const pay = (amount: string) => {
    const call = stack.pay(amount)
    return { data: encodeFunctionData(call), to: call.to }
  }
  /** Announces calls, and says when they may run. */
  async function announce(calls: ReturnType<typeof pay>[], log?: Hex) {
    const call = encodeAnnounceCall({ agent: agentKey.address, calls })
    const callsHash = hashCalls(calls)
    await send([
      log === undefined
        ? call
        : {
            ...call,
            data: encodeFunctionData({
              abi: policyValidatorAbi,
              args: [agentKey.address, callsHash, log],
              functionName: 'announce',
            }),
          },
    ])
    const found = await stack.client.getAnnouncement({ ...subject, callsHash })
    if (!found) throw new Error('Nothing is announced.')
    return { ...found, callsHash }
  }
  async function grant(changes: Partial<PolicyDocument>) {
    const policy = compileExample(stack.token, changes)
    await publishPolicy(stack.wallet, { policy })
    const { version: expectedVersion } = await stack.client.getGrant(subject)
    await stack.actAsOwner([
      encodeGrantPolicyCall({
        agent: agentKey.address,
        expectedVersion,
        policyHash: policy.policyHash,
      }),
    ])
  }

  before(async () => {
    localChain = await startLocalChain({ bundler: false })
    test = createTestNode()
    stack = await start()
    subject = { account: stack.ownerAccount.address, agent: agentKey.address }
    await publishPolicy(stack.wallet, { policy: stack.policy })
    await stack.actAsOwner([
      encodeInstallPolicyValidatorCall({
        account: subject.account,
        grant: {
          agent: agentKey.address,
          policyHash: stack.policy.policyHash,
        },
      }),
    ])
    // 2030-01-02 12:00 UTC, far from every boundary.
    await setTime(1_893_585_600)
    agent = await stack.createAgent()
  })
  after(async () => {
    expect(await stopConforming(localChain)).to.be.greaterThan(0)
  })

  describe('delay', () => {
    it('says when announced calls are due, and when they no longer are', async () => {
      const calls = [pay('25'), pay('5')]
      const { due, expires } = await announce(calls)
      expect(due - (await getTime())).to.equal(600)
      expect(expires - due).to.equal(300)

      await holdTime(due - 30)
      const early = await getError<PolicyError>(send(calls))
      expect(early.code).to.equal('ANNOUNCEMENT_NOT_DUE')
      expect(early.retryAfter).to.equal(due)
      expect(early.info).to.deep.include({
        due: BigInt(due),
        validAfter: BigInt(due - 30 - 60),
      })

      // EntryPoint 0.8 refuses the first second of a window.
      await setTime(due)
      const first = await getError<PolicyError>(send(calls))
      expect(first.code).to.equal('WINDOW_UNAVAILABLE')
      expect(first.retryAfter).to.equal(due + 1)
      const window = { margin: { after: 0, before: 0 } }
      expect(
        await agent.account.getWindow({
          ...window,
          within: { validAfter: due, validUntil: expires },
        }),
      ).to.deep.equal({ validAfter: due, validUntil: due + 240 })

      // Too near to the end for a transaction; and over.
      await setTime(expires - 5)
      const late = await getError<PolicyError>(send(calls))
      expect(late.code).to.equal('ANNOUNCEMENT_EXPIRED')
      expect(late.info).to.deep.include({
        expires: BigInt(expires),
        validUntil: BigInt(expires - 5 + 15),
      })
      expect(await stack.client.getAnnouncements(subject)).to.have.length(1)
      await setTime(expires + 1)
      const over = await getError<PolicyError>(send(calls))
      expect(over.code).to.equal('ANNOUNCEMENT_EXPIRED')
      expect(over.info).to.deep.include({
        expires: BigInt(expires),
        validUntil: BigInt(expires + 1 + 240),
      })
      expect(await stack.client.getAnnouncements(subject)).to.deep.equal([])
    })

    it('lets a batch run and settle, once it is due', async () => {
      const calls = [pay('25'), pay('5')]
      const { due } = await announce(calls)
      await setTime(due + 20)
      const before = await stack.getBalance(recipient)
      await send(calls, { settle: true })
      expect((await stack.getBalance(recipient)) - before).to.equal(
        toUnits('30'),
      )
      const again = await getError<PolicyError>(send(calls))
      expect(again.code).to.equal('ANNOUNCEMENT_REQUIRED')
      expect(again.info).to.deep.include({
        callsHash: hashCalls(calls),
        delay: 600n,
      })
    })

    it('says what the agent shows of its calls, and whether it is true', async () => {
      const calls = [pay('26')]
      const getFound = async () => {
        const found = await stack.client.getAnnouncements(subject)
        expect(found).to.have.length(1)
        return [found[0]?.calls?.[0]?.data, found[0]?.verified]
      }

      await announce(calls, '0x1234')
      expect(await getFound()).to.deep.equal([undefined, false])
      const harmless = encodeAnnounceCall({
        agent: agentKey.address,
        calls: [pay('1')],
      })
      // Behind the selector: agent, hash, offset, and the length of the log.
      const log = slice(harmless.data, 4 + 4 * 32)
      await announce(calls, log)
      expect(await getFound()).to.deep.equal([pay('1').data, false])
      await announce(calls)
      expect(await getFound()).to.deep.equal([pay('26').data, true])
      // The truth cannot be hidden again.
      await announce(calls, log)
      expect(await getFound()).to.deep.equal([pay('26').data, true])
    })

    it('hashes calls as the chain does', async () => {
      await grant({
        contracts: { tool: stranger },
        limits: [{ amount: '100', asset: 'ETH', per: 'day' }],
        permissions: [
          { call: 'tool', function: 'ping(bytes)', tier: 'delay' },
          { tier: 'delay', to: 'any', transfer: 'ETH' },
        ],
        tiers: { delay: '1h' },
      } as Partial<PolicyDocument>)
      const selector = toFunctionSelector('ping(bytes)')
      const arbitraryPing = fc
        .uint8Array({ maxLength: 200, minLength: 32 })
        .map((bytes) => ({
          data: concatHex([
            selector,
            `0x${Buffer.from(bytes).toString('hex')}`,
          ]),
          to: stranger,
          value: 0n,
        }))
      const arbitraryPayment = fc.record({
        data: fc.constant('0x' as const),
        to: fc.constantFrom(recipient, stranger),
        value: fc.bigInt({ max: parseEther('10'), min: 0n }),
      })
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.oneof(arbitraryPing, arbitraryPayment), {
            maxLength: 5,
            minLength: 1,
          }),
          async (calls) => {
            const { error } = await stack.client.checkCalls({
              account: agent.account,
              calls,
            })
            expect(error?.code).to.equal('ANNOUNCEMENT_REQUIRED')
            expect(error?.info.callsHash).to.equal(hashCalls(calls))
          },
        ),
        { numRuns: 30 },
      )
      await grant(documentOfStack())
    })
  })

  /** The policy of the stack, to grant it again. */
  function documentOfStack(): Partial<PolicyDocument> {
    return {
      contracts: {
        alice: alice.address,
        bob: bob.address,
        vault: stack.vaultAccount.address,
      },
      limits: [
        { action: 'delay', amount: '20', asset: 'TUSD', per: 'operation' },
        { action: 'approval', amount: '50', asset: 'TUSD', per: 'operation' },
        { amount: '500', asset: 'TUSD', per: 'day' },
        { amount: '1', asset: 'ETH', per: 'day' },
      ],
      tiers,
    }
  }

  describe('approval', () => {
    const sign = async (
      request: Awaited<ReturnType<typeof agent.prepareApproval>>,
    ) =>
      Promise.all(
        [alice, bob].map((approver) =>
          signApproval(stack.client, { approver, request }),
        ),
      )

    it('needs no bundler', async () => {
      const calls = [pay('60')]
      const request = await agent.prepareApproval({ calls })
      const before = await stack.getBalance(recipient)
      const { nonce } = await send(calls, {
        approved: { approvals: await sign(request), request },
        settle: true,
      })
      expect(nonce).to.equal(BigInt(request.nonce))
      expect((await stack.getBalance(recipient)) - before).to.equal(
        toUnits('60'),
      )
    })

    it('has one nonce for the same calls, unless another is asked for', async () => {
      const [one, same, other, elsewhere] = await Promise.all([
        agent.prepareApproval({ calls: [pay('70')] }),
        agent.prepareApproval({ calls: [pay('70')] }),
        agent.prepareApproval({ calls: [pay('71')] }),
        agent.prepareApproval({ calls: [pay('70')], lane: 5n }),
      ])
      expect(one.nonce).to.equal(same.nonce)
      expect(
        new Set([one, other, elsewhere].map(({ nonce }) => nonce)).size,
      ).to.equal(3)
      const approved = {
        approvals: await sign(elsewhere),
        request: elsewhere,
      }
      const { nonce } = await send([pay('70')], { approved })
      expect(nonce >> 64n).to.equal(
        (BigInt(policyValidatorAddress) << 32n) | 5n,
      )
      expect(
        await agent.prepareApproval({ calls: [pay('71')] }),
      ).to.deep.include({
        nonce: other.nonce,
      })
    })

    it('is not asked for where it is of no use', async () => {
      const needless = await getError(
        agent.prepareApproval({ calls: [pay('1')] }),
      )
      expect(needless).to.have.property('name', 'TierNotReachedError')
      const delayed = await getError<PolicyError>(
        agent.prepareApproval({ calls: [pay('21')] }),
      )
      expect(delayed.code).to.equal('ANNOUNCEMENT_REQUIRED')
      const denied = await getError<PolicyError>(
        agent.prepareApproval({ calls: [{ to: stranger, value: 1n }] }),
      )
      expect(denied.code).to.equal('RECIPIENT_NOT_ALLOWED')
    })

    it('is for one account, agent and request', async () => {
      const calls = [pay('72')]
      const request = await agent.prepareApproval({ calls })
      const other = await agent.prepareApproval({ calls: [pay('73')] })
      const foreign = await getError(
        send(calls, { approved: { approvals: await sign(other), request } }),
      )
      expect(foreign).to.have.property('name', 'ApprovalRequestInvalidError')
      expect(foreign.message).to.include('`approvals[0].digest`')

      const nonce = await getError<PolicyError>(
        send(calls, {
          approved: { approvals: await sign(request), request },
          nonce: BigInt(request.nonce) + 1n,
        }),
      )
      expect(nonce.code).to.equal('APPROVAL_INVALID')
    })

    it('is left out where the policy has come to ask for none', async () => {
      const calls = [pay('74')]
      const request = await agent.prepareApproval({ calls })
      const approved = { approvals: await sign(request), request }
      await grant({})
      const denied = await getError<PolicyError>(send(calls, { approved }))
      // It has another limit, and that decides.
      expect(denied.code).to.equal('CAP_EXCEEDED')
      await grant({
        limits: [
          { amount: '500', asset: 'TUSD', per: 'day' },
          { amount: '1', asset: 'ETH', per: 'day' },
        ],
      })
      await send(calls, { approved })
      await grant(documentOfStack())
    })
  })

  it('leaves the tier out where the node shows no logs', async () => {
    const poor = createPublicClient({
      chain: localChain.chain,
      transport: custom({
        request: async (request) => {
          if (request.method === 'eth_simulateV1')
            throw new Error('the method eth_simulateV1 does not exist')
          return stack.client.request(request)
        },
      }),
    })
    const check = {
      ...subject,
      calls: [pay('5')],
      entryPoint: version,
    } as const
    expect(await checkCalls(poor, check)).to.deep.equal({
      verdict: 'allowed',
      violations: [],
    })
    expect(await checkCalls(stack.client, check)).to.deep.equal({
      tier: 'instant',
      verdict: 'allowed',
      violations: [],
    })
  })

  // In a group of its own, to come last.
  describe('a settlement that is demanded', () => {
    it('announces without settling, also where the policy demands it', async () => {
      await grant({
        limits: [
          { action: 'delay', amount: '20', asset: 'TUSD', per: 'operation' },
          { amount: '500', asset: 'TUSD', per: 'day' },
          { amount: '1', asset: 'ETH', per: 'day' },
        ],
        settlement: 'demanded',
        tiers: { delay: '10m', lifetime: '5m' },
      })
      agent = await stack.createAgent()
      const calls = [pay('25')]
      const { due } = await announce(calls)
      await setTime(due + 20)
      const before = await stack.getBalance(recipient)
      await send(calls)
      expect((await stack.getBalance(recipient)) - before).to.equal(
        toUnits('25'),
      )
    })
  })
})
