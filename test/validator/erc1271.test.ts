import { expect } from 'chai'
import { TypedDataEncoder } from 'ethers'
import { concatHex, type Hex, keccak256, stringToHex, toHex } from 'viem'

import { type Bench, loadBench } from '../helpers/bench.ts'
import { encodeWindow, hashWindow, signHash } from '../helpers/operations.ts'
import { allowTransfer, assets, limits, toPolicy } from '../helpers/policies.ts'

const refused = '0xffffffff'

describe('ERC-1271', () => {
  let bench: Bench

  beforeEach(async () => {
    bench = await loadBench()
    const token = String(bench.token.target)
    await bench.grant(
      toPolicy({
        assets: [assets.toErc20(token)],
        limits: [limits.daily(0, 1_000n)],
        permissions: [allowTransfer(token)],
      }),
    )
  })

  const hash = keccak256(stringToHex('message'))
  const ask = (message: string, signature: Hex, sender = bench.bob.address) =>
    bench.validator
      .connect(bench.account.runner)
      .isValidSignatureWithSender(sender, message, signature)

  it('refuses what the agent signs, however it signs it', async () => {
    const { agent, chainId, defaultWindow, validator } = bench
    const window = encodeWindow(agent.address, defaultWindow)
    const ofWindow = hashWindow(
      { chainId, validator: String(validator.target) },
      hash,
      defaultWindow,
    )
    const signatures = [
      '0x',
      signHash(agent.signingKey, hash),
      agent.signingKey.sign(hash).serialized as Hex,
      (await agent.signMessage(hash)) as Hex,
      concatHex([window, signHash(agent.signingKey, hash)]),
      concatHex([window, signHash(agent.signingKey, ofWindow)]),
    ] as const

    for (const signature of signatures)
      for (const message of [hash, ofWindow])
        expect(await ask(message, signature)).to.equal(refused)
  })

  it('refuses the hash by which support of ERC-7739 is asked for', async () => {
    expect(await ask(`0x${'7739'.repeat(16)}`, '0x')).to.equal(refused)
  })

  it('refuses every sender, the account and the module too', async () => {
    const senders = [
      bench.account.target,
      bench.validator.target,
      bench.owner.address,
      `0x${'00'.repeat(20)}`,
    ]
    for (const sender of senders)
      expect(
        await ask(hash, signHash(bench.agent.signingKey, hash), String(sender)),
      ).to.equal(refused)
  })

  it('refuses permits, orders and the like through the account', async () => {
    const { account, agent, chainId, token, validator } = bench
    const permit = TypedDataEncoder.hash(
      {
        name: 'Test Dollar',
        version: '1',
        chainId,
        verifyingContract: String(token.target),
      },
      {
        Permit: [
          { name: 'owner', type: 'address' },
          { name: 'spender', type: 'address' },
          { name: 'value', type: 'uint256' },
          { name: 'nonce', type: 'uint256' },
          { name: 'deadline', type: 'uint256' },
        ],
      },
      {
        owner: account.target,
        spender: agent.address,
        value: 2n ** 256n - 1n,
        nonce: 0n,
        deadline: 2n ** 256n - 1n,
      },
    )
    const enable = TypedDataEncoder.hash(
      {
        name: 'ReferenceAccount',
        version: '1',
        chainId,
        verifyingContract: String(account.target),
      },
      { ModuleEnableMode: [{ name: 'module', type: 'address' }] },
      { module: agent.address },
    )
    for (const message of [permit, enable, hash])
      for (const signature of [
        signHash(agent.signingKey, message),
        agent.signingKey.sign(message).serialized as Hex,
        concatHex([
          encodeWindow(agent.address, bench.defaultWindow),
          signHash(agent.signingKey, message),
        ]),
      ])
        expect(
          await account.isValidSignature(
            message,
            concatHex([validator.target as Hex, signature]),
          ),
        ).to.equal(refused)
  })

  it('costs the agent nothing and changes nothing', async () => {
    const before = await bench.readState()
    await ask(hash, toHex(0, { size: 96 }))

    expect(await bench.readState()).to.deep.equal(before)
  })
})
