import { expect } from 'chai'
import { createWalletClient, type Hex, http, maxUint256, pad } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'

import { toReferenceAccount } from '../../src/accounts/toReferenceAccount.ts'
import { freezeAgentFor } from '../../src/actions/levers/freezeAgentFor.ts'
import { getLeverTypedData } from '../../src/actions/levers/getLeverTypedData.ts'
import { pullLever } from '../../src/actions/levers/pullLever.ts'
import { signFreeze } from '../../src/actions/levers/signFreeze.ts'
import { signLever } from '../../src/actions/levers/signLever.ts'
import { publishPolicy } from '../../src/actions/owner/publishPolicy.ts'
import type { PolicyError } from '../../src/errors/policyError.ts'
import { developmentAccounts } from '../../src/local/developmentAccounts.ts'
import {
  type LocalChain,
  startLocalChain,
} from '../../src/local/startLocalChain.ts'
import type { PolicyDocument } from '../../src/policy/document/policySchema.ts'
import type { Lever } from '../../src/types/lever.ts'
import { stopConforming } from '../helpers/stopConforming.ts'
import {
  agentKey,
  compileExample,
  createStack,
  getError,
  toUnits,
} from './sdkStack.ts'

const guardianKey = privateKeyToAccount(developmentAccounts.guardian.privateKey)
const newKey = privateKeyToAccount(pad('0x4321'))

describe('signed levers', () => {
  let localChain: LocalChain<'0.7' | '0.8', true>

  before(async () => {
    localChain = await startLocalChain()
  })
  after(() => stopConforming(localChain))

  describe('of an account with EntryPoint 0.7', () =>
    itPullsLevers(() => localChain, '0.7', pad('0x1e07')))
  describe('of an account with EntryPoint 0.8', () =>
    itPullsLevers(() => localChain, '0.8', pad('0x1e08')))
})

/** One agent's life, by the owner's signature alone once relaying is on. */
function itPullsLevers<version extends '0.7' | '0.8'>(
  getLocalChain: () => LocalChain<'0.7' | '0.8', true>,
  version: version,
  salt: Hex,
) {
  const start = () =>
    createStack({ localChain: getLocalChain(), salt, version })
  let stack: Awaited<ReturnType<typeof start>>
  let subject: { account: Hex; agent: Hex }
  let moved: { account: Hex; agent: Hex }
  let granted: { lever: Lever; signature: Hex }

  const compile = (amount: string) =>
    compileExample(stack.token, {
      guardian: guardianKey.address,
      limits: [
        { amount, asset: 'TUSD', per: 'day' },
        { amount: '1', asset: 'ETH', per: 'month', scope: 'account' },
        { amount: '1', asset: 'ETH', per: 'operation' },
        { operations: 100, per: { every: '90m' } },
      ],
    } satisfies Partial<PolicyDocument>)

  const createWallet = (key: keyof typeof developmentAccounts) => {
    const { chain, rpcUrl } = getLocalChain()
    return createWalletClient({
      account: privateKeyToAccount(developmentAccounts[key].privateKey),
      cacheTime: 0,
      chain,
      transport: http(rpcUrl),
    })
  }

  /** Waits for a transaction, and says whether it succeeded. */
  async function mine(hash: Hex) {
    const { status } = await stack.client.waitForTransactionReceipt({ hash })
    return status === 'success'
  }

  /** Has the owner sign an act, and a stranger relay it. */
  async function sign(
    parameters: Parameters<typeof stack.owner.prepareLever>[0],
  ) {
    const lever = await stack.owner.prepareLever(parameters)
    return signLever(stack.client, { account: stack.ownerAccount, lever })
  }
  const relay = async (signed: { lever: Lever; signature: Hex }) =>
    mine(await pullLever(createWallet('stranger'), signed))

  before(async () => {
    stack = await start()
    subject = { account: stack.ownerAccount.address, agent: agentKey.address }
    moved = { ...subject, agent: newKey.address }
    await stack.settle(await stack.owner.installPolicyValidator({}))
    await publishPolicy(stack.wallet, { policy: compile('100') })
    await publishPolicy(stack.wallet, { policy: compile('200') })
  })

  it('are refused until the account switches relaying on', async () => {
    expect(await stack.client.isRelayingEnabled(subject)).to.equal(false)
    const signed = await sign({
      ...subject,
      action: 'Grant',
      policy: compile('100'),
    })
    const error = await getError<PolicyError>(
      pullLever(createWallet('stranger'), signed),
    )
    expect(error.code).to.equal('RELAYING_DISABLED')

    const hash = await stack.owner.setRelaying({ enabled: true })
    expect(await stack.settle(hash)).to.equal(true)
    expect(await stack.client.isRelayingEnabled(subject)).to.equal(true)
  })

  it('grant a policy whose limits they show', async () => {
    const policy = compile('100')
    granted = await sign({
      ...subject,
      action: 'Grant',
      policyHash: policy.policyHash,
    })
    expect(granted.lever.caps).to.have.length(4)
    expect(granted.lever.caps.map(({ amount }) => amount)).to.include(
      toUnits('100'),
    )
    expect(new Date(Number(granted.lever.expires) * 1_000)).to.deep.equal(
      new Date('2099-12-31T23:59:59Z'),
    )

    expect(await relay(granted)).to.equal(true)
    expect(await stack.client.getAgents(subject)).to.deep.equal([
      {
        ...(await stack.client.getGrant(subject)),
        agent: agentKey.address,
        policyHash: policy.policyHash,
      },
    ])
    const agent = await stack.createAgent({ policy })
    await agent.sendCalls({ calls: [stack.pay('30')] })
  })

  it('work once', async () => {
    const error = await getError<PolicyError>(
      pullLever(createWallet('stranger'), granted),
    )
    expect(error.code).to.equal('VERSION_MISMATCH')
    expect(error.info).to.deep.include({ actual: 1n, expected: 0n })
  })

  it('raise a limit, and nothing is spent anew', async () => {
    expect(
      await relay(
        await sign({ ...subject, action: 'Grant', policy: compile('200') }),
      ),
    ).to.equal(true)

    const usage = await stack.client.getUsage(subject)
    expect(
      usage?.limits.find(({ asset }) => asset.kind === 'erc20'),
    ).to.deep.include({ amount: toUnits('200'), spent: toUnits('30') })
  })

  it('freeze and unfreeze', async () => {
    const isFrozen = async () => (await stack.client.getGrant(subject)).frozen

    expect(await relay(await sign({ ...subject, action: 'Freeze' }))).to.equal(
      true,
    )
    expect(await isFrozen()).to.equal(true)
    expect(
      await relay(await sign({ ...subject, action: 'Unfreeze' })),
    ).to.equal(true)
    expect(await isFrozen()).to.equal(false)
  })

  it('hand the grant to another key, and take it away', async () => {
    expect(
      await relay(
        await sign({ ...subject, action: 'Rotate', newAgent: newKey.address }),
      ),
    ).to.equal(true)
    expect(
      (await stack.client.getAgents(subject)).map(({ agent, number }) => [
        agent,
        number,
      ]),
    ).to.deep.equal([[newKey.address, 1]])

    const agent = await stack.createAgent({ agent: newKey })
    await agent.sendCalls({ calls: [stack.pay('5')] })
    const usage = await stack.client.getUsage(moved)
    expect(usage?.limits.map(({ spent }) => spent)).to.include(toUnits('35'))
  })

  it('are not accepted from anybody else', async () => {
    const lever = await stack.owner.prepareLever({ ...moved, action: 'Freeze' })
    const thief = await toReferenceAccount({
      address: moved.account,
      client: stack.client,
      entryPoint: version,
      owner: newKey,
    })
    const error = await getError<PolicyError>(
      signLever(stack.client, { account: thief, lever }),
    )
    expect(error.code).to.equal('LEVER_NOT_AUTHORIZED')

    // Nor is an agent's own signature.
    const signature = await newKey.signTypedData(
      getLeverTypedData({ chainId: 31_337, lever }),
    )
    const refused = await getError<PolicyError>(
      pullLever(createWallet('stranger'), { lever, signature }),
    )
    expect(refused.code).to.equal('LEVER_NOT_AUTHORIZED')
    const { account } = await stack.createAgent({ agent: newKey })
    const { code } = await getError<PolicyError>(
      signLever(stack.client, { account, lever }),
    )
    expect(code).to.equal('MESSAGE_SIGNING_REFUSED')
  })

  it('say what they do, or are not signed', async () => {
    const lever = await stack.owner.prepareLever({
      ...moved,
      action: 'Grant',
      policy: compile('100'),
    })
    const [first] = lever.caps
    const changes: readonly (readonly [Partial<Lever>, string, bigint?])[] = [
      [{ expires: lever.expires + 1n }, 'HEADLINE_MISMATCH', maxUint256],
      [{ caps: lever.caps.slice(1) }, 'HEADLINE_MISMATCH', 4n],
      [{ caps: [] }, 'HEADLINE_MISMATCH', 4n],
      [
        { caps: lever.caps.map((cap) => ({ ...cap, amount: 1n })) },
        'HEADLINE_MISMATCH',
        0n,
      ],
      [
        {
          caps: [
            ...lever.caps.slice(0, 3),
            { ...(first as Lever['caps'][0]), period: 9n },
          ],
        },
        'HEADLINE_MISMATCH',
        3n,
      ],
      [{ newAgent: newKey.address }, 'LEVER_INVALID'],
      [{ action: 'Freeze' }, 'LEVER_INVALID'],
      [{ action: 'grant' as 'Grant' }, 'LEVER_INVALID'],
    ]
    for (const [change, code, cap] of changes) {
      const error = await getError<PolicyError>(
        stack.owner.signLever({ lever: { ...lever, ...change } }),
      )
      expect(error.code).to.equal(code)
      expect(error.info.cap).to.equal(cap)
    }

    const { bytes } = compile('200')
    expect(
      (await getError(stack.owner.signLever({ lever, policy: { bytes } })))
        .name,
    ).to.equal('PolicyBlobMismatchError')
  })

  it('are refused by the chain when the owner has signed another headline', async () => {
    const lever = await stack.owner.prepareLever({
      ...moved,
      action: 'Grant',
      policy: compile('100'),
    })
    const [first] = lever.caps as [Lever['caps'][0]]
    const { version: before } = await stack.client.getGrant(moved)
    for (const change of [
      { expires: lever.expires - 1n },
      { caps: [] },
      { caps: lever.caps.slice(1) },
      { caps: lever.caps.with(0, { ...first, amount: 1n }) },
      { caps: lever.caps.with(0, { ...first, action: 3n }) },
      { caps: lever.caps.with(0, { ...first, scope: 1n }) },
    ] satisfies Partial<Lever>[]) {
      // A wallet signs whatever it is shown; a tool in between has shown this.
      const shown = { ...lever, ...change }
      const signature = await stack.ownerAccount.signTypedData(
        getLeverTypedData({ chainId: 31_337, lever: shown }),
      )
      for (const relayed of [shown, lever]) {
        const error = await getError<PolicyError>(
          pullLever(createWallet('stranger'), { lever: relayed, signature }),
        )
        expect(error.code).to.equal('LEVER_NOT_AUTHORIZED')
        expect(error.info).to.deep.include({ account: moved.account })
      }
    }
    expect((await stack.client.getGrant(moved)).version).to.equal(before)
  })

  it('can be relayed until their deadline', async () => {
    const signed = await sign({ ...moved, action: 'Freeze', deadline: 1 })
    const error = await getError<PolicyError>(
      pullLever(createWallet('stranger'), signed),
    )
    expect(error.code).to.equal('LEVER_EXPIRED')
  })

  it('are not needed by the guardian, nor by the agent, to freeze', async () => {
    const isFrozen = async () => (await stack.client.getGrant(moved)).frozen
    const unfreeze = async () =>
      stack.settle(await stack.owner.unfreezeAgent({ agent: newKey.address }))
    // Whether or not levers are relayed.
    await stack.settle(await stack.owner.setRelaying({ enabled: false }))

    const refused = await getError<PolicyError>(
      freezeAgentFor(createWallet('stranger'), moved),
    )
    expect(refused.code).to.equal('FREEZE_NOT_AUTHORIZED')

    // The guardian calls.
    expect(
      await mine(await freezeAgentFor(createWallet('guardian'), moved)),
    ).to.equal(true)
    expect(await isFrozen()).to.equal(true)
    expect(await unfreeze()).to.equal(true)

    // The guardian, and then the agent, signs.
    for (const signer of [guardianKey, newKey]) {
      const freeze = await signFreeze(stack.client, { ...moved, signer })
      expect(
        await mine(await freezeAgentFor(createWallet('stranger'), freeze)),
      ).to.equal(true)
      expect(await isFrozen()).to.equal(true)
      expect(await unfreeze()).to.equal(true)

      const replayed = await getError<PolicyError>(
        freezeAgentFor(createWallet('stranger'), freeze),
      )
      expect(replayed.code).to.equal('VERSION_MISMATCH')
    }

    // Nothing but a freeze: the owner's signature alone is of no use now.
    const { lever, signature } = await sign({ ...moved, action: 'Freeze' })
    const disabled = await getError<PolicyError>(
      pullLever(createWallet('guardian'), { lever, signature }),
    )
    expect(disabled.code).to.equal('RELAYING_DISABLED')
  })

  it('revoke', async () => {
    await stack.settle(await stack.owner.setRelaying({ enabled: true }))

    expect(await relay(await sign({ ...moved, action: 'Revoke' }))).to.equal(
      true,
    )
    expect(await stack.client.getAgents(subject)).to.deep.equal([])
  })
}
