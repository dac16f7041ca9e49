import { expect } from 'chai'
import { AbiCoder, type Wallet, ZeroAddress } from 'ethers'
import type { Hex } from 'viem'
import { entryPointAddresses } from '../../src/local/entryPoints.ts'
import { type Bench, loadBench, toKey } from '../helpers/bench.ts'
import { expectDenied } from '../helpers/expectDenied.ts'
import { ethers } from '../helpers/network.ts'
import {
  allowCall,
  allowPayment,
  assets,
  limits,
  toPolicy,
} from '../helpers/policies.ts'
import { noon } from '../helpers/time.ts'
import { buildRule } from '../policyStore/buildPolicy.ts'

const coder = AbiCoder.defaultAbiCoder()

describe('the lifecycle of grants', () => {
  let bench: Bench
  let account: string
  let agent: Wallet
  let policy: Hex
  let policyHash: Hex

  const toPayments = (cap: bigint) =>
    toPolicy({
      assets: [assets.native],
      limits: [limits.lifetime(0, cap)],
      permissions: [allowPayment(bench.alice.address, 1_000n)],
    })

  beforeEach(async () => {
    bench = await loadBench()
    account = String(bench.account.target)
    agent = bench.agent
    policy = toPayments(100n)
    policyHash = await bench.publish(policy)
  })

  const by = () => bench.by()
  const getGrant = (of = agent.address) => bench.validator.getGrant(account, of)
  const getBlob = () =>
    bench.store.getFunction('getAddress')(policyHash) as Promise<string>
  const pay = (value = 1n) => ({ to: bench.alice.address, value })
  const expectRevert = async (
    act: Promise<unknown>,
    error: string,
    args: readonly unknown[],
  ) => {
    const before = await bench.readState()
    await expect(act)
      .to.be.revertedWithCustomError(bench.validator, error)
      .withArgs(...args)
    const strip = ({
      address,
      storageHash,
    }: {
      address: string
      storageHash: string
    }) => ({
      address,
      storageHash,
    })
    expect((await bench.readState()).map(strip)).to.deep.equal(
      before.map(strip),
    )
  }
  const denyAll = async (of = agent) =>
    expectDenied(
      bench,
      await bench.operate({ calls: [pay()], agent: of }),
      'AgentNotGranted',
      [account, of.address],
    )

  describe('installing', () => {
    const reinstall = async (data: string) => {
      await bench.account.uninstallModule(1, bench.validator.target, '0x')
      return bench.account.installModule(1, bench.validator.target, data)
    }

    it('without data grants nothing', async () => {
      expect(await bench.validator.isInitialized(account)).to.equal(true)
      expect(await bench.validator.getAgents(account)).to.deep.equal([])
    })

    it('with an agent and a policy grants it', async () => {
      const data = coder.encode(
        ['address', 'bytes32'],
        [agent.address, policyHash],
      )
      await expect(reinstall(data))
        .to.emit(bench.validator, 'AgentGranted')
        .withArgs(account, agent.address, policyHash, 1, 1)

      await bench.act([pay()])
    })

    it('reverts when the data has another length', async () => {
      await bench.account.uninstallModule(1, bench.validator.target, '0x')
      for (const length of [1, 32, 63, 65, 96])
        await expectRevert(
          bench.account.installModule(
            1,
            bench.validator.target,
            `0x${'00'.repeat(length)}`,
          ),
          'InstallDataInvalid',
          [length],
        )
    })

    it('reverts when the policy in the data is not published', async () => {
      await bench.account.uninstallModule(1, bench.validator.target, '0x')
      const unknown = `0x${'12'.repeat(32)}`
      await expectRevert(
        bench.account.installModule(
          1,
          bench.validator.target,
          coder.encode(['address', 'bytes32'], [agent.address, unknown]),
        ),
        'PolicyNotPublished',
        [unknown],
      )
    })

    it('again clears the grants that it finds, and keeps numbers and meters', async () => {
      await bench.grant(policy)
      await bench.act([pay(60n)])
      // As an account does that swallows what uninstalling throws.
      await expect(by().onInstall('0x'))
        .to.emit(bench.validator, 'AgentRevoked')
        .withArgs(account, agent.address, 2)

      expect(await bench.validator.getAgents(account)).to.deep.equal([])
      await denyAll()
      await bench.grant(policy)
      expect(await bench.getSpent()).to.deep.equal([60n])
      const { number, version } = await getGrant()
      expect([number, version]).to.deep.equal([1n, 3n])
    })

    it('by anybody concerns nobody but the caller', async () => {
      await bench.grant(policy)
      const { stranger, validator } = bench
      await validator.connect(stranger).onInstall('0x')
      await validator.connect(stranger).onUninstall('0x')

      expect(await validator.isInitialized(account)).to.equal(true)
      await bench.act([pay()])
    })
  })

  describe('uninstalling', () => {
    it('revokes every agent, and says so', async () => {
      await bench.grant(policy)
      await bench.grant(policy, { to: bench.otherAgent })
      const { validator } = bench
      const act = bench.account.uninstallModule(1, validator.target, '0x1234')

      await expect(act)
        .to.emit(validator, 'AgentRevoked')
        .withArgs(account, agent.address, 2)
      await expect(act)
        .to.emit(validator, 'AgentRevoked')
        .withArgs(account, bench.otherAgent.address, 2)
      expect(await validator.isInitialized(account)).to.equal(false)
      expect(await validator.getAgents(account)).to.deep.equal([])
      expect((await getGrant()).policy).to.equal(ZeroAddress)
    })

    it('does not revert, whatever the data and whatever the state', async () => {
      for (const data of ['0x', '0x00', `0x${'ff'.repeat(100)}`]) {
        await by().onUninstall(data)
        await by().onUninstall(data)
      }
      await bench.validator.connect(bench.stranger).onUninstall('0x')
    })

    it('does not revert with as many agents as there may be', async () => {
      for (let index = 0; index < 32; ++index)
        await by().grant(toKey(`agent ${index}`).address, policyHash, 0)
      const { validator } = bench
      const receipt = await (
        await bench.account.uninstallModule(1, validator.target, '0x')
      ).wait()

      expect(
        receipt?.logs.filter(({ address }) => address === validator.target),
      ).to.have.length(32)
      expect(await validator.getAgents(account)).to.deep.equal([])
    })

    it('keeps a freeze, versions and numbers for a later grant', async () => {
      await bench.grant(policy)
      await by().freeze(agent.address, 1)
      await bench.account.uninstallModule(1, bench.validator.target, '0x')
      await bench.account.installModule(1, bench.validator.target, '0x')
      await by().grant(agent.address, policyHash, 3)

      const { frozen, number, version } = await getGrant()
      expect([frozen, number, version]).to.deep.equal([true, 1n, 4n])
    })

    it('makes every lever revert', async () => {
      await bench.grant(policy)
      await bench.account.uninstallModule(1, bench.validator.target, '0x')

      await expectRevert(
        by().grant(agent.address, policyHash, 2),
        'NotInstalled',
        [account],
      )
      const args = [account, agent.address]
      await expectRevert(by().revoke(agent.address, 2), 'AgentNotGranted', args)
      await expectRevert(by().freeze(agent.address, 2), 'AgentNotGranted', args)
      await expectRevert(
        by().unfreeze(agent.address, 2),
        'AgentNotGranted',
        args,
      )
      await expectRevert(
        by().rotate(agent.address, bench.otherAgent.address, 2),
        'AgentNotGranted',
        args,
      )
    })
  })

  describe('grant', () => {
    it('gives the agent the policy and its number', async () => {
      await expect(by().grant(agent.address, policyHash, 0))
        .to.emit(bench.validator, 'AgentGranted')
        .withArgs(account, agent.address, policyHash, 1, 1)

      const { frozen, number, policy, version } = await getGrant()
      expect([policy, version, number, frozen]).to.deep.equal([
        await getBlob(),
        1n,
        1n,
        false,
      ])
      expect(await bench.validator.getAgents(account)).to.deep.equal([
        agent.address,
      ])
    })

    it('counts the agents of each account from 1', async () => {
      const other = await bench.createAccount('other account')
      await bench.grant(policy)
      await bench.grant(policy, { to: bench.otherAgent })
      await bench.grant(policy, { of: other, to: bench.otherAgent })

      expect((await getGrant()).number).to.equal(1n)
      expect((await getGrant(bench.otherAgent.address)).number).to.equal(2n)
      const { number } = await bench.validator.getGrant(
        other.target,
        bench.otherAgent.address,
      )
      expect(number).to.equal(1n)
    })

    it('replaces a policy at once, and keeps number and meters', async () => {
      await bench.grant(policy)
      await bench.act([pay(60n)])
      const otherHash = await bench.publish(toPayments(70n))
      await expect(by().grant(agent.address, otherHash, 1))
        .to.emit(bench.validator, 'AgentGranted')
        .withArgs(account, agent.address, otherHash, 2, 1)

      expect(await bench.validator.getAgents(account)).to.have.length(1)
      await expectDenied(
        bench,
        await bench.operate({ calls: [pay(11n)] }),
        'BudgetExceeded',
        [0, ZeroAddress, 11, 10, 0],
      )
    })

    it('does not lift a freeze', async () => {
      await bench.grant(policy)
      await by().freeze(agent.address, 1)
      await by().grant(agent.address, await bench.publish(toPayments(70n)), 2)

      await expectDenied(
        bench,
        await bench.operate({ calls: [pay()] }),
        'AgentFrozen',
        [account, agent.address],
      )
    })

    it('reverts when the module is not installed', async () => {
      const { stranger, validator } = bench
      await expectRevert(
        validator.connect(stranger).grant(agent.address, policyHash, 0),
        'NotInstalled',
        [stranger.address],
      )
    })

    it('reverts when the agent cannot be one', async () => {
      const others = [
        ZeroAddress,
        account,
        String(bench.validator.target),
        String(bench.store.target),
      ]
      for (const other of others)
        await expectRevert(by().grant(other, policyHash, 0), 'AgentInvalid', [
          other,
        ])
    })

    it('reverts when the version is another', async () => {
      await expectRevert(
        by().grant(agent.address, policyHash, 1),
        'VersionMismatch',
        [1, 0],
      )
      await bench.grant(policy)
      for (const version of [0, 2, 65_535])
        await expectRevert(
          by().grant(agent.address, policyHash, version),
          'VersionMismatch',
          [version, 1],
        )
    })

    it('reverts when the policy is not published, or is a set', async () => {
      const set = await bench.publish(
        `0x00020100${bench.alice.address.slice(2).toLowerCase()}`,
      )
      for (const hash of [`0x${'00'.repeat(32)}`, `0x${'ab'.repeat(32)}`, set])
        await expectRevert(
          by().grant(agent.address, hash, 0),
          'PolicyNotPublished',
          [hash],
        )
    })

    it('reverts when the policy is for another chain', async () => {
      const other = await bench.publish(
        toPolicy({
          header: { chainId: bench.chainId + 1n },
          assets: [assets.native],
          limits: [limits.lifetime(0, 1n)],
          permissions: [allowPayment(bench.alice.address, 1n)],
        }),
      )
      await expectRevert(
        by().grant(agent.address, other, 0),
        'PolicyForOtherChain',
        [bench.chainId + 1n, bench.chainId],
      )
    })

    describe('of a policy that reaches what could change the account', () => {
      const canonical = [
        '0x5FF137D4b0FDCD49DcA30c7CF57E578a026d2789',
        entryPointAddresses['0.7'],
        entryPointAddresses['0.8'],
        '0x433709009B8330FDa32311DF1C2AFA402eD8D009',
      ]

      it('reverts when it is the target of a call', async () => {
        const targets = [account, String(bench.validator.target), ...canonical]
        for (const target of targets) {
          const hash = await bench.publish(
            toPolicy({
              permissions: [
                allowCall(`0x${'01'.repeat(20)}`, '0x12345678'),
                allowCall(target, '0x12345678'),
                allowCall(`0x${'fe'.repeat(20)}`, '0x12345678'),
              ],
            }),
          )
          await expectRevert(
            by().grant(agent.address, hash, 0),
            'TargetForbidden',
            [target],
          )
        }
      })

      it('reverts when it is the recipient of a plain transfer', async () => {
        const hash = await bench.publish(
          toPolicy({
            assets: [assets.native],
            limits: [limits.lifetime(0, 1n)],
            permissions: [
              allowPayment(account, 1n),
              allowPayment(`0x${'fe'.repeat(20)}`, 1n),
            ],
          }),
        )
        await expectRevert(
          by().grant(agent.address, hash, 0),
          'TargetForbidden',
          [account],
        )
      })

      it('reverts when it is in a set of targets', async () => {
        for (const target of [account, String(bench.validator.target)]) {
          const elements = [
            target,
            `0x${'01'.repeat(20)}`,
            `0x${'fe'.repeat(20)}`,
          ]
            .map((address) => address.toLowerCase() as Hex)
            .toSorted()
          const blobHash = await bench.publish(
            `0x00020100${elements.map((element) => element.slice(2)).join('')}`,
          )
          for (const set of [{ elements }, `0x03${blobHash.slice(2)}` as Hex]) {
            const hash = await bench.publish(
              toPolicy({
                sets: [set],
                setPermissions: [
                  {
                    kind: 1,
                    selector: '0x12345678',
                    set: 0,
                    rule: buildRule(),
                  },
                ],
              }),
            )
            await expectRevert(
              by().grant(agent.address, hash, 0),
              'TargetForbidden',
              [target],
            )
          }
        }
      })

      it('reverts when it is an EntryPoint that only the account knows', async () => {
        const entryPoint = `0x${'77'.repeat(20)}`
        const vendor = await bench.deployContract('VendorAccount', [entryPoint])
        const vendorAddress = String(vendor.target)
        const signer = await ethers.getImpersonatedSigner(vendorAddress)
        await ethers.provider.send('hardhat_setBalance', [
          vendorAddress,
          '0xde0b6b3a7640000',
        ])
        await bench.validator.connect(signer).onInstall('0x')
        const hash = await bench.publish(
          toPolicy({ permissions: [allowCall(entryPoint, '0x12345678')] }),
        )
        await expectRevert(
          bench.validator.connect(signer).grant(agent.address, hash, 0),
          'TargetForbidden',
          [entryPoint],
        )
      })
    })

    it('permits 32 agents and reverts at one more', async () => {
      for (let index = 0; index < 32; ++index)
        await by().grant(toKey(`agent ${index}`).address, policyHash, 0)
      await expectRevert(
        by().grant(agent.address, policyHash, 0),
        'TooManyAgents',
        [32],
      )

      expect(await bench.validator.getAgents(account)).to.deep.equal(
        Array.from(
          { length: 32 },
          (_, index) => toKey(`agent ${index}`).address,
        ),
      )
      // One that has a grant may have another policy.
      await by().grant(toKey('agent 0').address, policyHash, 1)
      await by().revoke(toKey('agent 5').address, 1)
      await by().grant(agent.address, policyHash, 0)
    })
  })

  describe('revoke', () => {
    beforeEach(() => bench.grant(policy))

    it('takes the policy away', async () => {
      await expect(by().revoke(agent.address, 1))
        .to.emit(bench.validator, 'AgentRevoked')
        .withArgs(account, agent.address, 2)

      expect(await bench.validator.getAgents(account)).to.deep.equal([])
      await denyAll()
    })

    it('keeps the number and what is spent for a later grant', async () => {
      await bench.act([pay(60n)])
      await by().revoke(agent.address, 1)
      await bench.grant(policy, { to: bench.otherAgent })
      await by().grant(agent.address, policyHash, 2)

      const { number, version } = await getGrant()
      expect([number, version]).to.deep.equal([1n, 3n])
      expect(await bench.getSpent()).to.deep.equal([60n])
      expect(
        await bench.getSpent(noon, { by: bench.otherAgent }),
      ).to.deep.equal([0n])
    })

    it('takes the agent out of the list, wherever it stands', async () => {
      const names = ['one', 'two', 'three', 'four']
      for (const name of names)
        await by().grant(toKey(name).address, policyHash, 0)
      await by().revoke(toKey('two').address, 1)
      expect(await bench.validator.getAgents(account)).to.deep.equal([
        agent.address,
        toKey('one').address,
        toKey('four').address,
        toKey('three').address,
      ])
      await by().revoke(toKey('three').address, 1)
      await by().revoke(agent.address, 1)
      expect(await bench.validator.getAgents(account)).to.deep.equal([
        toKey('four').address,
        toKey('one').address,
      ])
    })

    it('reverts when there is no grant, or another version', async () => {
      await expectRevert(
        by().revoke(bench.otherAgent.address, 0),
        'AgentNotGranted',
        [account, bench.otherAgent.address],
      )
      await expectRevert(
        by().revoke(agent.address, 2),
        'VersionMismatch',
        [2, 1],
      )
      await by().revoke(agent.address, 1)
      await expectRevert(by().revoke(agent.address, 2), 'AgentNotGranted', [
        account,
        agent.address,
      ])
    })
  })

  describe('freeze and unfreeze', () => {
    beforeEach(() => bench.grant(policy))

    it('deny everything, and then nothing', async () => {
      await expect(by().freeze(agent.address, 1))
        .to.emit(bench.validator, 'AgentFroze')
        .withArgs(account, agent.address, account, 2)
      await expectDenied(
        bench,
        await bench.operate({ calls: [pay()] }),
        'AgentFrozen',
        [account, agent.address],
      )
      await expect(by().unfreeze(agent.address, 2))
        .to.emit(bench.validator, 'AgentUnfroze')
        .withArgs(account, agent.address, 3)
      await bench.act([pay()])
    })

    it('revert when there is no grant, or another version', async () => {
      const other = bench.otherAgent.address
      await expectRevert(by().freeze(other, 0), 'AgentNotGranted', [
        account,
        other,
      ])
      await expectRevert(by().unfreeze(other, 0), 'AgentNotGranted', [
        account,
        other,
      ])
      await expectRevert(
        by().freeze(agent.address, 0),
        'VersionMismatch',
        [0, 1],
      )
      await expectRevert(
        by().unfreeze(agent.address, 0),
        'VersionMismatch',
        [0, 1],
      )
    })

    it('are for the account alone', async () => {
      const { stranger, validator } = bench
      await expectRevert(
        validator.connect(stranger).freeze(agent.address, 1),
        'AgentNotGranted',
        [stranger.address, agent.address],
      )
      await expectRevert(
        validator.connect(stranger).unfreeze(agent.address, 1),
        'AgentNotGranted',
        [stranger.address, agent.address],
      )
    })
  })

  describe('freezeAll', () => {
    it('freezes every agent, whatever its version', async () => {
      const { otherAgent, validator } = bench
      await bench.grant(policy)
      await bench.grant(policy, { to: otherAgent })
      await by().grant(otherAgent.address, policyHash, 1)
      const act = by().freezeAll()

      await expect(act)
        .to.emit(validator, 'AgentFroze')
        .withArgs(account, agent.address, account, 2)
      await expect(act)
        .to.emit(validator, 'AgentFroze')
        .withArgs(account, otherAgent.address, account, 3)
      for (const of of [agent, otherAgent])
        await expectDenied(
          bench,
          await bench.operate({ calls: [pay()], agent: of }),
          'AgentFrozen',
          [account, of.address],
        )
    })

    it('does nothing for an account without agents', async () => {
      await by().freezeAll()
      await bench.validator.connect(bench.stranger).freezeAll()
    })

    it('freezes as many agents as there may be', async () => {
      for (let index = 0; index < 32; ++index)
        await by().grant(toKey(`agent ${index}`).address, policyHash, 0)
      await by().freezeAll()

      for (let index = 0; index < 32; ++index)
        expect(
          (await getGrant(toKey(`agent ${index}`).address)).frozen,
        ).to.equal(true)
    })
  })

  describe('rotate', () => {
    beforeEach(() => bench.grant(policy))

    it('hands the grant over with everything that is spent', async () => {
      const { otherAgent, validator } = bench
      await bench.act([pay(60n)])
      const before = await getGrant()
      await expect(by().rotate(agent.address, otherAgent.address, 1))
        .to.emit(validator, 'AgentRotated')
        .withArgs(account, agent.address, otherAgent.address, 2)

      const after = await getGrant(otherAgent.address)
      expect([...after]).to.deep.equal([...before].with(1, 2n))
      expect(await validator.getAgents(account)).to.deep.equal([
        otherAgent.address,
      ])
      expect(await bench.getSpent(noon, { by: otherAgent })).to.deep.equal([
        60n,
      ])
      await denyAll()
      await expectDenied(
        bench,
        await bench.operate({ calls: [pay(41n)], agent: otherAgent }),
        'BudgetExceeded',
        [0, ZeroAddress, 41, 40, 0],
      )
      await bench.act([pay(40n)], { agent: otherAgent })
    })

    it('hands a freeze over', async () => {
      const { otherAgent } = bench
      await by().freeze(agent.address, 1)
      await by().rotate(agent.address, otherAgent.address, 2)

      await expectDenied(
        bench,
        await bench.operate({ calls: [pay()], agent: otherAgent }),
        'AgentFrozen',
        [account, otherAgent.address],
      )
    })

    it('reverts when the new key cannot be an agent', async () => {
      const others = [
        ZeroAddress,
        account,
        String(bench.validator.target),
        String(bench.store.target),
        agent.address,
      ]
      for (const other of others)
        await expectRevert(
          by().rotate(agent.address, other, 1),
          'AgentInvalid',
          [other],
        )
    })

    it('reverts when the new key has or had a grant of its own', async () => {
      const { otherAgent } = bench
      await bench.grant(policy, { to: otherAgent })
      await expectRevert(
        by().rotate(agent.address, otherAgent.address, 1),
        'AgentInvalid',
        [otherAgent.address],
      )
      await by().revoke(otherAgent.address, 1)
      await expectRevert(
        by().rotate(agent.address, otherAgent.address, 1),
        'AgentInvalid',
        [otherAgent.address],
      )
    })

    it('reverts when there is no grant, or another version', async () => {
      const { otherAgent } = bench
      await expectRevert(
        by().rotate(otherAgent.address, toKey('new').address, 0),
        'AgentNotGranted',
        [account, otherAgent.address],
      )
      await expectRevert(
        by().rotate(agent.address, otherAgent.address, 0),
        'VersionMismatch',
        [0, 1],
      )
    })

    it('keeps the version of the old key, and its number for the new one', async () => {
      const { otherAgent } = bench
      await by().rotate(agent.address, otherAgent.address, 1)

      expect((await getGrant()).version).to.equal(2n)
      expect((await getGrant()).number).to.equal(0n)
      expect((await getGrant(otherAgent.address)).version).to.equal(2n)
      expect((await getGrant(otherAgent.address)).number).to.equal(1n)
    })

    // INV-8: it would be another agent, with budgets that are full.
    it('leaves the old key without any grant to come', async () => {
      const { otherAgent } = bench
      await bench.act([pay(60n)])
      await by().rotate(agent.address, otherAgent.address, 1)

      await expect(by().grant(agent.address, policyHash, 2))
        .to.be.revertedWithCustomError(bench.validator, 'AgentInvalid')
        .withArgs(agent.address)
      await expect(by().rotate(otherAgent.address, agent.address, 2))
        .to.be.revertedWithCustomError(bench.validator, 'AgentInvalid')
        .withArgs(agent.address)
      expect(await bench.getSpent(noon, { by: otherAgent })).to.deep.equal([
        60n,
      ])
      expect(await bench.validator.getAgents(account)).to.have.length(1)
    })
  })

  describe('versions', () => {
    const runOut = async () => {
      await bench.grant(policy)
      await bench.setVersion(agent.address, 65_535)
      expect((await getGrant()).version).to.equal(65_535n)
    }

    it('run out without ever coming again, and uninstalling works still', async () => {
      await runOut()
      await bench.account.uninstallModule(1, bench.validator.target, '0x')
      expect((await getGrant()).policy).to.equal(ZeroAddress)
      expect((await getGrant()).version).to.equal(65_535n)
    })

    it('that have run out let the owner take away, and not give', async () => {
      await runOut()
      const policyHash = await bench.publish(policy)
      for (const give of [
        () => by().grant(agent.address, policyHash, 65_535),
        () => by().rotate(agent.address, bench.otherAgent.address, 65_535),
        () => by().unfreeze(agent.address, 65_535),
      ])
        await expect(give()).to.be.revertedWithPanic(0x11)

      await by().freeze(agent.address, 65_535)
      expect((await getGrant()).frozen).to.equal(true)
      await expectDenied(
        bench,
        await bench.operate({ calls: [pay()] }),
        'AgentFrozen',
        [account, agent.address],
      )
      await expect(
        by().unfreeze(agent.address, 65_535),
      ).to.be.revertedWithPanic(0x11)
      await by().revoke(agent.address, 65_535)
      await denyAll()
      await expect(
        by().grant(agent.address, policyHash, 65_535),
      ).to.be.revertedWithPanic(0x11)
    })
  })

  describe('through the owner’s own operations', () => {
    it('a revocation holds for every operation validated after it', async () => {
      await bench.grant(policy)
      await bench.actAsOwner([
        {
          to: String(bench.validator.target),
          data: bench.validator.interface.encodeFunctionData('revoke', [
            agent.address,
            1,
          ]),
        },
      ])

      await denyAll()
    })

    it('an operation validated in the same bundle before it still runs', async () => {
      await bench.grant(policy)
      const ofOwner = await bench.operateAsOwner([
        {
          to: String(bench.validator.target),
          data: bench.validator.interface.encodeFunctionData('revoke', [
            agent.address,
            1,
          ]),
        },
      ])
      const ofAgent = await bench.operate({ calls: [pay(7n)] })
      await bench.run([ofOwner, ofAgent])

      expect((await getGrant()).policy).to.equal(ZeroAddress)
      await denyAll()
    })
  })
})
