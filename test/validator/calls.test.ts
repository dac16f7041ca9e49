import { expect } from 'chai'
import { AbiCoder } from 'ethers'
import { concatHex, type Hex, size, slice, toHex } from 'viem'

import { type Bench, loadBench } from '../helpers/bench.ts'
import { expectDenied } from '../helpers/expectDenied.ts'
import {
  encodeArguments,
  encodeBatch,
  encodeExecute,
  modes,
  packCall,
} from '../helpers/operations.ts'
import {
  allowCall,
  allowPayment,
  assets,
  limits,
  toPolicy,
  toWord,
} from '../helpers/policies.ts'
import { replaceBytes } from '../policyStore/buildPolicy.ts'

const selector = '0x12345678'

describe('the calls of an operation', () => {
  let bench: Bench
  let recorder: string

  async function grant({ flags = 0n, maxCalls = 8n } = {}) {
    await bench.grant(
      toPolicy({
        header: { flags, maxCalls },
        assets: [assets.native],
        limits: [limits.lifetime(0, 1_000n)],
        permissions: [
          allowCall(recorder, selector),
          allowPayment(bench.alice.address, 1_000n),
        ],
      }),
    )
  }

  beforeEach(async () => {
    bench = await loadBench()
    recorder = String((await bench.deployContract('Recorder')).target)
    await grant()
  })

  const send = async (callData: Hex) =>
    bench.run(await bench.operate({ callData }))
  const deny = async (callData: Hex, error: string, args: readonly unknown[]) =>
    expectDenied(bench, await bench.operate({ callData }), error, args)

  describe('of any kind', () => {
    it('run as a single call with data, without data, and as a batch', async () => {
      const call = { to: recorder, data: encodeArguments(selector, []) }
      const payment = { to: bench.alice.address, value: 7n }
      await send(encodeExecute(modes.single, packCall(call)))
      await send(encodeExecute(modes.single, packCall(payment)))
      await send(encodeExecute(modes.batch, encodeBatch([call])))
      await send(
        encodeExecute(modes.batch, encodeBatch([payment, call, payment])),
      )

      expect(await bench.provider.getBalance(bench.alice.address)).to.equal(21n)
      expect(await bench.getSpent()).to.deep.equal([21n])
    })

    it('may have data of any length, padded with zeros', async () => {
      for (const length of [0, 1, 28, 31, 32, 33, 60]) {
        const data = concatHex([
          selector,
          length === 0 ? '0x' : (`0x${'ab'.repeat(length)}` as const),
        ])
        await send(
          encodeExecute(modes.single, packCall({ to: recorder, data })),
        )
        await send(
          encodeExecute(
            modes.batch,
            encodeBatch([
              { to: recorder, data },
              { to: recorder, data },
            ]),
          ),
        )
      }
    })
  })

  describe('selectors', () => {
    it('revert when the callData is shorter than one', async () => {
      for (const callData of ['0x', '0xe9', '0xe9ae5c'] as const)
        await deny(callData, 'SelectorNotSupported', ['0x00000000'])
    })

    it('revert when it is another', async () => {
      const execution = slice(
        encodeExecute(modes.single, packCall({ to: bench.alice.address })),
        4,
      )
      const others: Hex[] = [
        '0x00000000',
        '0xe9ae5c54',
        '0x8dd7712f',
        '0x9517e29f',
        '0xa71763a8',
        '0xd691c964',
      ]
      for (const other of others)
        await deny(concatHex([other, execution]), 'SelectorNotSupported', [
          other,
        ])
    })

    it('revert when execute stands where executeUserOp has to be', async () => {
      await grant({ flags: 1n })
      const callData = encodeExecute(
        modes.single,
        packCall({ to: bench.alice.address, value: 1n }),
      )
      await deny(callData, 'SelectorNotSupported', ['0xe9ae5c53'])
    })

    it('revert when executeUserOp wraps anything but execute', async () => {
      await grant({ flags: 1n })
      const wrapper = '0x8dd7712f'
      for (const inner of ['0x', '0xe9', '0xe9ae5c'] as const)
        await deny(concatHex([wrapper, inner]), 'SelectorNotSupported', [
          '0x00000000',
        ])
      for (const inner of ['0x9517e29f', '0x8dd7712f', '0x00000000'] as const)
        await deny(
          concatHex([wrapper, inner, toHex(0, { size: 128 })]),
          'SelectorNotSupported',
          [inner],
        )
    })

    it('may be executeUserOp around execute where the policy says so', async () => {
      await grant({ flags: 1n })
      const inner = encodeExecute(
        modes.single,
        packCall({ to: bench.alice.address, value: 1n }),
      )
      const answer = await bench.validate(
        await bench.operate({ callData: concatHex(['0x8dd7712f', inner]) }),
      )
      expect(answer & 1n).to.equal(0n)
    })

    it('count the offset of a fault from the start of the callData', async () => {
      await grant({ flags: 1n })
      const inner = encodeExecute(
        modes.single,
        packCall({ to: bench.alice.address, value: 1n }),
      )
      await deny(
        concatHex(['0x8dd7712f', inner, toHex(0, { size: 32 })]),
        'CallDataMalformed',
        [4],
      )
      await deny(
        concatHex(['0x8dd7712f', slice(inner, 0, 99)]),
        'CallDataMalformed',
        [4],
      )
    })
  })

  describe('modes', () => {
    it('revert when they are neither single nor batch', async () => {
      const bytes = (start: string): Hex => `0x${start.padEnd(64, '0')}`
      const others = [
        bytes('0001'),
        bytes('0101'),
        bytes('ff'),
        bytes('ff01'),
        bytes('fe'),
        bytes('02'),
        bytes('0002'),
        bytes('01000000000078210001'),
        bytes('01000000000078210002'),
        bytes('0000000000000000000000000000000000000001'),
        toHex(1, { size: 32 }),
        concatHex(['0x01', toHex(1, { size: 31 })]),
      ]
      const execution = packCall({ to: bench.alice.address, value: 1n })
      for (const mode of others)
        await deny(encodeExecute(mode, execution), 'ModeNotSupported', [mode])
    })

    it('revert when the bytes are those of the other mode', async () => {
      const payment = { to: bench.alice.address, value: 1n }
      await deny(
        encodeExecute(modes.batch, packCall(payment)),
        'CallDataMalformed',
        [100],
      )
      await deny(encodeExecute(modes.batch, '0x'), 'CallDataMalformed', [100])
      // As a single call, the first 20 bytes of a batch are zero.
      await deny(
        encodeExecute(modes.single, encodeBatch([payment])),
        'PrivilegedTarget',
        [0, `0x${'00'.repeat(20)}`],
      )
    })
  })

  describe('the bytes of execute', () => {
    let valid: Hex
    beforeEach(() => {
      valid = encodeExecute(
        modes.single,
        packCall({
          to: recorder,
          data: encodeArguments(selector, [toWord(1n)]),
        }),
      )
    })

    it('revert when there are less than 100', async () => {
      for (const length of [4, 35, 36, 67, 68, 99])
        await deny(slice(valid, 0, length), 'CallDataMalformed', [0])
    })

    it('revert when the offset is another than 64', async () => {
      for (const offset of [0n, 32n, 63n, 65n, 96n, 2n ** 64n, 2n ** 256n - 1n])
        await deny(
          replaceBytes(valid, 36, toWord(offset)),
          'CallDataMalformed',
          [0],
        )
    })

    it('revert when the length is another', async () => {
      const length = 52n + 36n
      const others = [
        0n,
        length - 32n,
        length + 32n,
        2n ** 255n,
        2n ** 256n - 32n,
        2n ** 256n - 1n,
      ]
      for (const other of others)
        await deny(
          replaceBytes(valid, 68, toWord(other)),
          'CallDataMalformed',
          [0],
        )
    })

    it('revert when something is left over or missing', async () => {
      await deny(concatHex([valid, '0x00']), 'CallDataMalformed', [0])
      await deny(
        concatHex([valid, toHex(0, { size: 32 })]),
        'CallDataMalformed',
        [0],
      )
      await deny(slice(valid, 0, size(valid) - 1), 'CallDataMalformed', [0])
      await deny(slice(valid, 0, size(valid) - 8), 'CallDataMalformed', [0])
    })

    it('revert when the padding is not zero', async () => {
      for (const behind of [1, 8])
        await deny(
          replaceBytes(valid, size(valid) - behind, '0x01'),
          'CallDataMalformed',
          [0],
        )
    })

    it('revert when a single call is shorter than target and value', async () => {
      const call = packCall({ to: bench.alice.address, value: 1n })
      for (const length of [1, 20, 51])
        await deny(
          encodeExecute(modes.single, slice(call, 0, length)),
          'CallDataMalformed',
          [100],
        )
      await deny(encodeExecute(modes.single, '0x'), 'CallDataMalformed', [100])
    })
  })

  describe('the bytes of a batch', () => {
    // Offsets in the callData: 100 array offset, 132 count, 164 and 196 element
    // offsets, 228 target, 260 value, 292 offset of data, 324 length, 356 data.
    let valid: Hex
    beforeEach(() => {
      const call = {
        to: recorder,
        data: encodeArguments(selector, [toWord(1n)]),
      }
      valid = encodeExecute(modes.batch, encodeBatch([call, call]))
    })

    it('revert when there are none', async () => {
      await deny(encodeExecute(modes.batch, encodeBatch([])), 'BatchEmpty', [])
    })

    it('revert when there are more calls than the policy allows', async () => {
      const payment = { to: bench.alice.address, value: 1n }
      const nine = Array.from({ length: 9 }, () => payment)
      await deny(
        encodeExecute(modes.batch, encodeBatch(nine)),
        'BatchTooLarge',
        [9, 8],
      )
      await deny(
        replaceBytes(valid, 132, toWord(2n ** 256n - 1n)),
        'BatchTooLarge',
        [2n ** 256n - 1n, 8],
      )
      await send(encodeExecute(modes.batch, encodeBatch(nine.slice(1))))
    })

    it('revert when the array is somewhere else', async () => {
      for (const offset of [0n, 31n, 33n, 64n, 2n ** 256n - 32n])
        await deny(
          replaceBytes(valid, 100, toWord(offset)),
          'CallDataMalformed',
          [100],
        )
    })

    it('revert when the count is smaller or greater than it has elements', async () => {
      await deny(
        replaceBytes(valid, 132, toWord(1n)),
        'CallDataMalformed',
        [196],
      )
      await deny(
        replaceBytes(valid, 132, toWord(3n)),
        'CallDataMalformed',
        [260],
      )
    })

    it('revert when elements overlap, are swapped or leave a gap', async () => {
      const [first, second] = [slice(valid, 164, 196), slice(valid, 196, 228)]
      await deny(replaceBytes(valid, 196, first), 'CallDataMalformed', [420])
      await deny(replaceBytes(valid, 164, second), 'CallDataMalformed', [228])
      await deny(
        replaceBytes(valid, 164, concatHex([second, first])),
        'CallDataMalformed',
        [228],
      )
      for (const offset of [0n, 32n, 65n, 2n ** 256n - 64n])
        await deny(
          replaceBytes(valid, 164, toWord(offset)),
          'CallDataMalformed',
          [228],
        )
    })

    it('revert when a target has dirty upper bits', async () => {
      for (const bit of [160n, 161n, 255n])
        await deny(
          replaceBytes(valid, 228, toWord(BigInt(recorder) | (1n << bit))),
          'CallDataMalformed',
          [228],
        )
    })

    it('revert when the data of a call is somewhere else', async () => {
      for (const offset of [0n, 64n, 95n, 97n, 128n, 2n ** 255n])
        await deny(
          replaceBytes(valid, 292, toWord(offset)),
          'CallDataMalformed',
          [228],
        )
    })

    it('revert when the length of a call is beyond the bytes', async () => {
      for (const length of [2n ** 256n - 1n, 2n ** 255n, 1_000n])
        await deny(
          replaceBytes(valid, 324, toWord(length)),
          'CallDataMalformed',
          [228],
        )
    })

    it('revert when the length of a call wraps, back into the call', async () => {
      const words = [32n, 2n, 64n, 128n, BigInt(bench.alice.address), 0n, 96n]
      // Two words of the first call are the first two of the second.
      const wrapping = [...words, 2n ** 256n - 64n, 96n, 0n].map(toWord)
      await deny(
        encodeExecute(modes.batch, concatHex(wrapping)),
        'CallDataMalformed',
        [228],
      )
    })

    it('revert when the padding of a call is not zero', async () => {
      await deny(
        replaceBytes(valid, 356 + 36, '0x01'),
        'CallDataMalformed',
        [228],
      )
      await deny(
        replaceBytes(valid, 356 + 63, '0x01'),
        'CallDataMalformed',
        [228],
      )
    })

    it('revert when bytes are left over inside the execution calldata', async () => {
      const payment = { to: bench.alice.address, value: 1n }
      const batch = encodeBatch([payment])
      for (const length of [1, 31, 32, 64])
        await deny(
          encodeExecute(
            modes.batch,
            concatHex([batch, toHex(0, { size: length })]),
          ),
          'CallDataMalformed',
          [100 + size(batch)],
        )
    })

    it('revert when the last call is cut short', async () => {
      const batch = encodeBatch([{ to: bench.alice.address, value: 1n }])
      for (const cut of [1, 32, 64])
        await deny(
          encodeExecute(modes.batch, slice(batch, 0, size(batch) - cut)),
          'CallDataMalformed',
          [196],
        )
    })

    it('revert when two calls share their data', async () => {
      const coder = AbiCoder.defaultAbiCoder()
      const element = slice(
        coder.encode(
          ['tuple(address, uint256, bytes)'],
          [[bench.alice.address, 1n, '0x']],
        ) as Hex,
        32,
      )
      const batch = concatHex([
        toWord(32n),
        toWord(2n),
        toWord(64n),
        toWord(64n),
        element,
      ])
      await deny(encodeExecute(modes.batch, batch), 'CallDataMalformed', [356])
    })
  })

  describe('targets', () => {
    it('revert when one is the account, the module or zero', async () => {
      const zero = `0x${'00'.repeat(20)}`
      for (const to of [
        String(bench.account.target),
        String(bench.validator.target),
        zero,
      ]) {
        for (const data of ['0x', '0x12345678', '0x9517e29f'] as const) {
          await deny(
            encodeExecute(modes.single, packCall({ to, data })),
            'PrivilegedTarget',
            [0, to],
          )
          await deny(
            encodeExecute(
              modes.batch,
              encodeBatch([
                { to: bench.alice.address, value: 1n },
                { to, data },
              ]),
            ),
            'PrivilegedTarget',
            [1, to],
          )
        }
      }
    })
  })

  describe('the data of a call', () => {
    it('reverts when it has 1 to 3 bytes', async () => {
      for (const data of ['0x12', '0x1234', '0x123456'] as const) {
        await deny(
          encodeExecute(modes.single, packCall({ to: recorder, data })),
          'CallDataSizeInvalid',
          [0, 0, size(data), 4],
        )
        await deny(
          encodeExecute(
            modes.batch,
            encodeBatch([{ to: bench.alice.address }, { to: recorder, data }]),
          ),
          'CallDataSizeInvalid',
          [1, 0, size(data), 4],
        )
      }
    })
  })
})
