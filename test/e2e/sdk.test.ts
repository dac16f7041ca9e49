import { expect } from 'chai'
import { erc7579Actions } from 'permissionless/actions/erc7579'
import { erc20Abi, pad, parseEther } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'

import { policyValidatorAddress } from '../../src/constants/addresses.ts'
import type { PolicyError } from '../../src/errors/policyError.ts'
import { developmentAccounts } from '../../src/local/developmentAccounts.ts'
import {
  type LocalChain,
  startLocalChain,
} from '../../src/local/startLocalChain.ts'
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

describe('SDK on a local chain with a bundler in safe mode', () => {
  let localChain: LocalChain<'0.7' | '0.8', true>

  before(async () => {
    localChain = await startLocalChain()
  })
  after(() => stopConforming(localChain))

  describe('with EntryPoint 0.7', () =>
    itLetsAnAgentPay(() => localChain, '0.7', pad('0x07')))
  describe('with EntryPoint 0.8', () =>
    itLetsAnAgentPay(() => localChain, '0.8', pad('0x08')))
})

/** One account's life, from its deployment to the removal of the module. */
function itLetsAnAgentPay<version extends '0.7' | '0.8'>(
  getLocalChain: () => LocalChain<'0.7' | '0.8', true>,
  version: version,
  salt: `0x${string}`,
) {
  const start = () =>
    createStack({ localChain: getLocalChain(), salt, version })
  let stack: Awaited<ReturnType<typeof start>>
  let agent: Awaited<ReturnType<typeof stack.createAgent>>
  let policy: ReturnType<typeof compileExample>
  let subject: { account: `0x${string}`; agent: `0x${string}` }

  before(async () => {
    stack = await start()
    policy = compileExample(stack.token)
    agent = await stack.createAgent({ policy })
    subject = {
      account: stack.ownerAccount.address,
      agent: agentKey.address,
    }
  })

  it('tells of an account that is not there yet', async () => {
    const { error, verdict } = await agent.checkCalls({
      calls: [stack.pay('1')],
    })

    expect(verdict).to.equal('denied')
    expect(error?.code).to.equal('ACCOUNT_NOT_DEPLOYED')
  })

  it('tries a policy that is not published on such an account', async () => {
    const allowed = await stack.client.checkCalls({
      ...subject,
      calls: [stack.pay('1')],
      entryPoint: version,
      policy,
    })
    expect(allowed.verdict).to.equal('allowed')

    const { error, verdict } = await stack.client.checkCalls({
      ...subject,
      calls: [stack.pay('41')],
      entryPoint: version,
      policy,
    })
    expect(verdict).to.equal('denied')
    expect(error?.code).to.equal('CAP_EXCEEDED')
  })

  it('deploys, installs, publishes and grants by one operation', async () => {
    const hash = await stack.owner.installPolicyValidator({
      grant: { agent: agentKey.address, policy },
    })

    expect(await stack.settle(hash)).to.equal(true)
    const grant = await stack.client.getGrant(subject)
    expect(grant).to.deep.include({ frozen: false, number: 1, version: 1 })
    expect(await stack.client.getAgents(subject)).to.deep.equal([
      { ...grant, agent: agentKey.address, policyHash: policy.policyHash },
    ])
  })

  it("gives back the chain's own bytes of the policy", async () => {
    const found = await stack.client.getPolicy(subject)
    const byHash = await stack.client.getPolicy({
      policyHash: policy.policyHash,
    })

    expect(found?.bytes).to.equal(policy.bytes)
    expect(found?.policyHash).to.equal(policy.policyHash)
    expect(found?.data.maxCalls).to.equal(8)
    expect(byHash).to.deep.equal(found)
  })

  it('is an account with the module, as permissionless sees it', async () => {
    const owner = stack.owner.extend(erc7579Actions())

    expect(
      await owner.isModuleInstalled({
        address: policyValidatorAddress,
        context: '0x',
        type: 'validator',
      }),
    ).to.equal(true)
    expect(await owner.accountId()).to.match(/AccountERC7579/)
  })

  it('pays, and counts what was paid', async () => {
    const before = await stack.getBalance(recipient)
    const { receipt, userOpHash } = await agent.sendCalls({
      calls: [stack.pay('5')],
    })

    expect(receipt.success).to.equal(true)
    expect(receipt.userOpHash).to.equal(userOpHash)
    expect((await stack.getBalance(recipient)) - before).to.equal(toUnits('5'))

    const usage = await stack.client.getUsage(subject)
    const daily = usage?.limits.find(
      ({ asset, limit }) => asset.kind === 'erc20' && limit.kind === 'fixed',
    )
    expect(daily).to.deep.include({
      amount: toUnits('100'),
      remaining: toUnits('95'),
      spent: toUnits('5'),
      warning: false,
    })
    expect(daily?.resetsAt).to.equal(
      (Math.floor((usage?.timestamp ?? 0) / 86_400) + 1) * 86_400,
    )
    expect(usage && usage.gas.spent > receipt.actualGasCost).to.equal(true)
  })

  it('makes several calls as one operation', async () => {
    const { receipt } = await agent.sendCalls({
      calls: [stack.pay('10'), { to: recipient, value: 5n }, stack.pay('20')],
    })

    expect(receipt.success).to.equal(true)
    expect(receipt.logs).to.have.length.of.at.least(2)
  })

  it('denies before anything is sent, and says why', async () => {
    const transactions = await stack.client.getTransactionCount({
      address: developmentAccounts.deployer.address,
    })
    const error = await getError<PolicyError>(
      agent.sendCalls({ calls: [stack.pay('5', stranger)] }),
    )

    expect(error.code).to.equal('RECIPIENT_NOT_ALLOWED')
    expect(error.info).to.deep.include({ recipient: stranger })
    expect(error.phase).to.equal('preflight')
    expect(
      await stack.client.getTransactionCount({
        address: developmentAccounts.deployer.address,
      }),
    ).to.equal(transactions)
  })

  it("names the owner's limit, and when it starts again", async () => {
    // 35 of 100 are spent; two more operations of 32 do not fit.
    await agent.sendCalls({ calls: [stack.pay('38')] })
    const { error, verdict } = await agent.checkCalls({
      calls: [stack.pay('38')],
    })

    expect(verdict).to.equal('denied')
    expect(error?.code).to.equal('BUDGET_EXCEEDED')
    expect(error?.info.remaining).to.equal(toUnits('27'))
    expect(error?.info.limit?.name).to.equal('daily')
    expect((error?.retryAfter ?? 0) % 86_400).to.equal(0)
  })

  it('lists everything that is wrong with a batch', async () => {
    const { verdict, violations } = await agent.checkCalls({
      calls: [
        stack.pay('1'),
        stack.pay('1', stranger),
        { to: stranger, value: 1n },
      ],
    })

    expect(verdict).to.equal('denied')
    expect(
      violations.map(({ code, info }) => [code, info.callIndex]),
    ).to.deep.equal([
      ['RECIPIENT_NOT_ALLOWED', 1n],
      ['RECIPIENT_NOT_ALLOWED', 2n],
    ])
  })

  it('tells calls that fail from calls that are denied', async () => {
    const { error, verdict } = await agent.checkCalls({
      calls: [{ to: recipient, value: parseEther('0.99999') }],
    })
    expect([verdict, error]).to.deep.equal(['allowed', undefined])

    // Empties the account, as far as the policy knows nothing of it.
    const balance = await stack.getBalance(subject.account)
    const hash = await stack.owner.sendUserOperation({
      calls: [
        {
          abi: erc20Abi,
          args: [ownerKey.address, balance],
          functionName: 'transfer',
          to: stack.token,
        },
      ],
    })
    await stack.settle(hash)
    const broke = await agent.checkCalls({ calls: [stack.pay('1')] })

    expect(broke.verdict).to.equal('denied')
    expect(broke.error?.code).to.equal('INSUFFICIENT_BALANCE')
    expect(broke.error?.category).to.equal('funds')
  })

  it("decodes the bundler's own refusal of a signed operation", async () => {
    const prepared = await agent.prepareCalls({
      calls: [{ to: recipient, value: 1n }],
    })
    const freeze = await stack.owner.freezeAgent({ agent: agentKey.address })
    expect(await stack.settle(freeze)).to.equal(true)

    const error = await getError<PolicyError>(agent.sendPreparedCalls(prepared))
    expect(error.code).to.equal('AGENT_FROZEN')
    expect(error.userOpHash).to.equal(prepared.userOpHash)
    expect(
      await agent.getOperationStatus({
        nonce: prepared.userOperation.nonce,
        userOpHash: prepared.userOpHash,
        window: prepared.window,
      }),
    ).to.deep.equal({ status: 'pending' })
  })

  it('includes one of two operations with the same nonce', async () => {
    const unfreeze = await stack.owner.unfreezeAgent({
      agent: agentKey.address,
    })
    expect(await stack.settle(unfreeze)).to.equal(true)

    const nonce = await agent.account.getNonce()
    const [first, second] = await Promise.all([
      agent.prepareCalls({ calls: [{ to: recipient, value: 1n }], nonce }),
      agent.prepareCalls({ calls: [{ to: recipient, value: 2n }], nonce }),
    ])
    const userOpHash = await agent.sendPreparedCalls(first)
    const receipt = await agent.waitForOperation({ userOpHash })
    // Sent again, it is the same operation.
    expect(await agent.sendPreparedCalls(first)).to.equal(userOpHash)

    const error = await getError<PolicyError>(agent.sendPreparedCalls(second))
    expect(error.code).to.equal('NONCE_CONFLICT')
    const getStatus = (userOpHash: `0x${string}`) =>
      agent.getOperationStatus({ nonce, userOpHash, window: first.window })
    expect(await getStatus(first.userOpHash)).to.deep.equal({
      status: 'success',
      transactionHash: receipt.receipt.transactionHash,
    })
    expect(await getStatus(second.userOpHash)).to.deep.equal({
      status: 'replaced',
    })
  })

  it("keeps fees within the policy's cap", async () => {
    const prepared = await agent.prepareCalls({
      calls: [{ to: recipient, value: 1n }],
    })
    expect(Number(prepared.userOperation.maxFeePerGas)).to.be.at.most(50e9)

    const error = await getError<PolicyError>(
      agent.prepareCalls({
        calls: [{ to: recipient, value: 1n }],
        maxFeePerGas: 51_000_000_000n,
      }),
    )
    expect(error.code).to.equal('FEE_PER_GAS_EXCEEDS_CAP')
  })

  it('replaces a policy, and follows the replacement', async () => {
    const tighter = compileExample(stack.token, {
      limits: [{ amount: '0.5', asset: 'ETH', per: 'day' }],
      assets: { ETH: { type: 'native' } },
      permissions: [{ to: [recipient], transfer: 'ETH' }],
    })
    const follower = await stack.createAgent()
    expect((await follower.account.getPolicyData())?.limits).to.have.length(3)

    const hash = await stack.owner.grantPolicy({
      agent: agentKey.address,
      policy: tighter,
    })
    expect(await stack.settle(hash)).to.equal(true)
    expect((await follower.account.getPolicyData())?.limits).to.have.length(1)
    const { error } = await follower.checkCalls({ calls: [stack.pay('1')] })
    expect(error?.code).to.equal('TARGET_NOT_ALLOWED')
  })

  it('refuses an act of the owner that somebody has overtaken', async () => {
    const error = await getError<PolicyError>(
      stack.owner.revokeAgent({
        agent: agentKey.address,
        expectedVersion: 1,
      }),
    )

    expect(error.code).to.equal('VERSION_MISMATCH')
  })

  it('hands the grant to another key, with what was spent', async () => {
    const newKey = privateKeyToAccount(pad('0x4321'))
    const hash = await stack.owner.rotateAgent({
      agent: agentKey.address,
      newAgent: newKey.address,
    })
    expect(await stack.settle(hash)).to.equal(true)

    const { error } = await agent.checkCalls({
      calls: [{ to: recipient, value: 1n }],
    })
    expect(error?.code).to.equal('AGENT_NOT_GRANTED')

    const newAgent = await stack.createAgent({ agent: newKey })
    const { receipt } = await newAgent.sendCalls({
      calls: [{ to: recipient, value: 1n }],
    })
    expect(receipt.success).to.equal(true)
    const usage = await stack.client.getUsage({
      ...subject,
      agent: newKey.address,
    })
    expect(usage?.limits[0]?.spent).to.equal(7n)
  })

  it('freezes all agents, revokes one, and uninstalls', async () => {
    const newAgent = privateKeyToAccount(pad('0x4321')).address
    const moved = { ...subject, agent: newAgent }

    expect(await stack.settle(await stack.owner.freezeAllAgents({}))).to.equal(
      true,
    )
    expect((await stack.client.getGrant(moved)).frozen).to.equal(true)

    expect(
      await stack.settle(await stack.owner.revokeAgent({ agent: newAgent })),
    ).to.equal(true)
    expect(await stack.client.getAgents(moved)).to.deep.equal([])
    expect(await stack.client.getPolicy(moved)).to.equal(undefined)
    expect(await stack.client.getUsage(moved)).to.equal(undefined)

    expect(
      await stack.settle(await stack.owner.uninstallPolicyValidator({})),
    ).to.equal(true)
    const { error } = await agent.checkCalls({
      calls: [{ to: recipient, value: 1n }],
    })
    expect(error?.code).to.equal('MODULE_NOT_INSTALLED')
  })
}
