import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import fc from 'fast-check'
import {
  concatHex,
  createTestClient,
  encodeFunctionData,
  type Hex,
  hashTypedData,
  http,
  pad,
  parseEther,
  publicActions,
  walletActions,
  zeroAddress,
  zeroHash,
} from 'viem'
import { toAccount } from 'viem/accounts'

import { describeContents } from '../../src/accounts/describeContents.ts'
import { encodeSetRelayingCall } from '../../src/actions/calls/encodeSetRelayingCall.ts'
import { WalletAccountMissingError } from '../../src/actions/errors.ts'
import { freezeAgentFor } from '../../src/actions/levers/freezeAgentFor.ts'
import { getFreezeTypedData } from '../../src/actions/levers/getFreezeTypedData.ts'
import { getLeverTypedData } from '../../src/actions/levers/getLeverTypedData.ts'
import { prepareLever } from '../../src/actions/levers/prepareLever.ts'
import { pullLever } from '../../src/actions/levers/pullLever.ts'
import { verifyLever } from '../../src/actions/levers/verifyLever.ts'
import { simulateCall } from '../../src/actions/simulateCall.ts'
import {
  policyStoreAddress,
  policyValidatorAddress,
} from '../../src/constants/addresses.ts'
import { policyValidatorAbi } from '../../src/constants/generated/abis.ts'
import type { PolicyError } from '../../src/errors/policyError.ts'
import { toPolicyError } from '../../src/errors/toPolicyError.ts'
import {
  type LocalChain,
  startLocalChain,
} from '../../src/local/startLocalChain.ts'
import { getBlobAddress } from '../../src/policy/format/getBlobAddress.ts'
import { getBlobHash } from '../../src/policy/format/getBlobHash.ts'
import type { Lever } from '../../src/types/lever.ts'
import { compileExample, getError } from '../e2e/sdkStack.ts'
import { stopConforming } from '../helpers/stopConforming.ts'
import { buildPolicy } from '../policyStore/buildPolicy.ts'
import { generatePolicy } from '../policyStore/generatePolicy.ts'

const account = '0x1111111111111111111111111111111111111111'
const agent = '0x2222222222222222222222222222222222222222'

const word = fc.bigInt({ max: 2n ** 256n - 1n, min: 0n })
const bytes = (length: number) =>
  fc
    .uint8Array({ maxLength: length, minLength: length })
    .map((data): Hex => `0x${Buffer.from(data).toString('hex')}`)

/** Fields of a cap that are numbers. */
const numbers = [
  'action',
  'amount',
  'anchor',
  'assetKind',
  'id',
  'length',
  'period',
  'scope',
] as const

/** An act that nobody knows, and that shows no policy. */
const arbitraryLever: fc.Arbitrary<Lever> = fc.record({
  account: fc.constant(account),
  action: fc.string({ maxLength: 40 }) as fc.Arbitrary<Lever['action']>,
  agent: bytes(20),
  caps: fc.constant([]),
  deadline: fc.constant(2n ** 255n),
  expires: fc.constant(0n),
  newAgent: fc.constant(zeroAddress),
  policyHash: fc.constant(zeroHash),
  version: word,
})

/** Bytes of any policy that names no set of another blob. */
const arbitraryPolicy: fc.Arbitrary<Hex> = fc.gen().map((generate) =>
  buildPolicy(
    generatePolicy((min, max) => generate(fc.integer, { max, min }), {
      addresses: pad('0x01'),
      words: pad('0x02'),
    }),
  ),
)

describe('levers', () => {
  let localChain: LocalChain<'0.7' | '0.8', false>
  let client: ReturnType<typeof createNodeClient>

  const createNodeClient = () =>
    createTestClient({
      cacheTime: 0,
      chain: localChain.chain,
      mode: 'anvil',
      pollingInterval: 20,
      transport: http(localChain.rpcUrl),
    })
      .extend(publicActions)
      .extend(walletActions)

  before(async () => {
    localChain = await startLocalChain({ bundler: false })
    client = createNodeClient()
    // An account of whose code only the answer to ERC-1271 matters.
    await client.impersonateAccount({ address: account })
    await client.setBalance({ address: account, value: parseEther('1') })
    for (const data of [
      encodeFunctionData({
        abi: policyValidatorAbi,
        args: ['0x'],
        functionName: 'onInstall',
      }),
      encodeSetRelayingCall({ enabled: true }).data,
    ])
      await client.waitForTransactionReceipt({
        hash: await client.sendTransaction({
          account,
          chain: localChain.chain,
          data,
          to: policyValidatorAddress,
        }),
      })
  })
  after(() => stopConforming(localChain))

  /** Pulls a lever of an account that takes this hash and no other one. */
  async function pullSigned(lever: Lever, hash: Hex, policy?: Hex) {
    const result = await simulateCall(client, {
      data: encodeFunctionData({
        abi: policyValidatorAbi,
        args: [lever, '0x'],
        functionName: 'pull',
      }),
      from: zeroAddress,
      state: {
        [account]: {
          // calldataload(4) == hash ? 0x1626ba7e : 0
          code: concatHex([
            '0x6004357f',
            hash,
            '0x14631626ba7e60e01b025f5260205ff3',
          ]),
        },
        ...(policy === undefined
          ? {}
          : {
              [getBlobAddress({
                blobHash: getBlobHash(policy),
                store: policyStoreAddress,
              })]: { code: policy },
            }),
      },
      to: policyValidatorAddress,
    })
    return result.status === 'reverted'
      ? toPolicyError(result.error).code
      : result.status
  }
  const getHash = (lever: Lever) =>
    hashTypedData(getLeverTypedData({ chainId: localChain.chainId, lever }))

  it('have the hash that the validator asks the account about', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryLever, async (lever) => {
        const hash = getHash(lever)
        expect(await pullSigned(lever, hash)).to.equal('LEVER_INVALID')
        expect(
          await pullSigned({ ...lever, version: lever.version ^ 1n }, hash),
        ).to.equal('LEVER_NOT_AUTHORIZED')
      }),
      { numRuns: 50 },
    )
  })

  it('show of any policy what the validator takes from its bytes', async () => {
    await fc.assert(
      fc.asyncProperty(
        arbitraryPolicy,
        fc.nat(),
        fc.constantFrom(...numbers),
        async (policy, pick, field) => {
          const lever = await prepareLever(client, {
            account,
            action: 'Grant',
            agent,
            deadline: 2 ** 40,
            // Behind the signature comes the version, which is another one.
            expectedVersion: 7,
            policy: { bytes: policy, policyHash: getBlobHash(policy) },
          })
          expect(await pullSigned(lever, getHash(lever), policy)).to.equal(
            'VERSION_MISMATCH',
          )
          const index = pick % (lever.caps.length || 1)
          const cap = lever.caps[index]
          for (const wrong of [
            { ...lever, expires: lever.expires + 1n },
            ...(cap === undefined
              ? []
              : [
                  { ...lever, caps: lever.caps.slice(1) },
                  {
                    ...lever,
                    caps: lever.caps.with(index, {
                      ...cap,
                      [field]: cap[field] ^ 1n,
                    }),
                  },
                ]),
          ])
            expect(await pullSigned(wrong, getHash(wrong), policy)).to.equal(
              'LEVER_NOT_AUTHORIZED',
            )
        },
      ),
      { numRuns: 50 },
    )
  })

  it('have the types of the contracts', () => {
    const source = readFileSync('contracts/libraries/Levers.sol', 'utf8')
    // Long strings stand in parts.
    const written = source.replaceAll(/"\s*\n\s*"/g, '')
    const toType = (typedData: {
      primaryType: string
      types: Parameters<typeof describeContents>[0]['types']
    }) => describeContents(typedData)

    const freeze = getFreezeTypedData({
      account,
      agent,
      chainId: 1,
      expectedVersion: 3,
    })
    expect(written).to.include(`keccak256("${toType(freeze)}")`)
    expect(freeze.message).to.deep.equal({ account, agent, version: 3n })

    const lever = { ...idle, action: 'Freeze' } as const
    const { types } = getLeverTypedData({ chainId: 1, lever })
    const cap = toType({ primaryType: 'LeverCap', types })
    const all = toType({ primaryType: 'Lever', types })
    expect(written).to.include(`"${cap}"`)
    expect(written).to.include(`"${all}"`)
  })

  it("are in the validator's own domain", async () => {
    const [, name, version, chainId, verifyingContract] =
      await client.readContract({
        abi: policyValidatorAbi,
        address: policyValidatorAddress,
        functionName: 'eip712Domain',
      })
    const domain = { chainId, name, verifyingContract, version }
    const lever = { ...idle, action: 'Revoke' } as const
    const expected = { ...domain, chainId: Number(chainId) }

    expect(
      getLeverTypedData({ chainId: localChain.chainId, lever }).domain,
    ).to.deep.equal(expected)
    expect(
      getFreezeTypedData({
        account,
        agent,
        chainId: localChain.chainId,
        expectedVersion: 1,
      }).domain,
    ).to.deep.equal(expected)
  })

  describe('prepareLever', () => {
    it('fills in the version, and an hour to relay it', async () => {
      const now = (await client.getBlock({ blockTag: 'pending' })).timestamp
      const lever = await prepareLever(client, {
        account,
        action: 'Rotate',
        agent,
        newAgent: account,
      })

      expect(lever).to.deep.equal({
        ...idle,
        action: 'Rotate',
        deadline: lever.deadline,
        newAgent: account,
      })
      expect(Number(lever.deadline - now)).to.be.within(3_600, 3_660)
    })

    it("shows what a compiled policy's bytes say", async () => {
      const token = localChain.contracts.testToken
      const policy = compileExample(token)
      const lever = await prepareLever(client, {
        account,
        action: 'Grant',
        agent,
        deadline: 5,
        expectedVersion: 4,
        policy,
      })

      expect(lever).to.deep.equal({
        ...idle,
        action: 'Grant',
        caps: [
          {
            ...plainCap,
            amount: parseEther('1'),
            length: 86_400n,
            period: 2n,
          },
          {
            ...plainCap,
            amount: 40_000_000n,
            asset: token,
            assetKind: 2n,
            length: 0n,
            period: 1n,
          },
          {
            ...plainCap,
            amount: 100_000_000n,
            asset: token,
            assetKind: 2n,
            length: 86_400n,
            period: 2n,
          },
        ],
        deadline: 5n,
        expires: BigInt(Date.UTC(2100, 0) / 1_000 - 1),
        policyHash: policy.policyHash,
        version: 4n,
      })
      expect(await verifyLever(client, { lever, policy })).to.have.property(
        'validUntil',
        Number(lever.expires),
      )
    })

    it('refuses bytes that are not those of the policy', async () => {
      const { bytes } = compileExample(localChain.contracts.testToken)
      const error = await getError(
        prepareLever(client, {
          account,
          action: 'Grant',
          agent,
          policy: { bytes, policyHash: pad('0xabcd') },
        }),
      )

      expect(error.name).to.equal('PolicyBlobMismatchError')
    })

    it('refuses a policy that is not published', async () => {
      const error = await getError(
        prepareLever(client, {
          account,
          action: 'Grant',
          agent,
          policyHash: pad('0xabcd'),
        }),
      )

      expect(error.name).to.equal('PolicyBlobNotFoundError')
    })

    it('needs to know the account', async () => {
      const error = await getError(
        prepareLever(client, { action: 'Freeze', agent }),
      )

      expect(error.name).to.equal('OwnerAccountMissingError')
    })
  })

  it('are not verified for another chain', async () => {
    const policy = compileExample(localChain.contracts.testToken)
    const lever = await prepareLever(client, {
      account,
      action: 'Grant',
      agent,
      policy,
    })
    const other = { ...client, chain: { ...localChain.chain, id: 1 } }
    const error = await getError<PolicyError>(
      verifyLever(other as typeof client, { lever, policy }),
    )

    expect(error.code).to.equal('POLICY_FOR_OTHER_CHAIN')
  })

  it('are relayed by somebody, before anything else is asked', async () => {
    const lever = { ...idle, action: 'Freeze' } as const
    for (const attempt of [
      pullLever(client, { lever, signature: '0x' }),
      freezeAgentFor(client, { account, agent, expectedVersion: 1 }),
    ])
      expect(await getError(attempt)).to.be.instanceOf(
        WalletAccountMissingError,
      )
  })

  it('are not sent where they would fail', async () => {
    const sender = toAccount(localChain.accounts.stranger.address)
    const before = await client.getTransactionCount({ address: sender.address })
    const freeze = await getError<PolicyError>(
      freezeAgentFor(client, { account, agent, sender }),
    )

    expect(freeze.code).to.equal('AGENT_NOT_GRANTED')
    expect(
      await client.getTransactionCount({ address: sender.address }),
    ).to.equal(before)
  })
})

/** What is usual of a limit on the native asset. */
const plainCap = {
  action: 0n,
  anchor: 0n,
  asset: zeroAddress,
  assetKind: 1n,
  group: `0x${'00'.repeat(16)}`,
  id: 0n,
  scope: 0n,
} as const

/** A lever that does nothing yet. */
const idle = {
  account,
  agent,
  caps: [],
  deadline: 0n,
  expires: 0n,
  newAgent: zeroAddress,
  policyHash: zeroHash,
  version: 0n,
} as const satisfies Omit<Lever, 'action'>
