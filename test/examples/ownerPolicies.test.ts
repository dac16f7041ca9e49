import { readdirSync, readFileSync } from 'node:fs'
import { expect } from 'chai'
import { HDNodeWallet } from 'ethers'
import { encodeFunctionData, erc20Abi, parseAbi } from 'viem'

import { compilePolicy } from '../../src/policy/compilePolicy.ts'
import type { PolicyDocument } from '../../src/policy/document/policySchema.ts'
import { lintPolicy } from '../../src/policy/lintPolicy.ts'
import { parsePolicy } from '../../src/policy/parsePolicy.ts'
import { type Bench, loadBench } from '../helpers/bench.ts'
import { expectDenied } from '../helpers/expectDenied.ts'
import { networkHelpers } from '../helpers/network.ts'
import type { Call } from '../helpers/operations.ts'
import { hashCalls, withApprovals } from '../helpers/tiers.ts'
import { noon, toSeconds } from '../helpers/time.ts'

const folder = 'examples/policies'

function read(name: string): PolicyDocument {
  return parsePolicy(readFileSync(`${folder}/${name}.yaml`, 'utf8'), {
    format: 'yaml',
  })
}

const names = readdirSync(folder).map((file) => file.replace('.yaml', ''))

describe('example policies, linted', () => {
  it('are those that the page lists', () =>
    expect(names).to.include.members([
      'lending',
      'operations',
      'payments',
      'subscriptions',
      'trader',
      'treasury',
    ]))

  it('have no errors, on any of their chains', () => {
    for (const name of names) {
      const document = read(name)
      for (const chain of document.chains) {
        const chainId = Number(chain.slice('eip155:'.length))
        const errors = lintPolicy(document, { chainId }).filter(
          ({ severity }) => severity === 'error',
        )

        expect(errors, name).to.deep.equal([])
      }
    }
  })

  it('have nothing to warn of where they are new', () => {
    for (const name of ['subscriptions', 'treasury'])
      expect(lintPolicy(read(name), { chainId: 31_337 }), name).to.deep.equal(
        [],
      )
  })
})

/** The documents themselves, moved to the chain and the year of the tests. */
describe('example policies, granted', () => {
  let bench: Bench

  beforeEach(async () => {
    bench = await loadBench()
  })

  /** Grants it, with the token of the tests in the place of its own. */
  async function grant(name: string) {
    const document = read(name)
    const { USDC } = document.assets
    const compiled = compilePolicy(
      {
        ...document,
        assets: {
          ...document.assets,
          USDC: {
            ...(USDC as Extract<typeof USDC, { type: 'erc20' }>),
            address: bench.token.target as `0x${string}`,
          },
        },
        chains: ['eip155:31337'],
        validity: { from: '2030-01-01', until: '2031-01-01' },
      },
      { chainId: Number(bench.chainId) },
    )
    for (const { bytes } of compiled.sets) await bench.publish(bytes)
    await bench.grant(compiled.bytes)
    const getLimit = (path: string) =>
      BigInt(compiled.limits.findIndex((limit) => limit.path === path))
    const getRule = (path: string, type: 'plain' | 'switch' = 'plain') => {
      const found = compiled.rules.find(
        (rule) =>
          rule.type === type && (type === 'switch' || rule.path === path),
      )
      return BigInt(found?.offset ?? 0)
    }
    const getAddress = (name: string) =>
      document.contracts?.[name] as `0x${string}`
    return { getAddress, getLimit, getRule }
  }

  const pay = (to: string, amount: bigint) => ({
    data: encodeFunctionData({
      abi: erc20Abi,
      args: [to as `0x${string}`, amount * 10n ** 6n],
      functionName: 'transfer',
    }),
    to: String(bench.token.target),
    value: 0n,
  })
  const gas = { maxFeePerGas: 10n ** 9n }

  it('subscriptions: renews each service up to its month', async () => {
    const { getAddress, getLimit, getRule } = await grant('subscriptions')
    const hosting = getAddress('hosting')

    await bench.act([pay(hosting, 40n)], { gas })
    expect(await bench.token.getFunction('balanceOf')(hosting)).to.equal(
      40_000_000n,
    )
    await expectDenied(
      bench,
      await bench.operate({ calls: [pay(hosting, 1n)], gas }),
      'BudgetExceeded',
      [
        getLimit('limits[1]'),
        bench.token.target,
        1_000_000n,
        0n,
        BigInt(toSeconds('2030-02-01T00:00')),
      ],
    )
    const stranger = getAddress('finance')
    const denied = await bench.operate({ calls: [pay(stranger, 1n)], gas })
    await expectDenied(bench, denied, 'RecipientNotAllowed', [
      0n,
      // The switch between the services.
      getRule('permissions[0]', 'switch'),
      bench.token.target,
      stranger,
    ])
    await bench.act([pay(getAddress('research'), 50n)], { gas })
  })

  // The development accounts that the document names, of a phrase that all know.
  const phrase = 'test test test test test test test test test test test junk'
  const [chair, secretary, treasurer] = [5, 6, 7].map((index) =>
    HDNodeWallet.fromPhrase(phrase, '', `m/44'/60'/0'/0/${index}`),
  ) as [HDNodeWallet, HDNodeWallet, HDNodeWallet]

  it('treasury: pays small sums at once, and larger ones with two of the board', async () => {
    const { getAddress, getLimit } = await grant('treasury')
    const supplier = getAddress('supplier')
    const operate = (calls: readonly Call[]) => bench.operate({ calls, gas })
    const approve = async (
      calls: readonly Call[],
      by: readonly HDNodeWallet[],
    ) =>
      withApprovals(
        bench,
        await operate(calls),
        by.toSorted((one, other) =>
          BigInt(one.address) < BigInt(other.address) ? -1 : 1,
        ),
        { calls, deadline: noon + 600 },
      )

    await bench.act([pay(supplier, 1_000n)], { gas })
    const large = [pay(supplier, 1_001n)]
    await expectDenied(bench, await operate(large), 'ApprovalRequired', [
      hashCalls(large),
      2n,
    ])
    await expectDenied(
      bench,
      await approve(large, [chair, chair]),
      'ApprovalInvalid',
      [1n, chair.address],
    )
    await bench.run(await approve(large, [chair, treasurer]))
    expect(await bench.token.getFunction('balanceOf')(supplier)).to.equal(
      2_001_000_000n,
    )
    // Splitting does not evade it: beyond 5,000 a day each payment is approved.
    for (const amount of [1_000n, 1_000n, 999n])
      await bench.act([pay(supplier, amount)], { gas })
    const more = [pay(supplier, 1n)]
    await expectDenied(bench, await operate(more), 'ApprovalRequired', [
      hashCalls(more),
      2n,
    ])
    await bench.run(await approve(more, [secretary, treasurer]))
    // No approval lifts what the operation may move at most.
    const tooMuch = [pay(supplier, 25_001n)]
    await expectDenied(
      bench,
      await approve(tooMuch, [chair, secretary]),
      'CapExceeded',
      [
        getLimit('limits[2]'),
        bench.token.target,
        25_001_000_000n,
        25_000_000_000n,
      ],
    )
    // Native payments are always approved.
    const ether = [{ to: getAddress('grants'), value: 1n }]
    await expectDenied(bench, await operate(ether), 'ApprovalRequired', [
      hashCalls(ether),
      2n,
    ])
    await bench.run(await approve(ether, [chair, secretary]))
  })

  it('operations: pays the staff in office hours, and nobody at night', async () => {
    const { getAddress, getRule } = await grant('operations')
    const carol = getAddress('carol')

    await bench.act([pay(carol, 100n)], { gas })
    expect(await bench.token.getFunction('balanceOf')(carol)).to.equal(
      100_000_000n,
    )
    const oracle = getAddress('oracle')
    const update = (feed: number) => ({
      data: encodeFunctionData({
        abi: parseAbi([
          'function update(uint8 feed, int256 answer, bytes note)',
        ]),
        args: [feed, -5n, '0x'],
        functionName: 'update',
      }),
      to: oracle,
      value: 0n,
    })
    await expectDenied(
      bench,
      await bench.operate({ calls: [update(3)], gas }),
      'ArgumentNotAllowed',
      [0n, getRule('permissions[2]'), 0n, 7n, `0x${'3'.padStart(64, '0')}`],
    )

    // Wednesday, 20:00 in Berlin; it opens on Thursday at 9:00 in winter.
    const night = noon + 7 * 3_600
    await networkHelpers.time.setNextBlockTimestamp(night + 20)
    await expectDenied(
      bench,
      await bench.operate({
        calls: [pay(carol, 1n)],
        gas,
        window: { validAfter: night, validUntil: night + 60 },
      }),
      'OutsideSchedule',
      [
        BigInt(night),
        BigInt(night + 60),
        BigInt(toSeconds('2030-01-17T08:00')),
      ],
    )
  })
})
