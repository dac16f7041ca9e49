import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { encodeFunctionData, erc20Abi, parseEther, zeroAddress } from 'viem'

import {
  ApprovalFileError,
  getSpends,
  readApproverKey,
} from '../../src/approvals/index.ts'
import { developmentAccounts } from '../../src/local/developmentAccounts.ts'
import { decodePolicy } from '../../src/policy/format/decodePolicy.ts'
import { compileExample, recipient, stranger } from '../e2e/sdkStack.ts'
import { useDirectory } from './requests.ts'

describe('readApproverKey', () => {
  const place = useDirectory()
  const { address, privateKey } = developmentAccounts.approver
  const write = (text: string, mode: number) => {
    const path = join(place.directory, 'approver.key')
    writeFileSync(path, text)
    chmodSync(path, mode)
    return path
  }
  const getError = (path: string) => {
    try {
      readApproverKey(path)
    } catch (error) {
      if (error instanceof ApprovalFileError) return error
      throw error
    }
    return expect.fail('It was accepted.')
  }

  it('reads a key that nobody else may read', () => {
    for (const text of [privateKey, privateKey.slice(2), `${privateKey}\n`])
      expect(readApproverKey(write(text, 0o600)).address).to.equal(address)
    expect(readApproverKey(write(privateKey, 0o400)).address).to.equal(address)
  })

  it('refuses looser modes, and says how to make them tight', () => {
    for (const mode of [0o640, 0o604, 0o620, 0o610, 0o666]) {
      const path = write(privateKey, mode)
      const error = getError(path)
      expect(error.field).to.equal('path')
      expect(error.message).to.include(`0${mode.toString(8)}`)
      expect(error.fix).to.include(`chmod 600 ${path}`)
    }
  })

  it('refuses what is no key, and repeats none of it', () => {
    for (const text of [
      '',
      privateKey.slice(0, -1),
      `${privateKey}00`,
      `0x${'00'.repeat(32)}`,
      `0x${'ff'.repeat(32)}`,
    ]) {
      const error = getError(write(text, 0o600))
      expect(error.fix).to.match(/64 hexadecimal digits/)
      if (text.length > 20)
        expect(error.message).not.to.include(text.slice(2, 18))
    }
    expect(getError(join(place.directory, 'none')).message).to.include(
      'there is no such file',
    )
    expect(getError(place.directory).message).to.include('is not a file')
  })
})

describe('getSpends', () => {
  const token = '0x5FbDB2315678afecb367f032d93F642f64180aa3'
  const compiled = compileExample(token, {
    limits: [
      { amount: '100', asset: 'TUSD', per: 'day' },
      { amount: '1', asset: 'ETH', per: 'day' },
      { operations: 5, per: 'hour' },
    ],
  })
  const policy = { data: decodePolicy(compiled.bytes), sets: compiled.sets }
  const transfer = (amount: bigint) =>
    ({
      data: encodeFunctionData({
        abi: erc20Abi,
        args: [recipient, amount],
        functionName: 'transfer',
      }),
      to: token,
      value: '0',
    }) as const
  const getSums = (calls: Parameters<typeof getSpends>[0]['calls']) =>
    getSpends({ calls, policy }).map(({ amount, asset }) => [
      asset.kind,
      asset.address.toLowerCase(),
      amount,
    ])

  it('adds up native value and tokens over the batch, and counts one operation', () => {
    const value = `${parseEther('0.25')}`
    const pay = { data: '0x', to: recipient, value } as const
    expect(
      getSums([pay, transfer(7n), pay, transfer(8n)]),
    ).to.have.deep.members([
      ['native', zeroAddress, parseEther('0.5')],
      ['erc20', token.toLowerCase(), 15n],
      ['operations', zeroAddress, 1n],
    ])
  })

  it('finds nothing of a token in what no rule is about, or is cut off', () => {
    const { data } = transfer(7n)
    for (const call of [
      { data, to: stranger, value: '0' },
      { data: data.slice(0, 70) as `0x${string}`, to: token, value: '0' },
      { data: '0xdeadbeef', to: token, value: '0' },
    ] as const)
      expect(getSums([call])).to.deep.equal([['operations', zeroAddress, 1n]])
  })
})
