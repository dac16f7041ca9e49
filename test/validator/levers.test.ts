import { expect } from 'chai'
import { TypedDataEncoder, type Wallet, ZeroAddress, ZeroHash } from 'ethers'
import { type Hex, zeroHash } from 'viem'

import { type Bench, loadBench, toKey } from '../helpers/bench.ts'
import { expectDenied } from '../helpers/expectDenied.ts'
import { type Cap, type Lever, leverTypes, toCap } from '../helpers/levers.ts'
import { allowPayment, assets, limits, toPolicy } from '../helpers/policies.ts'
import { hour, noon } from '../helpers/time.ts'

const expires = 2n ** 47n - 1n

describe('levers', () => {
  let bench: Bench
  let account: string
  let policyHash: Hex
  let caps: readonly Cap[]

  beforeEach(async () => {
    bench = await loadBench()
    const contract = await bench.deployContract('SigningAccount', [
      bench.owner.address,
    ])
    account = String(contract.target)
    await (await by()).onInstall('0x')
    await (await by()).setRelaying(true)
    policyHash = await bench.publish(toPayments(10n))
    caps = [
      toCap({ amount: 10n, period: 2n, length: BigInt(hour) }),
      toCap({ amount: 100n }),
    ]
  })

  const toPayments = (amount: bigint) =>
    toPolicy({
      header: { guardian: BigInt(toKey('guardian').address) },
      assets: [assets.native],
      limits: [limits.fixed(0, hour, amount), limits.lifetime(0, 100n)],
      permissions: [allowPayment(bench.alice.address, 10n)],
    })
  const by = async (address = account) =>
    bench.validator.connect(await bench.impersonate(address))
  const domain = (overrides: Record<string, unknown> = {}) => ({
    name: 'PolicyValidator',
    version: '1',
    chainId: bench.chainId,
    verifyingContract: String(bench.validator.target),
    ...overrides,
  })
  const build = (overrides: Partial<Lever>): Lever => ({
    action: 'Freeze',
    account,
    agent: bench.agent.address,
    newAgent: ZeroAddress,
    policyHash: zeroHash,
    version: 1n,
    expires: 0n,
    caps: [],
    deadline: BigInt(noon + hour),
    ...overrides,
  })
  const buildGrant = (overrides: Partial<Lever> = {}) =>
    build({
      action: 'Grant',
      policyHash,
      version: 0n,
      expires,
      caps,
      ...overrides,
    })
  const sign = (
    lever: Lever,
    {
      by: key = bench.owner,
      ...overrides
    }: { by?: Wallet; chainId?: bigint; verifyingContract?: string } = {},
  ) =>
    key.signingKey.sign(
      TypedDataEncoder.hash(domain(overrides), leverTypes, lever),
    ).serialized
  const pull = (lever: Lever, signature = sign(lever)) =>
    bench.validator.connect(bench.stranger).pull(lever, signature)
  const expectRevert = async (
    act: Promise<unknown>,
    error: string,
    args: readonly unknown[],
  ) =>
    expect(act)
      .to.be.revertedWithCustomError(bench.validator, error)
      .withArgs(...args)
  const getGrant = (agent = bench.agent.address) =>
    bench.validator.getGrant(account, agent)
  const grant = async () => {
    await (await by()).grant(bench.agent.address, policyHash, 0)
  }

  describe('pull', () => {
    it('grants what the owner has signed, whoever relays it', async () => {
      await expect(pull(buildGrant()))
        .to.emit(bench.validator, 'AgentGranted')
        .withArgs(account, bench.agent.address, policyHash, 1, 1)
    })

    it('pulls every other lever', async () => {
      const { agent, otherAgent, validator } = bench
      await grant()
      await expect(pull(build({ action: 'Freeze', version: 1n })))
        .to.emit(validator, 'AgentFroze')
        .withArgs(account, agent.address, account, 2)
      await expect(pull(build({ action: 'Unfreeze', version: 2n })))
        .to.emit(validator, 'AgentUnfroze')
        .withArgs(account, agent.address, 3)
      const newAgent = otherAgent.address
      await expect(pull(build({ action: 'Rotate', version: 3n, newAgent })))
        .to.emit(validator, 'AgentRotated')
        .withArgs(account, agent.address, newAgent, 4)
      await expect(
        pull(build({ action: 'Revoke', version: 4n, agent: newAgent })),
      )
        .to.emit(validator, 'AgentRevoked')
        .withArgs(account, newAgent, 5)
    })

    it('reverts when it is replayed, or comes after a newer one', async () => {
      const lever = buildGrant()
      await pull(lever)
      await expectRevert(pull(lever), 'VersionMismatch', [0, 1])
      const unfreeze = build({ action: 'Unfreeze', version: 1n })
      await pull(build({ action: 'Freeze', version: 1n }))
      await expectRevert(pull(unfreeze), 'VersionMismatch', [1, 2])
    })

    it('reverts when it is for another version, whatever the act', async () => {
      await grant()
      const levers = [
        buildGrant(),
        build({ action: 'Revoke' }),
        build({ action: 'Freeze' }),
        build({ action: 'Unfreeze' }),
        build({ action: 'Rotate', newAgent: bench.otherAgent.address }),
      ]
      for (const lever of levers)
        for (const version of [0n, 2n])
          await expectRevert(pull({ ...lever, version }), 'VersionMismatch', [
            version,
            1,
          ])
    })

    it('reverts on another chain, for another account or module', async () => {
      const lever = buildGrant()
      for (const overrides of [
        { chainId: bench.chainId + 1n },
        { verifyingContract: String(bench.store.target) },
        { verifyingContract: account },
      ])
        await expectRevert(
          pull(lever, sign(lever, overrides)),
          'LeverNotAuthorized',
          [account],
        )
      const other = String(
        (await bench.deployContract('SigningAccount', [bench.owner.address]))
          .target,
      )
      await (await by(other)).onInstall('0x')
      await (await by(other)).setRelaying(true)
      await expectRevert(
        pull({ ...lever, account: other }, sign(lever)),
        'LeverNotAuthorized',
        [other],
      )
    })

    it('reverts when a field is not the one that was signed', async () => {
      const lever = buildGrant()
      const signature = sign(lever)
      const forged: Partial<Lever>[] = [
        { agent: bench.otherAgent.address },
        { action: 'Revoke', policyHash: zeroHash },
        { policyHash: await bench.publish(toPayments(11n)) },
        { version: 1n },
        { deadline: lever.deadline + 1n },
      ]
      for (const overrides of forged)
        await expectRevert(
          pull({ ...lever, ...overrides }, signature),
          'LeverNotAuthorized',
          [account],
        )
    })

    it('reverts when the agent, the guardian or a stranger has signed it', async () => {
      await grant()
      const lever = build({ action: 'Unfreeze' })
      for (const key of [bench.agent, toKey('guardian'), bench.stranger])
        await expectRevert(
          pull(lever, sign(lever, { by: key })),
          'LeverNotAuthorized',
          [account],
        )
    })

    it('reverts when an account answers for the agent with this module', async () => {
      // The account asks the module, which never accepts a signature.
      const reference = String(bench.account.target)
      await bench.by().setRelaying(true)
      const lever = { ...buildGrant(), account: reference }
      const signature = sign(lever, { by: bench.agent })
      await expectRevert(
        pull(lever, `${bench.validator.target}${signature.slice(2)}`),
        'LeverNotAuthorized',
        [reference],
      )
    })

    it('reverts after its deadline, and not at it', async () => {
      const { networkHelpers } = await import('../helpers/network.ts')
      const lever = buildGrant({ deadline: BigInt(noon + 100) })
      await networkHelpers.time.setNextBlockTimestamp(noon + 101)
      await networkHelpers.mine()
      await expectRevert(pull(lever), 'LeverExpired', [noon + 100])

      const now = buildGrant({ deadline: BigInt(noon + 200) })
      await networkHelpers.time.setNextBlockTimestamp(noon + 200)
      await pull(now)
    })

    it('reverts when relaying is off, which it is after every install', async () => {
      await (await by()).setRelaying(false)
      await expectRevert(pull(buildGrant()), 'RelayingDisabled', [account])

      await (await by()).setRelaying(true)
      await (await by()).onInstall('0x')
      expect(await bench.validator.isRelayingEnabled(account)).to.equal(false)
      await expectRevert(pull(buildGrant()), 'RelayingDisabled', [account])
    })

    it('reverts when the module is not installed', async () => {
      await (await by()).onUninstall('0x')
      expect(await bench.validator.isRelayingEnabled(account)).to.equal(false)
      await expectRevert(pull(buildGrant()), 'NotInstalled', [account])
      await expectRevert((await by()).setRelaying(true), 'NotInstalled', [
        account,
      ])
    })

    it('reverts when it names no act', async () => {
      await grant()
      for (const action of ['', 'grant', 'Grant ', 'Uninstall', 'FreezeAll'])
        await expectRevert(pull(build({ action })), 'LeverInvalid', [action])
    })

    it('reverts when it carries what is not of its act', async () => {
      await grant()
      const invalid: Partial<Lever>[] = [
        { action: 'Revoke', policyHash },
        { action: 'Freeze', policyHash },
        { action: 'Unfreeze', policyHash },
        { action: 'Revoke', newAgent: bench.otherAgent.address },
        { action: 'Rotate', newAgent: bench.otherAgent.address, policyHash },
      ]
      for (const overrides of invalid)
        await expectRevert(pull(build(overrides)), 'LeverInvalid', [
          overrides.action,
        ])
      await expectRevert(
        pull(buildGrant({ version: 1n, newAgent: bench.otherAgent.address })),
        'LeverInvalid',
        ['Grant'],
      )
    })

    it('reverts when what was signed shows something else than the policy', async () => {
      const [first, second] = caps as [Cap, Cap]
      const wrong = [
        { expires: expires - 1n },
        { caps: [] },
        { caps: [first] },
        { caps: [first, second, second] },
        { caps: [{ ...first, amount: 9n }, second] },
        { caps: [{ ...first, asset: account }, second] },
        { caps: [{ ...first, length: 60n }, second] },
        { caps: [first, { ...second, period: 3n }] },
        { caps: [first, { ...second, action: 1n }] },
        { caps: [second, first] },
      ]
      for (const overrides of wrong)
        await expectRevert(pull(buildGrant(overrides)), 'LeverNotAuthorized', [
          account,
        ])
      expect((await getGrant()).version).to.equal(0n)
    })

    it('reverts when another act than a grant was signed as if it showed a policy', async () => {
      await grant()
      for (const action of ['Freeze', 'Unfreeze', 'Revoke'])
        for (const overrides of [{ expires }, { caps }])
          await expectRevert(
            pull(build({ action, ...overrides })),
            'LeverNotAuthorized',
            [account],
          )
    })

    it('reverts when the policy is not published', async () => {
      const unpublished = `0x${'12'.repeat(32)}` as const
      await expectRevert(
        pull(buildGrant({ policyHash: unpublished })),
        'PolicyNotPublished',
        [unpublished],
      )
    })
  })

  describe('freezeFor', () => {
    const guardian = toKey('guardian')
    const signFreeze = (
      key: Wallet,
      version = 1n,
      of = account,
      agent = bench.agent.address,
    ) =>
      key.signingKey.sign(
        TypedDataEncoder.hash(
          domain(),
          {
            Freeze: [
              { name: 'account', type: 'address' },
              { name: 'agent', type: 'address' },
              { name: 'version', type: 'uint256' },
            ],
          },
          { account: of, agent, version },
        ),
      ).serialized

    beforeEach(grant)

    it('freezes for the agent and for the guardian, who call', async () => {
      const { agent, validator } = bench
      await expect(
        (await by(agent.address)).freezeFor(account, agent.address, 1, '0x'),
      )
        .to.emit(validator, 'AgentFroze')
        .withArgs(account, agent.address, agent.address, 2)
      await (await by()).unfreeze(agent.address, 2)
      await expect(
        (await by(guardian.address)).freezeFor(account, agent.address, 3, '0x'),
      )
        .to.emit(validator, 'AgentFroze')
        .withArgs(account, agent.address, guardian.address, 4)
    })

    it('freezes for whom has signed, whoever relays it', async () => {
      const { agent, stranger, validator } = bench
      for (const [key, version] of [
        [agent, 1n],
        [guardian, 3n],
      ] as const) {
        await expect(
          validator
            .connect(stranger)
            .freezeFor(
              account,
              agent.address,
              version,
              signFreeze(key, version),
            ),
        )
          .to.emit(validator, 'AgentFroze')
          .withArgs(account, agent.address, key.address, version + 1n)
        await (await by()).unfreeze(agent.address, version + 1n)
      }
    })

    it('reverts for anybody else', async () => {
      const { agent, owner, otherAgent, stranger } = bench
      for (const address of [
        stranger.address,
        owner.address,
        otherAgent.address,
      ])
        await expectRevert(
          (await by(address)).freezeFor(account, agent.address, 1, '0x'),
          'FreezeNotAuthorized',
          [account, agent.address],
        )
      for (const key of [stranger, owner, otherAgent])
        await expectRevert(
          bench.validator
            .connect(stranger)
            .freezeFor(account, agent.address, 1, signFreeze(key)),
          'FreezeNotAuthorized',
          [account, agent.address],
        )
    })

    it('reverts for a signature over another freeze', async () => {
      const { agent, otherAgent, stranger, validator } = bench
      const signatures = [
        signFreeze(agent, 2n),
        signFreeze(agent, 1n, String(bench.account.target)),
        signFreeze(agent, 1n, account, otherAgent.address),
        `0x${'00'.repeat(65)}`,
        '0x00',
      ]
      for (const signature of signatures)
        await expectRevert(
          validator
            .connect(stranger)
            .freezeFor(account, agent.address, 1, signature),
          'FreezeNotAuthorized',
          [account, agent.address],
        )
    })

    it('reverts when there is no grant, or another version', async () => {
      const { agent, otherAgent } = bench
      await expectRevert(
        (await by(agent.address)).freezeFor(
          account,
          otherAgent.address,
          0,
          '0x',
        ),
        'AgentNotGranted',
        [account, otherAgent.address],
      )
      await expectRevert(
        (await by(agent.address)).freezeFor(account, agent.address, 0, '0x'),
        'VersionMismatch',
        [0, 1],
      )
    })

    it('unfreezes nothing: that is for the account alone', async () => {
      const { agent } = bench
      await (await by(agent.address)).freezeFor(account, agent.address, 1, '0x')
      for (const address of [agent.address, guardian.address])
        await expectRevert(
          (await by(address)).unfreeze(agent.address, 2),
          'AgentNotGranted',
          [address, agent.address],
        )
      expect((await getGrant()).frozen).to.equal(true)
    })

    it('holds for operations', async () => {
      const hash = await bench.grant(
        toPolicy({
          assets: [assets.native],
          limits: [limits.lifetime(0, 100n)],
          permissions: [allowPayment(bench.alice.address, 10n)],
        }),
      )
      expect(hash).to.not.equal(ZeroHash)
      const { account, agent } = bench
      await (await by(agent.address)).freezeFor(
        account.target,
        agent.address,
        1,
        '0x',
      )
      await expectDenied(
        bench,
        await bench.operate({ calls: [{ to: bench.alice.address }] }),
        'AgentFrozen',
        [account.target, agent.address],
      )
    })
  })

  describe('against an agent that freezes itself without end', () => {
    const freezeAgain = async (version: bigint) =>
      (await by(bench.agent.address)).freezeFor(
        account,
        bench.agent.address,
        version,
        '0x',
      )

    it('the owner’s levers keep the version that they name', async () => {
      await grant()
      await freezeAgain(1n)
      // A second freeze changes nothing, so it must not take a version either.
      await freezeAgain(2n).catch(() => undefined)

      expect((await getGrant()).version).to.equal(2n)
    })

    it('freezeAll freezes the others though its versions have run out', async () => {
      const { agent, otherAgent } = bench
      await grant()
      await (await by()).grant(otherAgent.address, policyHash, 0)
      await bench.setVersion(agent.address, 65_535, account)
      await (await by()).freezeAll()

      expect((await getGrant(otherAgent.address)).frozen).to.equal(true)
    })
  })
})
