import { expect } from 'chai'
import { concatHex, type Hex, toHex } from 'viem'

import { type Bench, loadBench } from '../helpers/bench.ts'
import { countTraced, takeFindings } from '../helpers/conformance.ts'
import { ethers, networkHelpers } from '../helpers/network.ts'
import { allowPayment, assets, limits, toPolicy } from '../helpers/policies.ts'
import { traceTwice } from '../helpers/traceOperation.ts'

const culprit: Hex = `0x${'c1'.repeat(20)}`
const foreign: Hex = `0x${'f0'.repeat(20)}`
const nobody: Hex = `0x${'dd'.repeat(20)}`

/** Calls with all gas and without value, but for what stands in place of it. */
const toCall = (to: Hex, opcode: Hex = '0xf1', value: Hex = '0x5f') =>
  concatHex([
    '0x5f5f5f5f',
    opcode === '0xf1' || opcode === '0xf2' ? value : '0x',
    concatHex(['0x73', to]),
    '0x5a',
    opcode,
    '0x50',
  ])

/** Pushes `keccak256(caller ‖ 7) + beyond`. */
const toAssociated = (beyond: number) =>
  concatHex([
    '0x335f52600760205260405f20',
    concatHex(['0x61', toHex(beyond, { size: 2 })]),
    '0x01',
  ])
/** Pushes `keccak256(7 ‖ keccak256(caller ‖ 7))`. */
const nested = '0x335f52600760205260405f2060205260075f5260405f20'

/** The opcodes that an account runs, alone, and the rule that each breaks. */
const opcodes: readonly (readonly [name: string, code: Hex, rule: string])[] = [
  ['BALANCE', '0x3031', 'OP-011 BALANCE'],
  ['ORIGIN', '0x32', 'OP-011 ORIGIN'],
  ['GASPRICE', '0x3a', 'OP-011 GASPRICE'],
  ['BLOCKHASH', '0x5f40', 'OP-011 BLOCKHASH'],
  ['COINBASE', '0x41', 'OP-011 COINBASE'],
  ['TIMESTAMP', '0x42', 'OP-011 TIMESTAMP'],
  ['NUMBER', '0x43', 'OP-011 NUMBER'],
  ['GASLIMIT', '0x45', 'OP-011 GASLIMIT'],
  ['SELFBALANCE', '0x47', 'OP-011 SELFBALANCE'],
  ['BASEFEE', '0x48', 'OP-011 BASEFEE'],
  ['BLOBHASH', '0x5f49', 'OP-011 BLOBHASH'],
  ['BLOBBASEFEE', '0x4a', 'OP-011 BLOBBASEFEE'],
  ['CREATE', '0x5f5f5ff0', 'OP-011 CREATE'],
  ['CREATE2', '0x5f5f5f5ff5', 'OP-011 CREATE2'],
  ['SELFDESTRUCT', '0x5fff', 'OP-011 SELFDESTRUCT'],
  ['GAS and no call', '0x5a', 'OP-012 GAS'],
  ['EXTCODESIZE', concatHex(['0x73', nobody, '0x3b']), 'OP-041'],
  ['EXTCODEHASH', concatHex(['0x73', nobody, '0x3f']), 'OP-041'],
  ['EXTCODECOPY', concatHex(['0x5f5f5f73', nobody, '0x3c']), 'OP-041'],
  ['a call of nobody', toCall(nobody), 'OP-041'],
  ['a static call of nobody', toCall(nobody, '0xfa'), 'OP-041'],
  ['the curve P-256', toCall(toHex(256, { size: 20 }), '0xfa'), 'OP-041'],
  ['value', toCall(foreign, '0xf1', '0x6001'), 'OP-061 value'],
]

/** What a contract does that the account calls, and the rule that this breaks. */
const slots: readonly (readonly [name: string, code: Hex, rule: string])[] = [
  ['SLOAD of its own', '0x600754', 'STO-021 SLOAD 7'],
  ['SSTORE of its own', '0x6001600755', 'STO-021 SSTORE 7'],
  ['TLOAD of its own', '0x60075c', 'STO-021 TLOAD 7'],
  ['TSTORE of its own', '0x600160075d', 'STO-021 TSTORE 7'],
  ['SLOAD beyond 127', concatHex([toAssociated(128), '0x54']), 'STO-021 SLOAD'],
  [
    'SSTORE beyond 127',
    concatHex(['0x6001', toAssociated(128), '0x55']),
    'STO-021 SSTORE',
  ],
  ['TLOAD beyond 127', concatHex([toAssociated(128), '0x5c']), 'STO-021 TLOAD'],
  [
    'TSTORE beyond 127',
    concatHex(['0x6001', toAssociated(128), '0x5d']),
    'STO-021 TSTORE',
  ],
  ['SLOAD with the account outside', concatHex([nested, '0x54']), 'STO-021'],
  ['TLOAD with the account outside', concatHex([nested, '0x5c']), 'STO-021'],
]

const permitted: readonly (readonly [name: string, code: Hex])[] = [
  ['SLOAD', concatHex([toAssociated(127), '0x54'])],
  ['SSTORE', concatHex(['0x6001', toAssociated(127), '0x55'])],
  ['TLOAD', concatHex([toAssociated(127), '0x5c'])],
  ['TSTORE', concatHex(['0x6001', toAssociated(127), '0x5d'])],
  ['SLOAD of the number of the account', '0x3354'],
]

// INV-17: what finds violations in every test does find them.
describe('traces of validations', () => {
  let bench: Bench

  beforeEach(async () => {
    bench = await loadBench()
    await networkHelpers.setBalance(culprit, 10n ** 18n)
    await networkHelpers.setCode(foreign, '0x00')
  })

  const trace = async (code: Hex) => {
    await networkHelpers.setCode(culprit, concatHex([code, '0x00']))
    return traceTwice({
      account: culprit,
      data: '0x',
      entryPoint: String(bench.entryPoint.target),
    })
  }

  async function expectOne(code: Hex, rule: string) {
    const { violations } = await trace(code)
    expect(violations).to.have.length(1)
    expect(violations[0]).to.match(new RegExp(`^${rule}( |$|[0-9a-f])`))
  }

  for (const [name, code, rule] of opcodes)
    it(`find what the rules forbid an account: ${name}`, () =>
      expectOne(code, rule))

  for (const [name, code, rule] of slots)
    it(`find what the rules forbid a module: ${name}`, async () => {
      await networkHelpers.setCode(foreign, code)
      await expectOne(toCall(foreign), rule)
    })

  it('find a call of the EntryPoint', async () => {
    const address = String(bench.entryPoint.target) as Hex
    const { violations } = await trace(toCall(address, '0xfa'))
    expect(violations).to.deep.equal(['OP-054 call of the EntryPoint'])
  })

  for (const [name, code] of permitted)
    it(`find nothing in ${name} of what is associated with the account`, async () => {
      await networkHelpers.setCode(foreign, code)
      const { slots, violations } = await trace(toCall(foreign))
      expect(violations).to.deep.equal([])
      expect(slots.size).to.equal(1)
    })

  it('find nothing in what the account does with its own storage', async () => {
    const { violations } = await trace('0x6001600755600754600160075d60075c')
    expect(violations).to.deep.equal([])
  })

  it('find what libraries and contracts of Solidity do', async () => {
    const breaker = await ethers.deployContract('RuleBreaker')
    const call = {
      account: String(breaker.target),
      entryPoint: String(bench.account.target),
    }
    for (const rule of [
      'timestamp',
      'number',
      'baseFee',
      'balance',
      'gas',
      'globalRead',
      'globalWrite',
      'wrongNesting',
      'foreignTransient',
      'undeployed',
    ] as const) {
      const data = breaker.getFunction(rule).fragment.selector
      const { violations } = await traceTwice({ ...call, data })
      expect(violations, rule).to.have.length(1)
    }
    const data = breaker.interface.encodeFunctionData('associated')
    const { slots, violations } = await traceTwice({ ...call, data })
    expect(violations).to.deep.equal([])
    expect(slots.size).to.be.greaterThan(0)
  })

  it('need not tell what stands behind GAS: in the module always a call', async () => {
    const code = await bench.provider.getCode(String(bench.validator.target))
    const bytes = Buffer.from(code.slice(2), 'hex')
    const behind: (number | undefined)[] = []
    for (let index = 0; index < bytes.length; ++index) {
      const opcode = bytes[index] ?? 0
      if (opcode === 0x5a) behind.push(bytes[index + 1])
      // What a PUSH puts on the stack is no opcode.
      if (opcode >= 0x60 && opcode <= 0x7f) index += opcode - 0x5f
    }
    expect(behind).to.include(0xfa)
    for (const opcode of behind)
      expect(opcode).to.be.oneOf([0xf1, 0xf2, 0xf4, 0xfa])
  })

  describe('of every transaction of the chain', () => {
    beforeEach(async () => {
      // An account that asks for the time, whatever it is called with.
      await networkHelpers.setCode(culprit, '0x42505f5f5260205ff3')
      await bench.entryPoint
        .getFunction('depositTo')
        .send(culprit, { value: 10n ** 17n })
      await bench.grant(
        toPolicy({
          assets: [assets.native],
          limits: [limits.daily(0, 100n)],
          permissions: [allowPayment(bench.alice.address, 100n)],
        }),
      )
    })

    const operateCulprit = () =>
      bench.operate({ account: { target: culprit }, nonce: 0n })
    const operate = (amount: bigint, lane = 0) =>
      bench.operate({
        calls: [{ to: bench.alice.address, value: amount }],
        lane,
      })
    const found = ['OP-011 TIMESTAMP']
    async function countOf(attempt: () => Promise<unknown>) {
      const before = countTraced()
      await attempt()
      const after = countTraced()
      return [
        after.passed - before.passed,
        after.unsigned - before.unsigned,
        after.reverted - before.reverted,
      ]
    }
    const expectRevert = (attempt: Promise<unknown>) =>
      attempt.then(
        () => expect.fail('It was not refused.'),
        ({ data }: { data?: string }) =>
          expect(data).to.match(/^0x(220266b6|65c8fd4d)/),
      )

    it('find what an operation has done, and count it', async () => {
      const operation = await operateCulprit()
      expect(await countOf(() => bench.run(operation))).to.deep.equal([1, 0, 0])
      expect(takeFindings()).to.deep.equal(found)
    })

    it('find it in a bundle that is refused for another', async () => {
      const bundle = [await operateCulprit(), await operate(101n)]
      expect(
        await countOf(() => expectRevert(bench.handle(bundle))),
      ).to.deep.equal([1, 0, 1])
      expect(takeFindings()).to.deep.equal(found)
    })

    it('find it in the bundles of a contract', async () => {
      const bundler = await bench.deployContractBundler()
      const bundles = [
        await operate(1n),
        await operateCulprit(),
        await operate(101n, 1),
      ]
      expect(
        await countOf(() =>
          bundler.handleEach(
            String(bench.entryPoint.target),
            bundles,
            bench.bundler.address,
          ),
        ),
      ).to.deep.equal([2, 0, 1])
      expect(takeFindings()).to.deep.equal(found)
    })

    it('count what is denied before it is sent, and what nobody has signed', async () => {
      const denied = await operate(101n)
      const handle = bench.entryPoint.getFunction('handleOps')
      const send = () => handle.send([denied], bench.bundler.address)
      expect(await countOf(() => expectRevert(send()))).to.deep.equal([0, 0, 1])

      const stub = await bench.operate({
        calls: [{ to: bench.alice.address, value: 1n }],
        signer: bench.bob.signingKey,
      })
      expect(
        await countOf(() => expectRevert(bench.handle([stub]))),
      ).to.deep.equal([0, 1, 0])
      expect(takeFindings()).to.deep.equal([])
    })
  })
})
