import { expect } from 'chai'
import { SigningKey, TypedDataEncoder, toBeHex, ZeroAddress } from 'ethers'
import { concatHex, type Hex, slice, toHex } from 'viem'

import { type Bench, loadBench, toKey } from '../helpers/bench.ts'
import {
  expectDenied,
  expectError,
  expectInvalid,
  expectRefused,
} from '../helpers/expectDenied.ts'
import {
  encodeWindow,
  hashWindow,
  type Operation,
  signHash,
} from '../helpers/operations.ts'
import { allowTransfer, assets, limits, toPolicy } from '../helpers/policies.ts'
import { noon } from '../helpers/time.ts'

/** Order of the curve. */
const order =
  0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n

describe('the signature', () => {
  let bench: Bench
  let operation: Operation

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
    operation = await bench.operate({
      calls: [bench.encodeTransfer(bench.alice.address, 10n)],
    })
  })

  const withSignature = (signature: Hex) => ({ ...operation, signature })
  const refuse = (signature: Hex) =>
    expectRefused(bench, withSignature(signature), 'AA24 signature error')

  it('authorises the operation that the agent has signed', async () => {
    await bench.run(operation)

    expect(await bench.token.balanceOf(bench.alice.address)).to.equal(10n)
  })

  it('makes the module answer with exactly the signed window', async () => {
    const answer = await bench.validate(operation)

    expect(answer).to.equal(
      (BigInt(noon) << 208n) | (BigInt(noon + 600) << 160n),
    )
  })

  it('makes the module answer with the window and 1 when it is wrong', async () => {
    const answer = await bench.validate(
      await bench.operate({
        calls: [bench.encodeTransfer(bench.alice.address, 10n)],
        signer: bench.bob.signingKey,
      }),
    )

    expect(answer).to.equal(
      (BigInt(noon) << 208n) | (BigInt(noon + 600) << 160n) | 1n,
    )
  })

  it('reverts when it is not 96 bytes long', async () => {
    for (const length of [0, 1, 20, 32, 65, 95]) {
      const signature =
        length === 0 ? '0x' : slice(operation.signature, 0, length)
      await expectDenied(
        bench,
        withSignature(signature),
        'SignatureLengthInvalid',
        [length],
      )
    }
    for (const length of [97, 128, 4_096])
      await expectDenied(
        bench,
        withSignature(
          concatHex([operation.signature, toHex(0, { size: length - 96 })]),
        ),
        'SignatureLengthInvalid',
        [length],
      )
  })

  it('reverts when the agent it names has no grant', async () => {
    await expectDenied(
      bench,
      await bench.operate({ agent: bench.otherAgent }),
      'AgentNotGranted',
      [bench.account.target, bench.otherAgent.address],
    )
  })

  it('reverts when the agent it names is zero, which nothing recovers to', async () => {
    await expectDenied(
      bench,
      withSignature(
        concatHex([
          encodeWindow(ZeroAddress, bench.defaultWindow),
          toHex(0, { size: 64 }),
        ]),
      ),
      'AgentNotGranted',
      [bench.account.target, ZeroAddress],
    )
  })

  it('reverts when the operation names another sender', async () => {
    const userOpHash = await bench.getUserOpHash(operation)
    const data = await bench.validator
      .connect(bench.stranger)
      .validateUserOp.staticCall(operation, userOpHash)
      .then(
        () => '0x',
        (error: { data: string }) => error.data,
      )

    expectError(data, 'SenderMismatch', [
      bench.account.target,
      bench.stranger.address,
    ])
  })

  it('is refused when another key made it', async () => {
    const { signature } = await bench.operate({
      calls: [bench.encodeTransfer(bench.alice.address, 10n)],
      signer: bench.bob.signingKey,
    })
    await refuse(signature)
  })

  it('is refused when the owner made it in the name of the agent', async () => {
    const { signature } = await bench.operate({
      calls: [bench.encodeTransfer(bench.alice.address, 10n)],
      signer: bench.owner.signingKey,
    })
    await refuse(signature)
  })

  it('is refused when any of its bits is flipped', async () => {
    for (const byte of [32, 47, 63, 64, 80, 95])
      await refuse(
        concatHex([
          slice(operation.signature, 0, byte),
          toHex(Number(slice(operation.signature, byte, byte + 1)) ^ 1, {
            size: 1,
          }),
          ...(byte === 95 ? [] : [slice(operation.signature, byte + 1)]),
        ]),
      )
  })

  it('is refused when s is in the upper half, though it recovers', async () => {
    const { agent, chainId, defaultWindow, validator } = bench
    const hash = hashWindow(
      { chainId, validator: String(validator.target) },
      await bench.getUserOpHash(operation),
      defaultWindow,
    )
    const { r, s, yParity } = agent.signingKey.sign(hash)
    // The bit of the parity leaves no room for it: what is left of s is tried.
    const flipped = order - BigInt(s)
    const parity = BigInt(1 - yParity)
    await refuse(
      concatHex([
        encodeWindow(agent.address, defaultWindow),
        r as Hex,
        toHex((parity << 255n) | (flipped & ((1n << 255n) - 1n)), { size: 32 }),
      ]),
    )
  })

  it('is refused when r and s are zero or as great as can be', async () => {
    const start = slice(operation.signature, 0, 32)
    await refuse(concatHex([start, toHex(0, { size: 64 })]))
    await refuse(concatHex([start, `0x${'ff'.repeat(64)}`]))
  })

  it('is refused when it covers another window than it names', async () => {
    const others = [
      { validAfter: noon - 1, validUntil: noon + 600 },
      { validAfter: noon, validUntil: noon + 601 },
      { validAfter: noon + 1, validUntil: noon + 600 },
      { validAfter: noon - 86_400, validUntil: noon - 86_000 },
    ]
    for (const window of others)
      await refuse(
        concatHex([
          encodeWindow(bench.agent.address, window),
          slice(operation.signature, 32),
        ]),
      )
  })

  it('is refused when it covers another operation', async () => {
    const other = await bench.operate({
      calls: [bench.encodeTransfer(bench.bob.address, 10n)],
    })
    await refuse(other.signature)
  })

  it('is refused when it covers the hash of the operation alone', async () => {
    const hash = await bench.getUserOpHash(operation)
    await refuse(
      concatHex([
        encodeWindow(bench.agent.address, bench.defaultWindow),
        signHash(bench.agent.signingKey, hash),
      ]),
    )
  })

  it('is refused when it is for another chain or another module', async () => {
    const { agent, chainId, defaultWindow, validator } = bench
    const domains = [
      { chainId: chainId + 1n, validator: String(validator.target) },
      { chainId: 0n, validator: String(validator.target) },
      { chainId, validator: String(bench.store.target) },
      { chainId, validator: String(bench.account.target) },
    ]
    for (const domain of domains) {
      const hash = hashWindow(
        domain,
        await bench.getUserOpHash(operation),
        defaultWindow,
      )
      await refuse(
        concatHex([
          encodeWindow(agent.address, defaultWindow),
          signHash(agent.signingKey, hash),
        ]),
      )
    }
  })

  it('is refused when it is one of a personal message', async () => {
    const { agent, chainId, defaultWindow, validator } = bench
    const hash = hashWindow(
      { chainId, validator: String(validator.target) },
      await bench.getUserOpHash(operation),
      defaultWindow,
    )
    const signature = await agent.signMessage(hash)
    const { r, s, v } = {
      r: slice(signature as Hex, 0, 32),
      s: BigInt(slice(signature as Hex, 32, 64)),
      v: Number(slice(signature as Hex, 64, 65)),
    }
    await refuse(
      concatHex([
        encodeWindow(agent.address, defaultWindow),
        r,
        toBeHex((BigInt(v - 27) << 255n) | s, 32) as Hex,
      ]),
    )
  })

  it('names the domain that the contract publishes', async () => {
    const domain = await bench.validator.eip712Domain()

    expect(
      TypedDataEncoder.hashDomain({
        name: domain.name,
        version: domain.version,
        chainId: domain.chainId,
        verifyingContract: domain.verifyingContract,
      }),
    ).to.equal(
      TypedDataEncoder.hashDomain({
        name: 'PolicyValidator',
        version: '1',
        chainId: bench.chainId,
        verifyingContract: String(bench.validator.target),
      }),
    )
  })

  it('of another operation does not become valid with a nonce of its own', async () => {
    await bench.run(operation)

    await expectRefused(bench, operation, 'AA25 invalid account nonce')
  })

  it('is not valid for another account of the same owner', async () => {
    const other = await bench.createAccount('other account')
    await bench.grant(
      toPolicy({
        assets: [assets.toErc20(String(bench.token.target))],
        limits: [limits.daily(0, 1_000n)],
        permissions: [allowTransfer(String(bench.token.target))],
      }),
      { of: other },
    )
    await expectRefused(
      bench,
      {
        ...operation,
        sender: String(other.target),
      },
      'AA24 signature error',
    )
  })

  describe('of a stub', () => {
    const stub = new SigningKey(toHex(1, { size: 32 }))

    it('denies nothing because of gas, so that gas can be estimated', async () => {
      const answer = await bench.validate(
        await bench.operate({
          calls: [bench.encodeTransfer(bench.alice.address, 10n)],
          signer: stub,
          gas: {
            maxFeePerGas: 2n ** 120n - 1n,
            preVerificationGas: 2n ** 64n,
            verificationGasLimit: 2n ** 64n,
            callGasLimit: 2n ** 64n,
          },
        }),
      )

      expect(answer & 1n).to.equal(1n)
    })

    it('reverts when what the agent asks for is denied for another reason', async () => {
      const calls = [bench.encodeTransfer(bench.alice.address, 1_001n)]
      await expectInvalid(
        bench,
        await bench.operate({ calls, signer: stub }),
        'BudgetExceeded',
        [0, bench.token.target, 1_001n, 1_000n, noon + 43_200],
      )
    })

    it('never lands, whatever it would have charged', async () => {
      await expectRefused(
        bench,
        await bench.operate({
          calls: [bench.encodeTransfer(bench.alice.address, 10n)],
          agent: bench.agent,
          signer: toKey('nobody').signingKey,
        }),
        'AA24 signature error',
      )
      expect(await bench.getSpent()).to.deep.equal([0n])
    })
  })
})
