import { expect } from 'chai'
import fc from 'fast-check'
import { decodeFunctionData, erc20Abi, formatUnits, type Hex } from 'viem'

import { isPolicyError } from '../../src/errors/policyError.ts'
import type { KnownNames } from '../../src/mcp/input/knownNames.ts'
import { parseAmount } from '../../src/mcp/input/parseAmount.ts'
import { parseCalls } from '../../src/mcp/input/parseCalls.ts'
import { parseInput } from '../../src/mcp/input/parseInput.ts'
import { type CallInput, callsSchema } from '../../src/mcp/input/schemas.ts'

const alice = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8'
const usdc = '0x5FbDB2315678afecb367f032d93F642f64180aa3'

const names: KnownNames = {
  assets: [
    { address: undefined, decimals: 18, isNative: true, symbol: 'ETH' },
    { address: usdc, decimals: 6, symbol: 'USDC' },
  ],
  contracts: { alice },
}
const [eth, dollars] = names.assets

/** Returns the places and messages of what is wrong. */
function getFaults(run: () => unknown): readonly string[] {
  try {
    run()
  } catch (error) {
    if (!isPolicyError(error) || error.code !== 'INPUT_INVALID') throw error
    const issues = error.toJSON().details?.issues as unknown as {
      fix: string
      message: string
      path: string
    }[]
    for (const { fix } of issues) expect(fix).to.match(/^[A-Z].+\.$/)
    return issues.map(({ message, path }) => `${path}: ${message}`)
  }
  throw new Error('It was accepted.')
}

const parse = (...calls: CallInput[]) => parseCalls(calls, names)
const getAmount = (text: number | string, expected = dollars) => {
  const [call] = parse({
    amount: text,
    to: alice,
    transfer: expected?.symbol ?? '',
  })
  const { args } = decodeFunctionData({
    abi: erc20Abi,
    data: call?.data as Hex,
  })
  return args?.[1]
}

describe('parseAmount', () => {
  it('takes digits as base units, and anything else with its unit', () => {
    expect(getAmount('1000000')).to.equal(1_000_000n)
    expect(getAmount(1_000_000)).to.equal(1_000_000n)
    expect(getAmount('1 USDC')).to.equal(1_000_000n)
    expect(getAmount('12.5USDC')).to.equal(12_500_000n)
    expect(getAmount(' 0.000001 usdc ')).to.equal(1n)
    expect(parse({ to: alice, value: '0.1 ETH' })[0]?.value).to.equal(
      10n ** 17n,
    )
    expect(parse({ to: alice, value: '5 gwei' })[0]?.value).to.equal(
      5n * 10n ** 9n,
    )
  })

  it('never guesses', () => {
    for (const [text, fault] of [
      ['12.5', '12.5 has a decimal point but no unit.'],
      ['1 EURC', 'The amount is in "EURC", but the asset is USDC.'],
      ['1 ETH', 'The amount is in "ETH", but the asset is USDC.'],
      ['1 gwei', 'The amount is in "gwei", but the asset is USDC.'],
      [
        '0.0000001 USDC',
        '0.0000001 USDC has more decimals than the 6 that USDC has.',
      ],
      ['-1', '"-1" is not an amount.'],
      ['1e6', 'The amount is in "e6", but the asset is USDC.'],
      ['1,000 USDC', '"1,000 USDC" is not an amount.'],
      ['0x10', 'The amount is in "x10", but the asset is USDC.'],
      ['1 . 5', '"1 . 5" is not an amount.'],
      ['1 USDC and all', '"1 USDC and all" is not an amount.'],
      ['all', '"all" is not an amount.'],
      [`${2n ** 256n}`, 'The amount does not fit in 256 bits.'],
    ] as const)
      expect(getFaults(() => getAmount(text))).to.deep.equal([
        `calls[0].amount: ${fault}`,
      ])
  })

  it('reads back every amount that it is shown', () => {
    fc.assert(
      fc.property(fc.bigInt(0n, 2n ** 256n - 1n), (amount) => {
        for (const asset of [eth, dollars])
          expect(
            parseAmount(
              `${formatUnits(amount, asset?.decimals ?? 0)} ${asset?.symbol}`,
              { assets: names.assets, expected: asset, path: '' },
            ),
          ).to.equal(amount)
      }),
    )
  })
})

describe('callsSchema', () => {
  const read = (calls: unknown) => () => parseInput(callsSchema, calls)

  it('refuses a number that may have lost digits', () => {
    const faults = getFaults(
      read([{ amount: 2 ** 53, to: alice, transfer: 'USDC' }]),
    )

    expect(faults).to.have.length(1)
    expect(faults[0]).to.match(/^\[0\]\.amount: /)
  })

  it('refuses no calls, too many, and fields that mean nothing', () => {
    expect(getFaults(read([]))).to.have.length(1)
    expect(getFaults(read(Array(33).fill({ to: alice })))).to.have.length(1)
    expect(getFaults(read([{ recipient: alice, to: alice }]))[0]).to.include(
      '`recipient`',
    )
  })
})

describe('parseCalls', () => {
  it('makes transfers of what the policy knows', () => {
    const [native, token, byAddress] = parse(
      { amount: '0.1 ETH', to: 'alice', transfer: 'ETH' },
      { amount: '2 USDC', to: 'alice', transfer: 'USDC' },
      { amount: '2 USDC', to: alice, transfer: usdc.toLowerCase() },
    )

    expect(native).to.include({ data: '0x', to: alice, value: 10n ** 17n })
    expect(native?.summary).to.equal(`Transfer 0.1 ETH to ${alice}`)
    expect(token).to.include({ to: usdc, value: 0n })
    expect(byAddress?.data).to.equal(token?.data)
  })

  it('encodes functions by their signatures, with units in integers', () => {
    const [call] = parse({
      args: ['alice', '100 USDC'],
      function: 'approve(address spender, uint256 amount)',
      to: 'USDC',
    })

    expect(call?.to).to.equal(usdc)
    expect(
      decodeFunctionData({ abi: erc20Abi, data: call?.data as Hex }).args,
    ).to.deep.equal([alice, 100_000_000n])
  })

  it('takes no unit but that of the token that is called, and shows it', () => {
    const approve = (amount: string) => ({
      args: ['alice', amount],
      function: 'approve(address spender, uint256 amount)',
      to: usdc,
    })

    for (const amount of ['1 USDC', '1000000'])
      expect(parse(approve(amount))[0]?.summary).to.equal(
        `Call approve("${alice}", 1 USDC) on ${usdc}`.replace(
          `"${alice}"`,
          JSON.stringify(alice),
        ),
      )
    for (const amount of ['1 ETH', '1 gwei'])
      expect(getFaults(() => parse(approve(amount)))[0]).to.include(
        'but the asset is USDC',
      )
    expect(parse({ ...approve('1 gwei'), to: alice })[0]?.summary).to.match(
      /, 1 gwei\)/,
    )
  })

  it('gives no unit to a token whose decimals nobody knows', () => {
    const token = { address: usdc, decimals: undefined, symbol: 'ODD' } as const
    const [native = token] = names.assets
    const parseOdd = (amount: string) =>
      parseCalls([{ amount, to: alice, transfer: 'ODD' }], {
        ...names,
        assets: [native, token],
      })

    expect(parseOdd('7')[0]?.summary).to.equal(
      `Transfer 7 base units of ODD to ${alice}`,
    )
    expect(getFaults(() => parseOdd('7 ODD'))).to.deep.equal([
      'calls[0].amount: It is not known how many decimals ODD has, so that it has no unit.',
    ])
  })

  it('knows no names that nobody gave', () => {
    for (const name of ['constructor', '__proto__', 'toString'])
      expect(getFaults(() => parse({ to: name }))[0]).to.match(
        /^calls\[0\]\.to/,
      )
    expect(
      getFaults(() =>
        parse({
          args: [{}],
          function: 'f((string constructor) a)',
          to: alice,
        }),
      ),
    ).to.have.length(1)
  })

  it('encodes tuples with repeated or empty names as lists', () => {
    for (const type of ['(uint256 a, uint256 a)', '(uint256, uint256)']) {
      const f = (arg: unknown) =>
        parse({ args: [arg], function: `f(${type} pair)`, to: alice })
      expect(f(['1', '2'])[0]?.data.slice(10)).to.equal(
        `${'1'.padStart(64, '0')}${'2'.padStart(64, '0')}`,
      )
      expect(getFaults(() => f({ a: '1' }))).to.have.length(1)
    }
  })

  it('encodes every kind of argument', () => {
    const [call] = parse({
      args: [
        { amount: '5', to: 'alice' },
        ['0x01', '0x02'],
        true,
        '-3',
        'text',
        `0x${'ab'.repeat(32)}`,
      ],
      function:
        'f((address to, uint128 amount) pay, bytes[] list, bool flag, int8 small, string words, bytes32 id)',
      to: alice,
    })

    expect(call?.args).to.deep.equal([
      { amount: 5n, to: alice },
      ['0x01', '0x02'],
      true,
      -3n,
      'text',
      `0x${'ab'.repeat(32)}`,
    ])
  })

  it('says of every call what is wrong with it', () => {
    const wrong = alice.replace('C', 'c')
    const f = (type: string, ...args: unknown[]): CallInput => ({
      args,
      function: `f(${type})`,
      to: alice,
    })

    expect(
      getFaults(() =>
        parse(
          { to: wrong },
          { to: 'bob' },
          { data: '0x123', to: alice },
          { amount: '1 USDC', to: alice },
          { to: alice, transfer: 'USDC' },
          { amount: '1 USDC', to: alice, transfer: 'EURC' },
          { amount: '1 USDC', to: alice, transfer: 'USDC', value: '1' },
          { args: [], to: alice },
          { data: '0x', function: 'f()', to: alice },
          { function: 'f(uint', to: alice },
          f('uint256'),
          f('uint8', '256'),
          f('uint256', '-1'),
          f('uint256', 2 ** 53),
          f('bytes4', '0x01'),
          f('bool', 'yes'),
          f('uint256[2]', ['1']),
          f('(uint256 a, uint256 b)', ['1']),
        ),
      ).map((fault) => fault.split(':')[0]),
    ).to.deep.equal([
      'calls[0].to',
      'calls[1].to',
      'calls[2].data',
      'calls[3].amount',
      'calls[4].amount',
      'calls[5].transfer',
      'calls[6].value',
      'calls[7].args',
      'calls[8]',
      'calls[9].function',
      'calls[10].args',
      'calls[11].args[0]',
      'calls[12].args[0]',
      'calls[13].args[0]',
      'calls[14].args[0]',
      'calls[15].args[0]',
      'calls[16].args[0]',
      'calls[17].args[0]',
    ])
  })

  it('gives the right checksum for an address that has a wrong one', () => {
    try {
      parse({ to: alice.replace('C', 'c') })
    } catch (error) {
      const text = JSON.stringify(isPolicyError(error) && error.toJSON())
      expect(text).to.include(alice)
      return
    }
    throw new Error('It was accepted.')
  })
})
