import { expect } from 'chai'
import { TypedDataEncoder, type Wallet } from 'ethers'
import fc from 'fast-check'
import { concatHex, type Hex, toHex, zeroHash } from 'viem'

import { type Bench, loadBench, toKey } from '../helpers/bench.ts'
import { expectDenied } from '../helpers/expectDenied.ts'
import {
  type Cap,
  type Domain,
  type Freeze,
  freezeTypes,
  type Lever,
  leverTypes,
  signFreeze,
  signLever,
  signNested,
  toCap,
  toDomain,
  toLever,
} from '../helpers/levers.ts'
import { networkHelpers } from '../helpers/network.ts'
import {
  allowCall,
  allowPayment,
  allowTransfer,
  assets,
  limits,
  toPolicy,
} from '../helpers/policies.ts'
import { day, hour, noon } from '../helpers/time.ts'
import {
  buildAsset,
  buildCondition,
  buildLimit,
  buildSpend,
} from '../policyStore/buildPolicy.ts'

const zero = `0x${'00'.repeat(20)}`
const max = 2n ** 256n - 1n
const items = `0x${'d8'.repeat(20)}` as const
const group = `0x${'17'.repeat(16)}` as const
const expires = BigInt(noon + 30 * day)

const capFields = Object.keys(toCap({})) as readonly (keyof Cap)[]

/** The field of a cap with these bits of it inverted, or the lowest one. */
function alter(cap: Cap, field: keyof Cap, change: bigint): bigint | Hex {
  const sizes: Partial<Record<keyof Cap, number>> = { asset: 20, group: 16 }
  const bytes = sizes[field] ?? 32
  const altered = BigInt(cap[field]) ^ (BigInt.asUintN(8 * bytes, change) || 1n)
  return bytes === 32 ? altered : toHex(altered, { size: bytes })
}

// INV-16: against a real account, whose owner signs as ERC-7739 has it.
describe('a lever that somebody relays', () => {
  let bench: Bench
  let account: string
  let agent: Wallet
  let guardian: Wallet
  let policy: Hex
  let policyHash: Hex
  let caps: readonly Cap[]

  const toPayments = (amount: bigint, of: string = guardian.address) =>
    toPolicy({
      header: { guardian: BigInt(of), validUntil: expires },
      assets: [
        assets.native,
        assets.toErc20(String(bench.token.target)),
        buildAsset(4, items, 7n),
        assets.operations,
        assets.gas,
      ],
      groups: [group],
      limits: [
        limits.fixed(0, hour, amount),
        buildLimit(0, { action: 1, length: 3_600n, amount: 60n }),
        limits.monthly(1, 500n),
        buildLimit(1, { kind: 5, length: 7_200n, amount: 70n }),
        buildLimit(1, {
          amount: 30n,
          anchor: BigInt(noon),
          group: 1,
          scope: 3,
        }),
        limits.lifetime(2, 5n),
        buildLimit(3, { kind: 6, length: 60n, amount: 9n }),
        limits.lifetime(4, 10n ** 20n),
      ],
      permissions: [
        allowPayment(bench.alice.address, 1_000n),
        allowTransfer(String(bench.token.target), 1, { group: 1 }),
        allowCall(items, '0xf242432a', {
          headWords: 5,
          spends: [buildSpend(2, 3)],
          conditions: [
            buildCondition('account', 0),
            buildCondition('address', 1),
            buildCondition('equal', 2, toHex(7, { size: 32 })),
          ],
        }),
      ],
    })

  beforeEach(async () => {
    bench = await loadBench()
    account = String(bench.account.target)
    agent = bench.agent
    guardian = toKey('guardian')
    for (const { address } of [guardian, agent, bench.otherAgent])
      await networkHelpers.setBalance(address, 10n ** 20n)
    policy = toPayments(100n)
    policyHash = await bench.publish(policy)
    const token = String(bench.token.target)
    caps = [
      toCap({ amount: 100n, period: 2n, length: 3_600n }),
      toCap({ action: 1n, amount: 60n, period: 2n, length: 3_600n }),
      toCap({ assetKind: 2n, asset: token, amount: 500n, period: 3n }),
      toCap({
        assetKind: 2n,
        asset: token,
        amount: 70n,
        period: 5n,
        length: 7_200n,
      }),
      toCap({
        assetKind: 2n,
        asset: token,
        amount: 30n,
        period: 2n,
        length: 86_400n,
        anchor: BigInt(noon),
        scope: 3n,
        group,
      }),
      toCap({ assetKind: 4n, asset: items, id: 7n, amount: 5n }),
      toCap({ assetKind: 5n, amount: 9n, period: 6n, length: 60n }),
      toCap({ assetKind: 6n, amount: 10n ** 20n }),
    ]
    await bench.by().setRelaying(true)
  })

  const toGrant = (lever: Partial<Lever> = {}) =>
    toLever(bench, 'Grant', {
      version: 0n,
      policyHash,
      expires,
      caps,
      ...lever,
    })
  /** Relays it, as a stranger does. */
  const relay = (lever: Lever, signature: Hex) =>
    bench.validator.connect(bench.stranger).pull(lever, signature)
  const pull = async (lever: Lever, by: Wallet = bench.owner) =>
    relay(lever, await signLever(bench, lever, { signer: by }))
  const expectRevert = async (
    act: Promise<unknown>,
    error: string,
    args: readonly unknown[],
  ) => {
    const readStorage = async () =>
      (await bench.readState()).map(({ address, storageHash }) => [
        address,
        storageHash,
      ])
    const before = await readStorage()
    await expect(act)
      .to.be.revertedWithCustomError(bench.validator, error)
      .withArgs(...args)
    expect(await readStorage()).to.deep.equal(before)
  }
  const refuse = (act: Promise<unknown>, of = account) =>
    expectRevert(act, 'LeverNotAuthorized', [of])
  const getGrant = async () => {
    const { frozen, number, version } = await bench.validator.getGrant(
      account,
      agent.address,
    )
    return { frozen, number, version }
  }
  const pay = (value = 1n) => ({ to: bench.alice.address, value })
  const denyFrozen = async () =>
    expectDenied(
      bench,
      await bench.operate({ calls: [pay()] }),
      'AgentFrozen',
      [account, agent.address],
    )

  describe('and that the owner has signed', () => {
    it('grants a policy of every kind of limit', async () => {
      await expect(pull(toGrant()))
        .to.emit(bench.validator, 'AgentGranted')
        .withArgs(account, agent.address, policyHash, 1, 1)
      await bench.act([pay()])
    })

    it('replaces a policy, and lifts no freeze', async () => {
      await bench.grant(toPayments(50n))
      await bench.by().freeze(agent.address, 1)
      await pull(toGrant({ version: 2n }))

      expect(await getGrant()).to.deep.equal({
        frozen: true,
        number: 1n,
        version: 3n,
      })
      await denyFrozen()
    })

    it('freezes, unfreezes, rotates and revokes', async () => {
      await bench.grant(policy)
      await bench.act([pay(60n)])
      await pull(toLever(bench, 'Freeze'))
      await denyFrozen()
      await pull(toLever(bench, 'Unfreeze', { version: 2n }))
      const { otherAgent, validator } = bench
      const newAgent = otherAgent.address
      await pull(toLever(bench, 'Rotate', { version: 3n, newAgent }))
      await expectDenied(
        bench,
        await bench.operate({ calls: [pay(41n)], agent: otherAgent }),
        'BudgetExceeded',
        [0, zero, 41, 40, noon + hour],
      )
      await pull(toLever(bench, 'Revoke', { version: 4n, agent: newAgent }))
      expect(await validator.getAgents(account)).to.deep.equal([])
    })

    it('is hashed as wallets hash it', async () => {
      const lever = toGrant()
      const hash = TypedDataEncoder.hash(toDomain(bench), leverTypes, lever)
      const signature = await signLever(bench, lever)
      expect(await bench.account.isValidSignature(hash, signature)).to.equal(
        '0x1626ba7e',
      )
      await relay(lever, signature)
    })

    it('reverts with what the act itself reverts with', async () => {
      const unpublished = `0x${'12'.repeat(32)}` as const
      await expectRevert(
        pull(toGrant({ policyHash: unpublished })),
        'PolicyNotPublished',
        [unpublished],
      )
      await expectRevert(pull(toGrant({ agent: account })), 'AgentInvalid', [
        account,
      ])
      for (const action of ['Revoke', 'Freeze', 'Unfreeze'])
        await expectRevert(pull(toLever(bench, action)), 'AgentNotGranted', [
          account,
          agent.address,
        ])
      await bench.grant(policy)
      await expectRevert(pull(toLever(bench, 'Rotate')), 'AgentInvalid', [zero])
    })
  })

  describe('and that the owner has not signed', () => {
    it('reverts when one field is another', async () => {
      await bench.grant(policy)
      const lever = toGrant({ version: 1n })
      const signature = await signLever(bench, lever)
      const changes: Partial<Lever>[] = [
        { action: 'Revoke', policyHash: zeroHash },
        { action: 'grant', policyHash: zeroHash },
        {
          action: 'Rotate',
          newAgent: bench.otherAgent.address,
          policyHash: zeroHash,
        },
        { agent: bench.otherAgent.address },
        { policyHash: await bench.publish(toPayments(1_000n)) },
        { version: 2n },
        { deadline: lever.deadline + 1n },
        { deadline: max },
      ]
      for (const change of changes)
        await refuse(relay({ ...lever, ...change }, signature))
    })

    it('reverts when any bits of a cap that she was shown were others', async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.nat({ max: caps.length - 1 }),
          fc.constantFrom(...capFields),
          fc.bigInt({ min: 1n, max: 2n ** 256n - 1n }),
          async (index, field, change) => {
            const cap = caps[index] as Cap
            const wrong = { ...cap, [field]: alter(cap, field, change) } as Cap
            await refuse(pull(toGrant({ caps: caps.with(index, wrong) })))
          },
        ),
        { numRuns: 40 },
      )
    })

    it('reverts when another key has, or nobody', async () => {
      for (const signer of [bench.stranger, agent, guardian])
        await refuse(pull(toGrant(), signer))
      for (const signature of ['0x', '0x00', `0x${'00'.repeat(65)}`] as const)
        await refuse(relay(toGrant(), signature))
    })

    it('reverts when she has for another chain or module', async () => {
      const lever = toGrant()
      const domain = toDomain(bench)
      for (const other of [
        { ...domain, chainId: 1n },
        { ...domain, verifyingContract: String(bench.store.target) },
        { ...domain, name: 'ReferenceAccount' },
        { ...domain, version: '2' },
      ])
        await refuse(
          relay(lever, await signLever(bench, lever, { domain: other })),
        )
    })

    it('reverts when she has for another account of hers', async () => {
      const other = await bench.createAccount('other')
      await bench.by(other).setRelaying(true)
      const lever = toGrant()
      const ofOther = { ...lever, account: String(other.target) }
      const { account: own } = bench
      await refuse(
        relay(ofOther, await signLever(bench, lever)),
        ofOther.account,
      )
      await refuse(
        relay(ofOther, await signLever(bench, ofOther, { account: own })),
        ofOther.account,
      )
      await refuse(
        relay(lever, await signLever(bench, lever, { account: other })),
      )
      await relay(ofOther, await signLever(bench, ofOther))
      expect((await getGrant()).version).to.equal(0n)
    })

    // INV-11.
    it('reverts when the agent has, through the module', async () => {
      await bench.grant(toPayments(1n))
      const lever = toGrant({ version: 1n })
      const hash = TypedDataEncoder.hash(toDomain(bench), leverTypes, lever)
      const { compactSerialized, serialized } = agent.signingKey.sign(hash)
      const nested = await signLever(bench, lever, { signer: agent })
      for (const signature of [serialized, compactSerialized, nested, '0x'])
        await refuse(
          relay(
            lever,
            concatHex([
              String(bench.validator.target) as Hex,
              signature as Hex,
            ]),
          ),
        )
    })
  })

  describe('too late', () => {
    it('reverts when it has been relayed before', async () => {
      const grant = toGrant()
      const signature = await signLever(bench, grant)
      await relay(grant, signature)
      await expectRevert(relay(grant, signature), 'VersionMismatch', [0, 1])
      const freeze = toLever(bench, 'Freeze')
      const ofFreeze = await signLever(bench, freeze)
      await relay(freeze, ofFreeze)
      await bench.by().unfreeze(agent.address, 2)
      await expectRevert(relay(freeze, ofFreeze), 'VersionMismatch', [1, 3])
    })

    it('reverts when the owner has acted in between', async () => {
      await bench.grant(policy)
      await bench.by().freeze(agent.address, 1)
      for (const lever of [
        toGrant({ version: 1n }),
        toLever(bench, 'Revoke'),
        toLever(bench, 'Freeze'),
        toLever(bench, 'Unfreeze'),
        toLever(bench, 'Rotate', { newAgent: bench.otherAgent.address }),
      ])
        await expectRevert(pull(lever), 'VersionMismatch', [1, 2])
      for (const version of [0n, 3n, 2n + 2n ** 16n, max])
        await expectRevert(
          pull(toLever(bench, 'Unfreeze', { version })),
          'VersionMismatch',
          [version, 2],
        )
    })

    it('reverts after the deadline, and runs at it', async () => {
      const deadline = BigInt(noon + 100)
      const lever = toGrant({ deadline })
      const signature = await signLever(bench, lever)
      await expectRevert(pull(toGrant({ deadline: 0n })), 'LeverExpired', [0])
      const snapshot = await networkHelpers.takeSnapshot()
      await networkHelpers.time.setNextBlockTimestamp(deadline)
      await relay(lever, signature)
      expect((await getGrant()).version).to.equal(1n)
      await snapshot.restore()
      await networkHelpers.time.setNextBlockTimestamp(deadline + 1n)
      await networkHelpers.mine()
      await expectRevert(relay(lever, signature), 'LeverExpired', [deadline])
    })

    it('reverts after a reinstallation, though relaying is on again', async () => {
      await bench.grant(policy)
      const lever = toLever(bench, 'Freeze')
      const signature = await signLever(bench, lever)
      const { validator } = bench
      await bench.account.uninstallModule(1, validator.target, '0x')
      await expectRevert(relay(lever, signature), 'NotInstalled', [account])
      await bench.account.installModule(1, validator.target, '0x')
      await expectRevert(relay(lever, signature), 'RelayingDisabled', [account])
      await bench.by().setRelaying(true)
      await bench.grant(policy)
      await expectRevert(relay(lever, signature), 'VersionMismatch', [1, 3])
    })
  })

  describe('where nobody may relay', () => {
    it('reverts when relaying was never switched on', async () => {
      const other = await bench.createAccount('other')
      await expectRevert(
        pull(toGrant({ account: String(other.target) })),
        'RelayingDisabled',
        [other.target],
      )
    })

    it('reverts when the account is a key, which has no ERC-1271', async () => {
      const { stranger, validator } = bench
      const lever = toGrant({ account: stranger.address })
      const signature = await signLever(bench, lever, { signer: stranger })
      await expectRevert(relay(lever, signature), 'NotInstalled', [
        stranger.address,
      ])
      await validator.connect(stranger).onInstall('0x')
      await validator.connect(stranger).setRelaying(true)
      await expect(relay(lever, signature)).to.revert(bench.provider as never)
    })
  })

  describe('whose owner was shown another headline', () => {
    it('reverts when the last second is another', async () => {
      for (const wrong of [0n, expires - 1n, expires + 1n, max])
        await refuse(pull(toGrant({ expires: wrong })))
    })

    it('reverts when any field of any cap is another', async () => {
      for (const [index, cap] of caps.entries())
        for (const field of capFields)
          for (const change of [1n, 1n << 127n]) {
            const wrong = { ...cap, [field]: alter(cap, field, change) } as Cap
            await refuse(pull(toGrant({ caps: caps.with(index, wrong) })))
          }
    })

    it('reverts when a cap is missing, or one too many, or they stand otherwise', async () => {
      for (const wrong of [
        [],
        caps.slice(0, -1),
        caps.slice(1),
        [...caps, ...caps.slice(0, 1)],
        caps.toReversed(),
      ])
        await refuse(pull(toGrant({ caps: wrong })))
    })

    it('reverts when the policy has no limits and a cap is shown', async () => {
      const free = toPolicy({
        header: { validUntil: expires },
        permissions: [allowCall(bench.alice.address, '0x12345678')],
      })
      const lever = toGrant({ policyHash: await bench.publish(free) })
      await refuse(pull(lever))
      await pull({ ...lever, caps: [] })
    })

    it('reverts when they are those of another policy that is published', async () => {
      const other = await bench.publish(toPayments(1_000n))
      await refuse(pull(toGrant({ policyHash: other })))
      const raised = { ...(caps[0] as Cap), amount: 1_000n }
      await pull(toGrant({ policyHash: other, caps: caps.with(0, raised) }))
    })

    it('reverts when the act grants nothing', async () => {
      await bench.grant(policy)
      for (const action of ['Revoke', 'Freeze', 'Unfreeze'])
        for (const field of [{ expires: 1n }, { caps: caps.slice(0, 1) }])
          await refuse(pull(toLever(bench, action, field)))
      const newAgent = bench.otherAgent.address
      for (const field of [{ expires: 1n }, { caps: caps.slice(0, 1) }])
        await refuse(pull(toLever(bench, 'Rotate', { newAgent, ...field })))
      expect((await getGrant()).version).to.equal(1n)
    })
  })

  describe('with an act that is none', () => {
    beforeEach(() => bench.grant(policy))

    it('reverts when it carries what the act has no use for', async () => {
      const newAgent = bench.otherAgent.address
      for (const action of ['Revoke', 'Freeze', 'Unfreeze', 'Rotate'])
        for (const field of [{ policyHash }, { newAgent }])
          if (action !== 'Rotate' || !('newAgent' in field))
            await expectRevert(
              pull(toLever(bench, action, field)),
              'LeverInvalid',
              [action],
            )
      await expectRevert(
        pull(toGrant({ version: 1n, newAgent })),
        'LeverInvalid',
        ['Grant'],
      )
    })

    it('reverts when nobody knows it', async () => {
      for (const action of [
        '',
        'grant',
        'GRANT',
        'Grant ',
        'Grant\0',
        'FreezeAll',
        'Freeze,Revoke',
        'Grant'.repeat(100),
      ])
        for (const lever of [
          toLever(bench, action),
          toGrant({ action, version: 1n }),
        ])
          await expectRevert(pull(lever), 'LeverInvalid', [action])
    })
  })

  // INV-18.
  describe('or a freeze that a guardian or an agent asks for', () => {
    const toFreeze = (freeze: Partial<Freeze> = {}): Freeze => ({
      account,
      agent: agent.address,
      version: 1n,
      ...freeze,
    })
    /** Asks for it in the name of `by`. */
    const freezeAs = (
      by: Wallet,
      {
        signature = '0x',
        ...freeze
      }: Partial<Freeze> & { signature?: Hex } = {},
    ) => {
      const { account, agent, version } = toFreeze(freeze)
      return bench.validator
        .connect(by)
        .freezeFor(account, agent, version, signature)
    }
    const relayFreeze = async (
      signer: Wallet,
      signed: Partial<Freeze> = {},
      asked: Partial<Freeze> = signed,
      domain?: Domain,
    ) =>
      freezeAs(bench.stranger, {
        ...asked,
        signature: await signFreeze(bench, signer, toFreeze(signed), domain),
      })
    const refuseFreeze = (act: Promise<unknown>) =>
      expectRevert(act, 'FreezeNotAuthorized', [account, agent.address])

    beforeEach(() => bench.grant(policy))

    it('holds for operations, until the owner lifts it', async () => {
      for (const freeze of [freezeAs, relayFreeze])
        for (const by of [guardian, agent]) {
          const { version } = await getGrant()
          await expect(freeze(by, { version }))
            .to.emit(bench.validator, 'AgentFroze')
            .withArgs(account, agent.address, by.address, version + 1n)
          await denyFrozen()
          await bench.by().unfreeze(agent.address, version + 1n)
          await bench.act([pay()])
        }
    })

    it('needs no relaying to be on', async () => {
      await bench.by().setRelaying(false)
      await relayFreeze(guardian)
      expect((await getGrant()).frozen).to.equal(true)
    })

    it('comes from a contract by a call or by its ERC-1271', async () => {
      const wallet = await bench.createAccount('guardian')
      await bench.grant(toPayments(100n, String(wallet.target)))
      const { owner, stranger } = bench
      const sign = (signer: Wallet, freeze: Freeze) =>
        signNested(signer, wallet, bench, {
          domain: toDomain(bench),
          message: freeze,
          types: freezeTypes,
        })
      const asked = toFreeze({ version: 2n })
      for (const signature of [
        await sign(stranger, asked),
        await sign(owner, { ...asked, version: 3n }),
        await signFreeze(bench, owner, asked),
        `0x${'00'.repeat(65)}` as Hex,
      ])
        await refuseFreeze(freezeAs(stranger, { ...asked, signature }))

      await bench.by(wallet).freezeFor(account, agent.address, 2, '0x')
      await denyFrozen()
      await bench.by().unfreeze(agent.address, 3)
      const again = { ...asked, version: 4n }
      const signature = await sign(owner, again)
      await expect(freezeAs(stranger, { ...again, signature }))
        .to.emit(bench.validator, 'AgentFroze')
        .withArgs(account, agent.address, wallet.target, 5)
    })

    it('comes from an agent that is a contract by its ERC-1271', async () => {
      const wallet = await bench.createAccount('agent')
      await bench.by().grant(wallet.target, policyHash, 0)
      const freeze = toFreeze({ agent: String(wallet.target) })
      const signature = await signNested(bench.owner, wallet, bench, {
        domain: toDomain(bench),
        message: freeze,
        types: freezeTypes,
      })
      await expect(freezeAs(bench.stranger, { ...freeze, signature }))
        .to.emit(bench.validator, 'AgentFroze')
        .withArgs(account, wallet.target, wallet.target, 2)
    })

    describe('of a key that EIP-7702 has given code', () => {
      const delegate = (key: Wallet, to: unknown) =>
        networkHelpers.setCode(
          key.address,
          concatHex(['0xef0100', String(to) as Hex]),
        )

      it('comes from the key, whatever its code says', async () => {
        const other = await bench.deployContract('SigningAccount', [
          bench.stranger.address,
        ])
        for (const key of [guardian, agent]) {
          await delegate(key, other.target)
          const { version } = await getGrant()
          await expect(relayFreeze(key, { version }))
            .to.emit(bench.validator, 'AgentFroze')
            .withArgs(account, agent.address, key.address, version + 1n)
          await bench.by().unfreeze(agent.address, version + 1n)
        }
      })

      it("comes from the guardian though the agent's burns all gas", async () => {
        const burner = `0x${'fe'.repeat(20)}`
        await networkHelpers.setCode(burner, '0xfe')
        await delegate(agent, burner)
        const contract = await bench.deployContract('SigningAccount', [
          bench.owner.address,
        ])
        for (const [signer, by] of [
          [guardian, guardian.address],
          [bench.owner, String(contract.target)],
        ] as const) {
          const { version } = await getGrant()
          await bench
            .by()
            .grant(
              agent.address,
              await bench.publish(toPayments(100n, by)),
              version,
            )
          const freeze = toFreeze({ version: version + 1n })
          await expect(
            bench.validator
              .connect(bench.stranger)
              .freezeFor(
                account,
                agent.address,
                freeze.version,
                await signFreeze(bench, signer, freeze),
                { gasLimit: 150_000n },
              ),
          )
            .to.emit(bench.validator, 'AgentFroze')
            .withArgs(account, agent.address, by, freeze.version + 1n)
          await bench.by().unfreeze(agent.address, freeze.version + 1n)
        }
      })
    })

    it('changes nothing once the agent is frozen', async () => {
      await freezeAs(guardian)
      for (const by of [guardian, agent]) {
        await freezeAs(by, { version: 2n })
        await relayFreeze(by, { version: 2n })
      }
      expect((await getGrant()).version).to.equal(2n)
      // The owner's act is for the version that she knows.
      await bench.by().revoke(agent.address, 2)
    })

    it('reverts when it is of anybody else', async () => {
      const { otherAgent, owner, stranger } = bench
      await bench.grant(policy, { to: otherAgent })
      for (const by of [stranger, owner, otherAgent]) {
        await refuseFreeze(freezeAs(by))
        await refuseFreeze(relayFreeze(by))
      }
      await refuseFreeze(bench.by().freezeFor(account, agent.address, 1, '0x'))
    })

    it('reverts when the signature is of something else', async () => {
      const { otherAgent } = bench
      const other = String((await bench.createAccount('other')).target)
      const asked = toFreeze()
      const domain = toDomain(bench)
      for (const by of [guardian, agent]) {
        for (const signed of [
          { version: 2n },
          { version: 0n },
          { agent: otherAgent.address },
          { account: other },
        ])
          await refuseFreeze(relayFreeze(by, signed, asked))
        for (const wrong of [
          { ...domain, chainId: 1n },
          { ...domain, verifyingContract: account },
        ])
          await refuseFreeze(relayFreeze(by, {}, asked, wrong))
      }
    })

    it('reverts when the signature is none, even if the caller may freeze', async () => {
      for (const signature of [
        '0x00',
        `0x${'00'.repeat(64)}`,
        `0x${'00'.repeat(65)}`,
        `0x${'ff'.repeat(65)}`,
      ] as const)
        for (const by of [bench.stranger, guardian, agent])
          await refuseFreeze(freezeAs(by, { signature }))
    })

    it('reverts when it is relayed again after the owner has lifted it', async () => {
      for (const by of [guardian, agent]) {
        const { version } = await getGrant()
        const signature = await signFreeze(bench, by, toFreeze({ version }))
        await freezeAs(bench.stranger, { version, signature })
        await bench.by().unfreeze(agent.address, version + 1n)
        await expectRevert(
          freezeAs(bench.stranger, { version, signature }),
          'VersionMismatch',
          [version, version + 2n],
        )
        await refuseFreeze(
          freezeAs(bench.stranger, { version: version + 2n, signature }),
        )
      }
    })

    it('reverts when the guardian is that of a policy before', async () => {
      const successor = toKey('successor')
      await networkHelpers.setBalance(successor.address, 10n ** 20n)
      const asked = toFreeze({ version: 2n })
      const signature = await signFreeze(bench, guardian, asked)
      await bench.grant(toPayments(100n, successor.address))
      await refuseFreeze(freezeAs(guardian, asked))
      await refuseFreeze(freezeAs(bench.stranger, { ...asked, signature }))
      await freezeAs(successor, asked)
    })

    it('reverts when there is no guardian, for whom nobody calls or signs', async () => {
      await bench.grant(toPayments(100n, zero))
      const asked = toFreeze({ version: 2n })
      await refuseFreeze(freezeAs(guardian, asked))
      await refuseFreeze(relayFreeze(guardian, asked))
      await refuseFreeze(
        freezeAs(bench.stranger, {
          ...asked,
          signature: `0x${'00'.repeat(65)}`,
        }),
      )
      await expect(
        bench.validator
          .connect(bench.provider)
          .freezeFor.staticCall(account, agent.address, 2, '0x', {
            from: zero,
          }),
      )
        .to.be.revertedWithCustomError(bench.validator, 'FreezeNotAuthorized')
        .withArgs(account, agent.address)
      await freezeAs(agent, asked)
    })

    it('reverts when there is no grant', async () => {
      const { otherAgent, validator } = bench
      await expectRevert(
        freezeAs(guardian, { agent: otherAgent.address, version: 0n }),
        'AgentNotGranted',
        [account, otherAgent.address],
      )
      await bench.by().revoke(agent.address, 1)
      const args = [account, agent.address]
      for (const by of [guardian, agent])
        await expectRevert(
          freezeAs(by, { version: 2n }),
          'AgentNotGranted',
          args,
        )
      await bench.account.uninstallModule(1, validator.target, '0x')
      await expectRevert(
        freezeAs(guardian, { version: 2n }),
        'AgentNotGranted',
        args,
      )
    })

    it('is all that they can do', async () => {
      const { otherAgent, validator } = bench
      await freezeAs(guardian)
      for (const by of [guardian, agent]) {
        const of = validator.connect(by)
        const args = [by.address, agent.address]
        for (const act of [
          () => of.unfreeze(agent.address, 2),
          () => of.revoke(agent.address, 2),
          () => of.rotate(agent.address, otherAgent.address, 2),
        ])
          await expectRevert(act(), 'AgentNotGranted', args)
        for (const act of [
          () => of.grant(agent.address, policyHash, 2),
          () => of.setRelaying(true),
        ])
          await expectRevert(act(), 'NotInstalled', [by.address])
        for (const action of ['Freeze', 'Unfreeze', 'Revoke'])
          await refuse(pull(toLever(bench, action, { version: 2n }), by))
      }
      expect(await getGrant()).to.deep.equal({
        frozen: true,
        number: 1n,
        version: 2n,
      })
    })
  })
})
