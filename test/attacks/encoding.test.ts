import { expect } from 'chai'
import { AbiCoder, dataSlice } from 'ethers'
import fc from 'fast-check'
import { concatHex, type Hex, size, slice } from 'viem'

import { type Bench, loadBench, toDirtyWord } from '../helpers/bench.ts'
import { expectDenied } from '../helpers/expectDenied.ts'
import {
  type Call,
  encodeArguments,
  encodeBatch,
  encodeCalls,
  encodeExecute,
  modes,
  packCall,
} from '../helpers/operations.ts'
import {
  allowPayment,
  allowTransfer,
  assets,
  limits,
  readRuleOffset,
  selectors,
  toPolicy,
  toWord,
} from '../helpers/policies.ts'
import { buildRule, replaceBytes } from '../policyStore/buildPolicy.ts'

const coder = AbiCoder.defaultAbiCoder()
const max = 2n ** 256n - 1n

/** What a strict reader finds in the callData; nothing where it is not sure. */
function decodeStrictly(callData: Hex): Call[] | undefined {
  try {
    const [mode, execution] = coder.decode(
      ['bytes32', 'bytes'],
      dataSlice(callData, 4),
    ) as unknown as [Hex, Hex]
    const calls: Call[] =
      mode === modes.single
        ? [
            {
              to: slice(execution, 0, 20),
              value: BigInt(slice(execution, 20, 52)),
              data: size(execution) === 52 ? '0x' : slice(execution, 52),
            },
          ]
        : coder
            .decode(['tuple(address, uint256, bytes)[]'], execution)[0]
            .map(([to, value, data]: [string, bigint, string]) => ({
              to,
              value,
              data,
            }))
    const canonical = encodeExecute(
      mode,
      mode === modes.single
        ? packCall(calls[0] ?? { to: '0x' })
        : encodeBatch(calls),
    )
    return canonical.toLowerCase() === callData.toLowerCase()
      ? calls
      : undefined
  } catch {
    return undefined
  }
}

/** Words with which offsets and lengths are forged. */
const forgedWord = fc.oneof(
  fc.integer({ min: 0, max: 20 }).map((words) => toWord(32n * BigInt(words))),
  fc.integer({ min: 0, max: 300 }).map((value) => toWord(BigInt(value))),
  fc.bigInt({ min: 0n, max: 40n }).map((value) => toWord(max - value)),
  fc.bigInt({ min: 0n, max: 256n }).map((bit) => toWord((1n << bit) & max)),
)

type Mutation = (callData: Hex) => Hex

const wordAt = (callData: Hex, at: number) =>
  4 + 32 * (at % Math.max(1, Math.floor((size(callData) - 4) / 32)))

/** One way to change bytes that were canonical. */
const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 })).map(
    ([at, bits]): Mutation =>
      (callData) => {
        const offset = at % size(callData)
        const byte = Number(slice(callData, offset, offset + 1)) ^ bits
        return replaceBytes(
          callData,
          offset,
          `0x${byte.toString(16).padStart(2, '0')}`,
        )
      },
  ),
  fc.tuple(fc.nat(), forgedWord).map(
    ([at, word]): Mutation =>
      (callData) =>
        size(callData) < 36
          ? callData
          : replaceBytes(callData, wordAt(callData, at), word),
  ),
  fc.tuple(fc.nat(), fc.nat()).map(
    ([from, to]): Mutation =>
      (callData) => {
        if (size(callData) < 36) return callData
        const source = wordAt(callData, from)
        return replaceBytes(
          callData,
          wordAt(callData, to),
          slice(callData, source, source + 32),
        )
      },
  ),
  fc.tuple(fc.nat(), forgedWord).map(
    ([at, word]): Mutation =>
      (callData) => {
        if (size(callData) < 36) return callData
        const offset = wordAt(callData, at)
        return concatHex([
          slice(callData, 0, offset),
          word,
          slice(callData, offset),
        ])
      },
  ),
  fc.integer({ min: 1, max: 64 }).map(
    (count): Mutation =>
      (callData) =>
        slice(callData, 0, Math.max(4, size(callData) - count)),
  ),
  fc.integer({ min: 1, max: 64 }).map(
    (count): Mutation =>
      (callData) =>
        concatHex([callData, `0x${'00'.repeat(count)}`]),
  ),
)

describe('encodings that accounts read in more than one way', () => {
  let bench: Bench
  let recorder: string

  before(async () => {
    bench = await loadBench()
  })
  beforeEach(async () => {
    bench = await loadBench()
    recorder = String((await bench.deployContract('Recorder')).target)
  })

  describe('when they are mutated at random', () => {
    /** Whatever is decoded as a call is permitted, so that only bytes decide. */
    const grantEverything = () =>
      bench.grant(
        toPolicy({
          header: { maxCalls: 255n },
          assets: [assets.native],
          limits: [limits.lifetime(0, 2n ** 128n - 1n)],
          permissions: [
            {
              target: recorder as Hex,
              kind: 1,
              selector: '0x12345678',
              rule: buildRule({ valueCap: 2n ** 120n }),
            },
          ],
          setPermissions: [
            {
              kind: 0,
              selector: '0x00000000',
              set: 0xff,
              rule: buildRule({ valueCap: 2n ** 120n }),
            },
          ],
        }),
      )
    const calls = fc.array(
      fc.record({
        to: fc.constantFrom('recorder', 'alice'),
        value: fc.bigInt({ min: 0n, max: 3n }),
        length: fc.nat({ max: 70 }),
      }),
      { minLength: 1, maxLength: 4 },
    )

    it('they are denied, or say the same to every reader', async () => {
      await grantEverything()
      const decoder = await bench.deployContract('CallDataDecoder')
      const stub = await bench.operate({ calls: [{ to: recorder }] })
      let accepted = 0

      await fc.assert(
        fc.asyncProperty(
          calls,
          fc.boolean(),
          fc.array(mutation, { maxLength: 3 }),
          async (drafts, asBatch, mutations) => {
            const built = drafts.map(({ length, to, value }) =>
              to === 'alice'
                ? { to: bench.alice.address, value }
                : {
                    to: recorder,
                    value,
                    data: `0x12345678${'5a'.repeat(length)}`,
                  },
            )
            const canonical = asBatch
              ? encodeExecute(modes.batch, encodeBatch(built))
              : encodeCalls(built.slice(0, 1))
            const callData = mutations.reduce(
              (data, mutate) => mutate(data),
              canonical,
            )
            const passed = await bench
              .by()
              .validateUserOp.staticCall(
                { ...stub, callData },
                `0x${'00'.repeat(32)}`,
              )
              .then(
                () => true,
                () => false,
              )
            if (!passed) return
            accepted += 1
            const read = decodeStrictly(callData)
            expect(read, `accepted ${callData}`).to.not.equal(undefined)
            const executed = decoder.interface.decodeFunctionResult(
              'execute',
              await bench.provider.call({
                to: String(decoder.target),
                data: callData,
              }),
            )[0] as readonly [string, bigint, string][]
            expect(
              executed.map(([to, value, data]) => [
                to.toLowerCase(),
                value,
                data,
              ]),
            ).to.deep.equal(
              read?.map(({ data, to, value }) => [
                to.toLowerCase(),
                value,
                data,
              ]),
            )
          },
        ),
        { numRuns: 1_500, seed: 7579 },
      )
      expect(accepted, 'accepted at all').to.be.greaterThan(100)
    })
  })

  describe('when they are made by hand', () => {
    let valid: Hex

    beforeEach(async () => {
      await bench.grant(
        toPolicy({
          assets: [assets.native],
          limits: [limits.lifetime(0, 1_000n)],
          permissions: [allowPayment(bench.alice.address, 1_000n)],
        }),
      )
      valid = encodeExecute(
        modes.batch,
        encodeBatch([
          { to: bench.alice.address, value: 1n },
          { to: bench.alice.address, value: 2n },
        ]),
      )
    })

    const deny = async (
      callData: Hex,
      error: string,
      args: readonly unknown[],
    ) => expectDenied(bench, await bench.operate({ callData }), error, args)

    it('an offset that points at a hidden second batch reverts', async () => {
      const hidden = encodeBatch([{ to: bench.bob.address, value: 9n }])
      const shown = encodeBatch([{ to: bench.alice.address, value: 1n }])
      // The array's offset points behind the batch that is checked.
      const execution = concatHex([
        toWord(BigInt(size(shown))),
        slice(shown, 32),
        slice(hidden, 32),
      ])
      await deny(
        encodeExecute(modes.batch, execution),
        'CallDataMalformed',
        [100],
      )
    })

    it('an outer offset that points at a hidden execution reverts', async () => {
      const execution = encodeBatch([{ to: bench.bob.address, value: 9n }])
      const callData = concatHex([
        slice(valid, 0, 36),
        toWord(BigInt(size(valid) - 4)),
        slice(valid, 68),
        toWord(BigInt(size(execution))),
        execution,
      ])
      await deny(callData, 'CallDataMalformed', [0])
    })

    it('a length beyond the calldata reverts', async () => {
      for (const length of [BigInt(size(valid)), 2n ** 64n, max])
        await deny(
          replaceBytes(valid, 68, toWord(length)),
          'CallDataMalformed',
          [0],
        )
    })

    it('elements of a batch that overlap revert', async () => {
      // Both heads point at the first element, or the second into the first.
      for (const offset of [64n, 96n, 128n])
        await deny(
          replaceBytes(valid, 196, toWord(offset)),
          'CallDataMalformed',
          [356],
        )
    })

    it('an empty batch reverts', async () => {
      await deny(encodeExecute(modes.batch, encodeBatch([])), 'BatchEmpty', [])
    })

    it('callData under 4, 36 and 100 bytes reverts', async () => {
      for (const length of [0, 1, 3])
        await deny(
          length === 0 ? '0x' : slice(valid, 0, length),
          'SelectorNotSupported',
          ['0x00000000'],
        )
      for (const length of [4, 35, 36, 68, 99])
        await deny(slice(valid, 0, length), 'CallDataMalformed', [0])
    })

    it('trailing bytes revert', async () => {
      for (const count of [1, 31, 32, 1_000])
        await deny(
          concatHex([valid, `0x${'00'.repeat(count)}`]),
          'CallDataMalformed',
          [0],
        )
    })

    it('a target with dirty upper bytes reverts', async () => {
      await deny(
        replaceBytes(valid, 228, toDirtyWord(bench.alice.address)),
        'CallDataMalformed',
        [228],
      )
    })

    it('inner calldata of 1 to 3 bytes reverts', async () => {
      for (const data of ['0x00', '0x1234', '0xa9059c'] as const)
        await deny(
          encodeCalls([{ to: bench.alice.address, data }]),
          'CallDataSizeInvalid',
          [0, 0, size(data), 4],
        )
    })
  })

  describe('of a transfer', () => {
    let token: string
    let rule: number

    beforeEach(async () => {
      token = String(bench.token.target)
      const policy = toPolicy({
        assets: [assets.toErc20(token)],
        limits: [limits.lifetime(0, 1_000n)],
        permissions: [allowTransfer(token)],
      })
      rule = readRuleOffset(policy, 0)
      await bench.grant(policy)
    })

    const encode = (...words: readonly Hex[]) =>
      encodeArguments(selectors.transfer, words)
    const deny = async (data: Hex, error: string, args: readonly unknown[]) => {
      for (const callData of [
        encodeExecute(modes.single, packCall({ to: token, data })),
        encodeExecute(modes.batch, encodeBatch([{ to: token, data }])),
      ])
        await expectDenied(
          bench,
          await bench.operate({ callData }),
          error,
          args,
        )
    }

    it('with 67 bytes, whose last byte the token would read as zero, reverts', async () => {
      const data = encode(toWord(bench.alice.address), toWord(256n))
      await deny(slice(data, 0, 67), 'CallDataSizeInvalid', [0, rule, 67, 68])
    })

    it('with trailing bytes reverts', async () => {
      const data = encode(toWord(bench.alice.address), toWord(1n), toWord(0n))
      await deny(data, 'CallDataSizeInvalid', [0, rule, 100, 68])
    })

    it('with dirty upper bytes in the recipient reverts', async () => {
      const word = toDirtyWord(bench.alice.address)
      await deny(encode(word, toWord(1n)), 'ArgumentNotAllowed', [
        0,
        rule,
        0,
        11,
        word,
      ])
    })
  })
})
