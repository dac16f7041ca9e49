import { expect } from 'chai'
import {
  createTestClient,
  type Hash,
  type Hex,
  http,
  pad,
  parseEther,
} from 'viem'
import { hashCalls } from '../../src/accounts/hashCalls.ts'
import { cancelAnnouncementFor } from '../../src/actions/announcements/cancelAnnouncementFor.ts'
import { signApproval } from '../../src/actions/approvals/signApproval.ts'
import { encodeSetApprovalCall } from '../../src/actions/calls/encodeSetApprovalCall.ts'
import type { PolicyError } from '../../src/errors/policyError.ts'
import {
  type LocalChain,
  startLocalChain,
} from '../../src/local/startLocalChain.ts'
import type { ApprovalRequest } from '../../src/types/approval.ts'
import { stopConforming } from '../helpers/stopConforming.ts'
import { agentKey, getError, recipient, toUnits } from './sdkStack.ts'
import { alice, bob, createTierStack, guardian } from './tierStack.ts'

describe('tiers on a local chain with a bundler in safe mode', () => {
  let localChain: LocalChain<'0.7' | '0.8', true>

  before(async () => {
    localChain = await startLocalChain()
  })
  after(() => stopConforming(localChain))

  describe('of an account with EntryPoint 0.7', () =>
    itKeepsTiers(() => localChain, '0.7', pad('0x7107')))
  describe('of an account with EntryPoint 0.8', () =>
    itKeepsTiers(() => localChain, '0.8', pad('0x7108')))
})

function itKeepsTiers<version extends '0.7' | '0.8'>(
  getLocalChain: () => LocalChain<'0.7' | '0.8', true>,
  version: version,
  salt: Hex,
) {
  const start = () =>
    createTierStack({ localChain: getLocalChain(), salt, version })
  let stack: Awaited<ReturnType<typeof start>>
  let agent: Awaited<ReturnType<typeof stack.createAgent>>
  let subject: { account: Hex; agent: Hex }

  /** What an attempt pays the recipient. */
  async function getPaid(attempt: () => Promise<unknown>) {
    const before = await stack.getBalance(recipient)
    await attempt()
    return (await stack.getBalance(recipient)) - before
  }
  const sign = (request: ApprovalRequest, approver: typeof alice) =>
    signApproval(stack.client, { approver, request })

  before(async () => {
    stack = await start()
    const { ownerAccount, policy, vaultAccount, wallet } = stack
    agent = await stack.createAgent({ policy })
    subject = { account: ownerAccount.address, agent: agentKey.address }
    await stack.settle(
      await stack.owner.installPolicyValidator({
        grant: { agent: agentKey.address, policy },
      }),
    )
    const hash = await wallet.sendTransaction({
      to: vaultAccount.address,
      value: parseEther('1'),
    })
    await stack.client.waitForTransactionReceipt({ hash })
  })

  it('says which tier calls have before they are sent', async () => {
    const check = async (amount: string) => {
      const { tier, verdict } = (await agent.checkCalls({
        calls: [stack.pay(amount)],
      })) as { tier?: string; verdict: string }
      return { tier, verdict }
    }
    expect(await check('10')).to.deep.equal({
      tier: 'instant',
      verdict: 'allowed',
    })
    expect(await check('11')).to.deep.equal({
      tier: 'notify',
      verdict: 'allowed',
    })
    expect(await check('21')).to.deep.equal({
      tier: 'delay',
      verdict: 'denied',
    })
    expect(await check('51')).to.deep.equal({
      tier: 'approval',
      verdict: 'denied',
    })
    expect(await check('501')).to.deep.equal({
      tier: undefined,
      verdict: 'denied',
    })
  })

  it('tells the owner of what goes beyond a limit', async () => {
    const fromBlock = await stack.client.getBlockNumber({ cacheTime: 0 })
    const seen: unknown[] = []
    const unwatch = stack.client.watchTierEvents({
      account: subject.account,
      onEvents: (events) => seen.push(...events),
      pollingInterval: 50,
    })
    await agent.sendCalls({ calls: [stack.pay('10')] })
    const { transactionHash, userOpHash } = await agent.sendCalls({
      calls: [stack.pay('11')],
    })

    const events = await stack.client.getTierEvents({ ...subject, fromBlock })
    expect(events.map(({ blockNumber: _, ...event }) => event)).to.deep.equal([
      { agent: agentKey.address, tier: 'notify', transactionHash, userOpHash },
    ])
    while (seen.length === 0)
      await new Promise((resolve) => setTimeout(resolve, 20))
    unwatch()
    expect(seen).to.deep.equal(events)
  })

  describe('delay', () => {
    const calls = () => [stack.pay('25'), stack.pay('5')]
    let announced: Awaited<ReturnType<typeof agent.announceCalls>>

    /** Waits until a bundler takes a window that begins at a time. */
    async function waitFor(time: number) {
      const { chain, rpcUrl } = getLocalChain()
      const test = createTestClient({
        chain,
        mode: 'anvil',
        transport: http(rpcUrl),
      })
      await new Promise((resolve) =>
        setTimeout(resolve, Math.max(0, (time + 7) * 1_000 - Date.now())),
      )
      await test.mine({ blocks: 1 })
    }

    it('denies what is not announced', async () => {
      const error = await getError<PolicyError>(
        agent.sendCalls({ calls: calls() }),
      )
      expect(error.code).to.equal('ANNOUNCEMENT_REQUIRED')
      expect(error.info).to.deep.include({
        callsHash: hashCalls(calls()),
        delay: 1n,
      })
    })

    it('announces calls that the policy permits, and no others', async () => {
      const denied = await getError<PolicyError>(
        agent.announceCalls({ calls: [stack.pay('501')] }),
      )
      expect(denied.code).to.equal('AMOUNT_ABOVE_BUDGET')
      expect(
        await getError(agent.announceCalls({ calls: [stack.pay('1')] })),
      ).to.have.property('name', 'TierNotReachedError')

      announced = await agent.announceCalls({ calls: calls() })
      expect(announced.callsHash).to.equal(hashCalls(calls()))
      expect(announced.expires - announced.due).to.equal(3_600)
      expect(
        await stack.client.getAnnouncement({ ...subject, ...announced }),
      ).to.deep.equal({
        due: announced.due,
        expires: announced.expires,
        version: 1,
      })
    })

    it('shows the owner what is announced, as it will run', async () => {
      const [found, ...others] = await stack.client.getAnnouncements(subject)
      expect(others).to.deep.equal([])
      expect(found).to.deep.include({
        agent: agentKey.address,
        callsHash: announced.callsHash,
        due: announced.due,
        expires: announced.expires,
        transactionHash: announced.transactionHash,
        verified: true,
      })
      expect(found?.calls).to.have.length(2)
      expect(hashCalls(found?.calls ?? [])).to.equal(announced.callsHash)
    })

    it('lets it run once it is due, and once', async () => {
      // Two are cancelled meanwhile, by the guardian and by the owner.
      const [first, second] = [[stack.pay('26')], [stack.pay('27')]]
      const one = await agent.announceCalls({ calls: first })
      const other = await agent.announceCalls({ calls: second })
      const hash = await cancelAnnouncementFor(stack.createWallet(guardian), {
        ...subject,
        callsHash: one.callsHash,
      })
      await stack.client.waitForTransactionReceipt({ hash })
      expect(
        await stack.settle(
          await stack.owner.cancelAnnouncement({
            agent: agentKey.address,
            callsHash: other.callsHash,
          }),
        ),
      ).to.equal(true)

      await waitFor(other.due)
      const { error, verdict, ...found } = await agent.checkCalls({
        calls: calls(),
      })
      expect({ error, ...found, verdict }).to.deep.equal({
        error: undefined,
        tier: 'delay',
        verdict: 'allowed',
        violations: [],
      })
      expect(await getPaid(() => agent.sendCalls({ calls: calls() }))).to.equal(
        toUnits('30'),
      )
      for (const gone of [calls(), first, second]) {
        const error = await getError<PolicyError>(
          agent.sendCalls({ calls: gone }),
        )
        expect(error.code).to.equal('ANNOUNCEMENT_REQUIRED')
      }
      expect(await stack.client.getAnnouncements(subject)).to.deep.equal([])
    })
  })

  describe('approval', () => {
    const calls = () => [stack.pay('60')]

    it('denies what is not approved, and says by whom it could be', async () => {
      const error = await getError<PolicyError>(
        agent.sendCalls({ calls: calls() }),
      )
      expect(error.code).to.equal('APPROVAL_REQUIRED')
      expect(error.info).to.deep.include({
        approvers: stack.approvers,
        callsHash: hashCalls(calls()),
        threshold: 2n,
      })
    })

    it('lets calls run that two have signed, once', async () => {
      const request = JSON.parse(
        JSON.stringify(await agent.prepareApproval({ calls: calls() })),
      ) as ApprovalRequest
      expect(request.approvers).to.deep.equal(stack.approvers)
      expect(request.threshold).to.equal(2)
      const approvals = [await sign(request, bob), await sign(request, alice)]

      // The agent's own operations do not spoil the nonce.
      await agent.sendCalls({ calls: [stack.pay('1')] })
      expect(
        await getPaid(() =>
          agent.sendCalls({ approved: { approvals, request }, calls: calls() }),
        ),
      ).to.equal(toUnits('60'))

      const error = await getError<PolicyError>(
        agent.sendCalls({ approved: { approvals, request }, calls: calls() }),
      )
      expect(error.code).to.equal('APPROVAL_USED')
      expect(error.info).to.deep.include({
        callsHash: hashCalls(calls()),
        nonce: BigInt(request.nonce),
      })
      // The next request has the next nonce of the lane.
      const next = await agent.prepareApproval({ calls: calls() })
      expect(BigInt(next.nonce)).to.equal(BigInt(request.nonce) + 1n)
    })

    it('counts what a contract has approved on chain', async () => {
      const batch = [stack.pay('30'), stack.pay('31')]
      const request = await agent.prepareApproval({ calls: batch })
      const approver = stack.vaultAccount.address
      const approvals = [
        { approver, digest: request.digest },
        await sign(request, alice),
      ]
      const attempt = () =>
        agent.sendCalls({ approved: { approvals, request }, calls: batch })
      const set = async (approved: boolean) => {
        const hash = await stack.vault.sendUserOperation({
          calls: [encodeSetApprovalCall({ approved, request })],
        })
        const { success } = await stack.vault.waitForUserOperationReceipt({
          hash,
        })
        expect(success).to.equal(true)
        expect(
          await stack.client.isApproved({ ...request, approver }),
        ).to.equal(approved)
      }
      const index =
        approver.toLowerCase() < alice.address.toLowerCase() ? 0n : 1n

      for (const approved of [undefined, true, false]) {
        if (approved !== undefined) await set(approved)
        if (approved) continue
        const error = await getError<PolicyError>(attempt())
        expect(error.code).to.equal('APPROVAL_INVALID')
        expect(error.info).to.deep.include({ approver, index })
        expect(error.message).to.include('(vault)')
      }
      await set(true)
      // A batch settles, approved or not: the hash leaves that call out.
      const { charges } = await agent.prepareCalls({
        approved: { approvals, request },
        calls: batch,
      })
      expect(charges).to.have.length(1)
      expect(await getPaid(attempt)).to.equal(toUnits('61'))
    })

    it('denies approvals that do not count', async () => {
      const request = await agent.prepareApproval({ calls: calls() })
      const approvals = [await sign(request, alice), await sign(request, bob)]
      const send = (
        approved: { approvals: typeof approvals; request: ApprovalRequest },
        to = calls(),
      ) => getError<PolicyError>(agent.sendCalls({ approved, calls: to }))

      // One too few; the same one twice.
      for (const few of [
        approvals.slice(0, 1),
        [approvals[0], approvals[0]] as typeof approvals,
      ]) {
        const error = await send({ approvals: few, request })
        expect(error.code).to.equal('APPROVAL_REQUIRED')
        expect(error.info).to.deep.include({
          approvers: stack.approvers,
          given: 1n,
          threshold: 2n,
        })
      }

      // For other calls.
      const other = await send({ approvals, request }, [stack.pay('61')])
      expect(other.code).to.equal('APPROVAL_INVALID')
      expect(other.info.index).to.equal(0n)

      // By nobody whom the policy lists: the agent itself.
      const listed: ApprovalRequest = {
        ...request,
        approvers: [...request.approvers, { address: agentKey.address }],
      }
      const own = await sign(listed, agentKey)
      const [first] = approvals
      const agents = await send({
        approvals: [first as typeof own, own],
        request,
      })
      expect(agents.code).to.equal('APPROVAL_INVALID')
      expect(agents.info.approver).to.equal(agentKey.address)
    })

    it('ends the window by the deadline', async () => {
      const { timestamp } = await stack.client.getBlock()
      const deadline = Number(timestamp) + 100
      const request = await agent.prepareApproval({ calls: calls(), deadline })
      const approvals = [await sign(request, alice), await sign(request, bob)]
      const { window } = await agent.prepareCalls({
        approved: { approvals, request },
        calls: calls(),
      })
      expect(window.validUntil).to.equal(deadline)

      const over = await agent.prepareApproval({
        calls: calls(),
        deadline: Number(timestamp) - 10,
      })
      const error = await getError<PolicyError>(
        agent.sendCalls({
          approved: {
            approvals: [await sign(over, alice), await sign(over, bob)],
            request: over,
          },
          calls: calls(),
        }),
      )
      expect(error.code).to.equal('APPROVAL_EXPIRED')
      expect(error.info.deadline).to.equal(BigInt(over.deadline))
      const { validUntil } = error.info as { validUntil: bigint }
      expect(Number(validUntil)).to.be.greaterThan(over.deadline)
    })
  })

  // In a group of its own, to come last.
  describe('an act of the owner', () => {
    it('voids what was announced before', async () => {
      const calls = [stack.pay('28')]
      await agent.announceCalls({ calls })
      expect(await stack.client.getAnnouncements(subject)).to.have.length(1)
      await stack.settle(
        await stack.owner.freezeAgent({ agent: agentKey.address }),
      )
      await stack.settle(
        await stack.owner.unfreezeAgent({ agent: agentKey.address }),
      )
      expect(await stack.client.getAnnouncements(subject)).to.deep.equal([])
      const hash: Hash = hashCalls(calls)
      const { error } = await agent.checkCalls({ calls })
      expect(error?.code).to.equal('ANNOUNCEMENT_REQUIRED')
      expect(error?.info.callsHash).to.equal(hash)
    })
  })
}
