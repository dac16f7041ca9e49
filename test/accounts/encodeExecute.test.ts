import { expect } from 'chai'
import fc from 'fast-check'
import { type Address, type Hex, InvalidAddressError } from 'viem'

import { decodeExecute } from '../../src/accounts/decodeExecute.ts'
import { encodeExecute } from '../../src/accounts/encodeExecute.ts'
import {
  ExecuteNotDecodableError,
  NoCallsError,
} from '../../src/accounts/errors.ts'
import { arbitraryCall } from './arbitraryCall.ts'

const target: Address = '0x1111111111111111111111111111111111111111'
const other: Address = '0x2222222222222222222222222222222222222222'

/** A word that holds a number. */
const word = (value: number) => value.toString(16).padStart(64, '0')

describe('encodeExecute', () => {
  it('encodes one call in mode 0, packed', () => {
    expect(encodeExecute([{ data: '0xaabb', to: target, value: 5n }])).to.equal(
      [
        '0xe9ae5c53',
        word(0),
        word(0x40),
        word(54),
        `${target.slice(2)}${word(5)}aabb${'00'.repeat(10)}`,
      ].join(''),
    )
  })

  it('encodes several calls in the mode that reverts on failure', () => {
    const data = encodeExecute([
      { to: target, value: 1n },
      { data: '0xcc', to: other },
    ])

    expect(data).to.equal(
      [
        '0xe9ae5c53',
        `01${'00'.repeat(31)}`,
        word(0x40),
        word(13 * 32),
        // the array
        word(0x20),
        word(2),
        word(0x40),
        word(0xc0),
        // the first call
        word(0).slice(40) + target.slice(2),
        word(1),
        word(0x60),
        word(0),
        // the second call
        word(0).slice(40) + other.slice(2),
        word(0),
        word(0x60),
        word(1),
        `cc${'00'.repeat(31)}`,
      ].join(''),
    )
  })

  it('never sets the mode that goes on after a failure', () => {
    fc.assert(
      fc.property(fc.array(arbitraryCall, { minLength: 1 }), (calls) => {
        const mode = encodeExecute(calls).slice(10, 74)
        expect(mode).to.equal(
          `${calls.length === 1 ? '00' : '01'}${'00'.repeat(31)}`,
        )
      }),
    )
  })

  it('is undone by decodeExecute', () => {
    fc.assert(
      fc.property(fc.array(arbitraryCall, { minLength: 1 }), (calls) => {
        expect(decodeExecute(encodeExecute(calls))).to.deep.equal(calls)
      }),
    )
  })

  it('refuses to encode no calls', () => {
    expect(() => encodeExecute([])).to.throw(NoCallsError)
  })

  it('refuses what is no address, whose length would shift the rest', () => {
    expect(() => encodeExecute([{ to: '0x1234' }])).to.throw(
      InvalidAddressError,
    )
    expect(() => encodeExecute([{ to: '0x1234' }, { to: target }])).to.throw(
      InvalidAddressError,
    )
  })
})

describe('decodeExecute', () => {
  it('refuses other functions and other modes', () => {
    const execute = encodeExecute([{ to: target }])
    const withMode = (mode: Hex): Hex =>
      `0x${execute.slice(2, 10)}${mode.slice(2)}${execute.slice(74)}`

    for (const data of [
      '0x',
      '0x12345678',
      // try mode, delegate call, ERC-7821
      withMode(`0x0001${'00'.repeat(30)}`),
      withMode(`0xff${'00'.repeat(31)}`),
      withMode(`0x0100000000007821000100000000${'00'.repeat(18)}`),
    ] as const)
      expect(() => decodeExecute(data)).to.throw(ExecuteNotDecodableError)
  })

  it('refuses a single call without target and value', () => {
    const data: Hex = `0xe9ae5c53${word(0)}${word(0x40)}${word(51)}${'00'.repeat(64)}`

    expect(() => decodeExecute(data)).to.throw(ExecuteNotDecodableError)
  })
})
