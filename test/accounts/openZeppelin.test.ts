import { expect } from 'chai'
import { decodeFunctionData } from 'viem'

import { openZeppelin } from '../../src/accounts/adapters/openZeppelin.ts'
import { erc7579AccountAbi } from '../../src/accounts/erc7579AccountAbi.ts'
import { LaneOutOfRangeError } from '../../src/accounts/errors.ts'

const account = '0x1111111111111111111111111111111111111111'
const validator = '0x3333333333333333333333333333333333333333'

describe('openZeppelin', () => {
  it('puts the validator into the upper 20 bytes of the nonce key', () => {
    expect(
      openZeppelin.getNonceKey({ lane: 0n, validator }).toString(16),
    ).to.equal(`${validator.slice(2)}00000000`)
    expect(
      openZeppelin.getNonceKey({ lane: 0xffffffffn, validator }).toString(16),
    ).to.equal(`${validator.slice(2)}ffffffff`)
  })

  it('refuses lanes that would reach another validator', () => {
    for (const lane of [-1n, 1n << 32n])
      expect(() => openZeppelin.getNonceKey({ lane, validator })).to.throw(
        LaneOutOfRangeError,
      )
  })

  it('pins the validator, and no lane', () => {
    const { executeUserOp, nonce } = openZeppelin.getProfile({ validator })

    expect(executeUserOp).to.equal(false)
    expect(nonce.mask.toString(16)).to.equal(`${'f'.repeat(40)}00000000`)
    for (const lane of [0n, 7n, 0xffffffffn])
      expect(
        openZeppelin.getNonceKey({ lane, validator }) & nonce.mask,
      ).to.equal(nonce.value)
  })

  it('installs and uninstalls a validator by calls of the account to itself', () => {
    const parameters = { account, data: '0xabcd', validator } as const

    for (const [call, functionName] of [
      [openZeppelin.encodeInstallValidator(parameters), 'installModule'],
      [openZeppelin.encodeUninstallValidator(parameters), 'uninstallModule'],
    ] as const) {
      expect(call).to.include({ to: account, value: 0n })
      expect(
        decodeFunctionData({ abi: erc7579AccountAbi, data: call.data }),
      ).to.deep.equal({ args: [1n, validator, '0xabcd'], functionName })
    }
  })
})
