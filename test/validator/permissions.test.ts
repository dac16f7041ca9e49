import { expect } from 'chai'
import { getAddress, type Hex, toHex } from 'viem'
import { entryPointAddresses } from '../../src/local/entryPoints.ts'
import { type Bench, loadBench, toKey } from '../helpers/bench.ts'
import { expectDenied } from '../helpers/expectDenied.ts'
import { type Call, encodeArguments } from '../helpers/operations.ts'
import {
  allowCall,
  allowPayment,
  assets,
  limits,
  toPolicy,
  toWord,
} from '../helpers/policies.ts'
import {
  buildRule,
  type PermissionParts,
  type PolicyParts,
} from '../policyStore/buildPolicy.ts'

const selector = '0x12345678'
const otherSelector = '0x87654321'

describe('permissions', () => {
  let bench: Bench
  let recorder: string
  let otherRecorder: string

  beforeEach(async () => {
    bench = await loadBench()
    recorder = String((await bench.deployContract('Recorder')).target)
    otherRecorder = String((await bench.deployContract('Recorder')).target)
  })

  const grant = (parts: Partial<PolicyParts>) =>
    bench.grant(
      toPolicy({
        assets: [assets.native],
        limits: [limits.lifetime(0, 10n ** 18n)],
        ...parts,
        permissions: [
          // So that the native asset is used whatever else there is.
          allowPayment(toKey('unused').address, 1n),
          ...(parts.permissions ?? []),
        ],
      }),
    )
  const deny = async (call: Call, error: string, args: readonly unknown[]) =>
    expectDenied(bench, await bench.operate({ calls: [call] }), error, args)
  const sort = (...addresses: readonly string[]) =>
    addresses.map((address) => address.toLowerCase() as Hex).toSorted()

  describe('of one target', () => {
    beforeEach(() =>
      grant({
        permissions: [
          allowCall(recorder, selector),
          allowPayment(bench.alice.address, 100n),
        ],
      }),
    )

    it('permit the call that they name', async () => {
      const receipt = await bench.act([{ to: recorder, data: selector }])

      expect(receipt.logs.map(({ address }) => address)).to.include(recorder)
    })

    it('revert when no permission has the target', async () => {
      await deny({ to: otherRecorder, data: selector }, 'TargetNotAllowed', [
        0,
        otherRecorder,
      ])
    })

    it('revert when another permission has the target, but not the selector', async () => {
      await deny({ to: recorder, data: otherSelector }, 'SelectorNotAllowed', [
        0,
        recorder,
        otherSelector,
      ])
      await deny({ to: recorder, data: '0x00000000' }, 'SelectorNotAllowed', [
        0,
        recorder,
        '0x00000000',
      ])
    })

    it('revert when a call without data goes to a target of calls', async () => {
      const zero = `0x${'00'.repeat(20)}`
      await deny({ to: recorder }, 'RecipientNotAllowed', [
        0,
        0,
        zero,
        recorder,
      ])
      await deny({ to: recorder, value: 1n }, 'RecipientNotAllowed', [
        0,
        0,
        zero,
        recorder,
      ])
    })

    it('revert when a call goes to a recipient of plain transfers', async () => {
      const { address } = bench.alice
      await deny({ to: address, data: selector }, 'TargetNotAllowed', [
        0,
        address,
      ])
      await deny({ to: address, data: '0x00000000' }, 'TargetNotAllowed', [
        0,
        address,
      ])
    })

    it('count the calls of the operation from 0', async () => {
      const good = { to: recorder, data: selector } as const
      const operation = await bench.operate({
        calls: [good, good, { to: otherRecorder, data: selector }, good],
      })
      await expectDenied(bench, operation, 'TargetNotAllowed', [
        2,
        otherRecorder,
      ])
    })
  })

  describe('of many targets', () => {
    /** Enough that the search leaves what is loaded at once. */
    const targets = Array.from(
      { length: 400 },
      (_, index) => toKey(`target ${index}`).address,
    )

    it('are found wherever they lie in the policy', async () => {
      await grant({
        permissions: targets.map((target) => allowCall(target, selector)),
      })
      const sorted = sort(...targets)
      for (const index of [0, 1, 20, 30, 31, 32, 199, 200, 398, 399])
        await bench.act([{ to: String(sorted[index]), data: selector }])
    })

    it('revert when the target lies between them, before or behind', async () => {
      await grant({
        permissions: targets.map((target) => allowCall(target, selector)),
      })
      const sorted = sort(...targets)
      const near = [0, 31, 200, 399].flatMap((index) =>
        [1n, -1n].map((step) => BigInt(sorted[index] ?? 0) + step),
      )
      for (const target of near) {
        const to = getAddress(toHex(target, { size: 20 }))
        await deny({ to, data: selector }, 'TargetNotAllowed', [0, to])
      }
    })
  })

  describe('of a set', () => {
    const inSet = (rule: PermissionParts['rule'], set = 0, kind = 1) => ({
      kind,
      selector: (kind === 1 ? selector : '0x00000000') as Hex,
      set,
      rule,
    })

    it('permit calls to its addresses and to no others', async () => {
      await grant({
        sets: [{ elements: sort(recorder, bench.alice.address) }],
        setPermissions: [inSet(buildRule())],
      })

      await bench.act([{ to: recorder, data: selector }])
      await deny({ to: otherRecorder, data: selector }, 'TargetNotAllowed', [
        0,
        otherRecorder,
      ])
      await deny({ to: recorder, data: otherSelector }, 'TargetNotAllowed', [
        0,
        recorder,
      ])
    })

    it('permit plain transfers to its addresses and to no others', async () => {
      const zero = `0x${'00'.repeat(20)}`
      await grant({
        sets: [{ elements: sort(bench.alice.address) }],
        setPermissions: [inSet(buildRule({ valueCap: 5n }), 0, 0)],
      })

      await bench.act([{ to: bench.alice.address, value: 5n }])
      await deny({ to: bench.bob.address, value: 5n }, 'RecipientNotAllowed', [
        0,
        0,
        zero,
        bench.bob.address,
      ])
    })

    it('permit plain transfers to all but its addresses', async () => {
      const zero = `0x${'00'.repeat(20)}`
      await grant({
        sets: [{ elements: sort(bench.bob.address) }],
        setPermissions: [inSet(buildRule({ valueCap: 5n }), 0x80, 0)],
      })

      await bench.act([{ to: bench.alice.address, value: 5n }])
      await deny({ to: bench.bob.address, value: 5n }, 'RecipientNotAllowed', [
        0,
        0,
        zero,
        bench.bob.address,
      ])
    })

    it('permit plain transfers to every address', async () => {
      await grant({
        setPermissions: [inSet(buildRule({ valueCap: 5n }), 0xff, 0)],
      })

      await bench.act([{ to: bench.alice.address, value: 5n }])
      await bench.act([{ to: bench.bob.address, value: 5n }])
    })

    it('take no call where they are for plain transfers', async () => {
      const { address } = bench.alice
      const targets = [
        { set: 0, sets: [{ elements: sort(address) }] },
        { set: 0x80, sets: [{ elements: sort(bench.bob.address) }] },
        { set: 0xff, sets: [] },
      ]
      for (const { set, sets } of targets) {
        await grant({
          sets,
          setPermissions: [inSet(buildRule({ valueCap: 5n }), set, 0)],
        })
        for (const data of [selector, '0x00000000'])
          await deny({ to: address, data }, 'TargetNotAllowed', [0, address])
        await bench.act([{ to: address, value: 5n }])
      }
    })

    it('take no plain transfer where they are for calls', async () => {
      const zero = `0x${'00'.repeat(20)}`
      const { address } = bench.alice
      await grant({
        sets: [{ elements: sort(address) }],
        setPermissions: [inSet(buildRule({ valueCap: 5n }))],
      })

      await deny({ to: address, value: 5n }, 'RecipientNotAllowed', [
        0,
        0,
        zero,
        address,
      ])
      await bench.act([{ to: address, value: 5n, data: selector }])
    })

    it('reach no EntryPoint and nothing privileged as every address', async () => {
      const zero = `0x${'00'.repeat(20)}`
      await grant({
        setPermissions: [inSet(buildRule({ valueCap: 5n }), 0xff, 0)],
      })

      const entryPoints = [
        '0x5FF137D4b0FDCD49DcA30c7CF57E578a026d2789',
        entryPointAddresses['0.7'],
        entryPointAddresses['0.8'],
        '0x433709009B8330FDa32311DF1C2AFA402eD8D009',
      ]
      const reserved = [
        String(bench.store.target),
        `0x${'00'.repeat(19)}01`,
        `0x${'00'.repeat(18)}ffff`,
      ]
      for (const to of [...entryPoints, ...reserved])
        await deny({ to, value: 1n }, 'RecipientNotAllowed', [
          0,
          0,
          zero,
          getAddress(to),
        ])
      const privileged = [
        String(bench.account.target),
        String(bench.validator.target),
        zero,
      ]
      for (const to of privileged)
        await deny({ to, value: 1n }, 'PrivilegedTarget', [0, to])
    })

    it('in a blob of its own permit what is in it', async () => {
      const addresses = Array.from({ length: 1_227 }, (_, index) =>
        toKey(`member ${index}`).address.toLowerCase(),
      )
      const elements = sort(...addresses, recorder)
      const blobHash = await bench.publish(
        `0x00020100${elements.map((element) => element.slice(2)).join('')}`,
      )
      await grant({
        sets: [`0x03${blobHash.slice(2)}`],
        setPermissions: [inSet(buildRule())],
      })

      await bench.act([
        { to: recorder, data: selector },
        { to: String(elements[0]), data: selector },
        { to: String(elements[1_227]), data: selector },
        { to: String(elements[600]), data: selector },
      ])
      await deny({ to: otherRecorder, data: selector }, 'TargetNotAllowed', [
        0,
        otherRecorder,
      ])
    })

    it('give way to a permission of one target', async () => {
      await grant({
        sets: [{ elements: sort(recorder, otherRecorder) }],
        setPermissions: [inSet(buildRule())],
        permissions: [allowCall(recorder, selector, { headWords: 1 })],
      })

      await bench.act([{ to: otherRecorder, data: selector }])
      await deny({ to: recorder, data: selector }, 'CallDataSizeInvalid', [
        0,
        bench.getRule(recorder, selector),
        4,
        36,
      ])
    })

    it('are tried in their order, and the first that fits is taken', async () => {
      await grant({
        sets: [
          { elements: sort(recorder) },
          { elements: sort(recorder, otherRecorder) },
        ],
        setPermissions: [
          inSet(buildRule({ headWords: 1 }), 0),
          inSet(buildRule({ headWords: 2 }), 1),
        ],
      })

      await deny({ to: recorder, data: selector }, 'CallDataSizeInvalid', [
        0,
        bench.getSetRule(0),
        4,
        36,
      ])
      await deny({ to: otherRecorder, data: selector }, 'CallDataSizeInvalid', [
        0,
        bench.getSetRule(1),
        4,
        68,
      ])
    })
  })

  describe('the size of the data', () => {
    it('reverts when it is less than the head', async () => {
      await grant({
        permissions: [allowCall(recorder, selector, { headWords: 2 })],
      })

      for (const words of [[], [toWord(1n)]])
        await deny(
          { to: recorder, data: encodeArguments(selector, words) },
          'CallDataSizeInvalid',
          [0, bench.getRule(recorder, selector), 4 + 32 * words.length, 68],
        )
      const short = encodeArguments(selector, [toWord(1n), '0x00'])
      await deny({ to: recorder, data: short }, 'CallDataSizeInvalid', [
        0,
        bench.getRule(recorder, selector),
        37,
        68,
      ])
    })

    it('may be more than the head where the rule is not exact', async () => {
      await grant({
        permissions: [allowCall(recorder, selector, { headWords: 1 })],
      })

      await bench.act([
        { to: recorder, data: encodeArguments(selector, [toWord(1n)]) },
        {
          to: recorder,
          data: encodeArguments(selector, [toWord(1n), '0x1234']),
        },
      ])
    })

    it('reverts when it is not the head where the rule is exact', async () => {
      await grant({
        permissions: [
          allowCall(recorder, selector, { flags: 1, headWords: 1 }),
        ],
      })

      await bench.act([
        { to: recorder, data: encodeArguments(selector, [toWord(1n)]) },
      ])
      for (const extra of ['0x00', '0x000000', toWord(0n)] as const) {
        const data = encodeArguments(selector, [toWord(1n), extra])
        await deny({ to: recorder, data }, 'CallDataSizeInvalid', [
          0,
          bench.getRule(recorder, selector),
          data.length / 2 - 1,
          36,
        ])
      }
    })
  })

  describe('the value', () => {
    it('reverts when it is above the cap of the rule', async () => {
      await grant({
        permissions: [
          allowCall(recorder, selector, { valueCap: 10n }),
          allowPayment(bench.alice.address, 20n),
        ],
      })

      await bench.act([
        { to: recorder, data: selector, value: 10n },
        { to: bench.alice.address, value: 20n },
      ])
      await deny(
        { to: recorder, data: selector, value: 11n },
        'ValueExceedsCap',
        [0, bench.getRule(recorder, selector), 11, 10],
      )
      await deny(
        { to: bench.alice.address, value: 2n ** 256n - 1n },
        'ValueExceedsCap',
        [0, bench.getRule(bench.alice.address), 2n ** 256n - 1n, 20],
      )
    })

    it('reverts when the rule has no cap', async () => {
      await grant({ permissions: [allowCall(recorder, selector)] })

      await deny(
        { to: recorder, data: selector, value: 1n },
        'ValueExceedsCap',
        [0, bench.getRule(recorder, selector), 1, 0],
      )
    })

    it('is spent of the native asset without the rule saying so', async () => {
      await grant({
        permissions: [allowCall(recorder, selector, { valueCap: 10n })],
      })
      await bench.act([{ to: recorder, data: selector, value: 7n }])

      expect(await bench.getSpent()).to.deep.equal([7n])
    })

    it('of zero is a transfer that spends nothing', async () => {
      await grant({ permissions: [allowPayment(bench.alice.address, 10n)] })
      await bench.act([{ to: bench.alice.address }])

      expect(await bench.getSpent()).to.deep.equal([0n])
    })
  })
})
