import { expect } from 'chai'
import {
  concatHex,
  encodeAbiParameters,
  encodeErrorResult,
  encodeFunctionResult,
  type Hex,
  numberToHex,
  pad,
  parseAbi,
  zeroAddress,
} from 'viem'

import { NoCallsError } from '../../src/accounts/errors.ts'
import { AgentAccountMissingError } from '../../src/actions/errors.ts'
import { checkCalls } from '../../src/actions/read/checkCalls.ts'
import { policyValidatorAddress } from '../../src/constants/addresses.ts'
import { policyValidatorAbi } from '../../src/constants/generated/abis.ts'
import { createNode, type NodeAnswer } from '../accounts/createNode.ts'

const account = '0x1111111111111111111111111111111111111111'
const agent = '0x2222222222222222222222222222222222222222'
const target = '0x3333333333333333333333333333333333333333'
const noon = 1_799_841_600
const window = { validAfter: noon, validUntil: noon + 240 }
const calls = [{ to: target, value: 1n }] as const

const noGrant = encodeFunctionResult({
  abi: policyValidatorAbi,
  functionName: 'getGrant',
  result: {
    frozen: false,
    gasPeriod: 0n,
    gasSpent: 0n,
    number: 0,
    policy: zeroAddress,
    version: 0,
  },
})

/** `authorizer ‖ validUntil ‖ validAfter`, as the module answers a stub. */
const toAnswer = (parameters: {
  authorizer: bigint
  validAfter: number
  validUntil: number
}) =>
  numberToHex(
    (BigInt(parameters.validAfter) << 208n) |
      (BigInt(parameters.validUntil) << 160n) |
      parameters.authorizer,
    { size: 32 },
  )

const selectors = { execute: '0xe9ae5c53', validateUserOp: '0x19822f7c' }

/** Checks calls on a node that answers the two questions of the dry run. */
function check(answers: {
  execute?: NodeAnswer | Error
  validateUserOp?: NodeAnswer | Error
}) {
  const { client, requests } = createNode({
    answer({ method, params }) {
      if (method !== 'eth_call') return undefined
      const [{ data, to }] = params as unknown as [{ data: Hex; to: Hex }]
      if (to === policyValidatorAddress) return { result: noGrant }
      const name = data.startsWith(selectors.execute)
        ? 'execute'
        : 'validateUserOp'
      return (
        answers[name] ?? {
          result:
            name === 'execute'
              ? '0x'
              : toAnswer({ ...window, authorizer: 1n, validAfter: noon - 60 }),
        }
      )
    },
    now: () => noon,
  })
  return { requests, result: checkCalls(client, { account, agent, calls }) }
}

const revert = (data: Hex): NodeAnswer => ({
  error: { code: 3, data, message: 'execution reverted' },
})

describe('checkCalls', () => {
  it('allows what the account validates and executes', async () => {
    expect(await check({}).result).to.deep.equal({
      verdict: 'allowed',
      violations: [],
    })
  })

  it("denies with the module's own error", async () => {
    const { error, verdict } = await check({
      validateUserOp: revert(
        encodeErrorResult({
          abi: policyValidatorAbi,
          args: [0n, target],
          errorName: 'TargetNotAllowed',
        }),
      ),
    }).result

    expect(verdict).to.equal('denied')
    expect(error?.code).to.equal('TARGET_NOT_ALLOWED')
    expect(error?.info).to.deep.include({ account, agent, target })
  })

  it('denies what reverts without any data', async () => {
    const { error, verdict } = await check({
      validateUserOp: {
        error: { code: -32_000, message: 'execution reverted' },
      },
    }).result

    expect([verdict, error?.code]).to.deep.equal(['denied', 'UNKNOWN_REVERT'])
  })

  it('denies what reverts with empty data or with a code of its own', async () => {
    for (const failure of [
      { error: { code: 3, data: '0x', message: 'execution reverted' } },
      { error: { code: -32_603, data: '0x12345678', message: 'reverted' } },
    ] satisfies NodeAnswer[])
      expect(
        (await check({ validateUserOp: failure }).result).verdict,
      ).to.equal('denied')
  })

  it('denies calls that fail after the policy has allowed them', async () => {
    const { error, verdict } = await check({
      execute: revert(
        encodeErrorResult({
          abi: parseAbi(['error Error(string)']),
          args: ['no'],
          errorName: 'Error',
        }),
      ),
    }).result

    expect(verdict).to.equal('denied')
    expect(error?.code).to.equal('CALL_REVERTED')
    expect(error?.category).to.equal('execution')
  })

  it('is not taken in by a target that imitates the module', async () => {
    const { error } = await check({
      execute: revert(
        encodeErrorResult({
          abi: policyValidatorAbi,
          args: [account, agent],
          errorName: 'AgentFrozen',
        }),
      ),
    }).result

    expect(error?.code).to.equal('CALL_REVERTED')
  })

  it('denies where somebody else than the module has answered', async () => {
    // An owner's signer takes the stub for a bad signature and knows no window.
    for (const answer of [
      { authorizer: 1n, validAfter: 0, validUntil: 0 },
      { authorizer: 0n, validAfter: 0, validUntil: 0 },
      { authorizer: 1n, validAfter: noon - 60, validUntil: noon + 239 },
    ]) {
      const { error, verdict } = await check({
        validateUserOp: { result: toAnswer(answer) },
      }).result
      expect([verdict, error?.code]).to.deep.equal([
        'denied',
        'MODULE_NOT_INSTALLED',
      ])
    }
  })

  it('denies where there is no account', async () => {
    const { error, verdict } = await check({
      validateUserOp: { result: '0x' },
    }).result

    expect([verdict, error?.code]).to.deep.equal([
      'denied',
      'ACCOUNT_NOT_DEPLOYED',
    ])
  })

  it('knows nothing when the node fails, and never allows', async () => {
    const failures: (NodeAnswer | Error)[] = [
      { error: { code: -32_603, message: 'internal error' } },
      { error: { code: -32_005, message: 'limit exceeded' } },
      { error: { code: -32_601, message: 'method not found' } },
      { error: { code: -32_000, message: 'header not found' } },
      { error: { code: -32_603, data: '0x', message: 'internal error' } },
      { error: { code: -32_603, message: 'execution reverted' } },
      { error: { code: -32_000, data: '0x', message: 'aborted' } },
      { error: { code: -32_000, message: 'out of gas' } },
      { error: { code: 3, data: '0x', message: 'out of gas' } },
      { error: { code: -32_000, message: 'execution aborted (timeout = 5s)' } },
      { error: { code: 3, message: 'timeout' } },
      new Error('connection lost'),
    ]

    for (const failure of failures)
      for (const answers of [
        { validateUserOp: failure },
        { execute: failure },
      ]) {
        const { error, verdict, violations } = await check(answers).result
        expect(verdict).to.equal('unknown')
        expect(error).to.be.instanceOf(Error)
        expect(violations).to.deep.equal([])
      }
  })

  it('follows no OffchainLookup to the address that a target names', async () => {
    const { requests, result } = check({
      execute: revert(
        concatHex([
          // OffchainLookup(address,string[],bytes,bytes4,bytes) of ERC-3668
          '0x556f1830',
          encodeAbiParameters(
            [
              { type: 'address' },
              { type: 'string[]' },
              { type: 'bytes' },
              { type: 'bytes4' },
              { type: 'bytes' },
            ],
            [account, ['http://127.0.0.1:1/'], '0x', '0x12345678', '0x'],
          ),
        ]),
      ),
    })

    const { error, verdict } = await result
    expect([verdict, error?.code]).to.deep.equal(['denied', 'CALL_REVERTED'])
    expect(
      requests.filter(({ method }) => method === 'eth_call'),
    ).to.have.length(3)
  })

  it('asks as the EntryPoint, with the nonce of the module', async () => {
    const { requests, result } = check({})
    await result

    const asked = requests
      .filter(({ method }) => method === 'eth_call')
      .map(
        ({ params }) =>
          (params as unknown as [{ data: Hex; from?: Hex; to: Hex }])[0],
      )
      .filter(({ to }) => to === account)
    expect(asked.map(({ from }) => from)).to.deep.equal([
      '0x0000000071727De22E5E9d8BAf0edAc6f37da032',
      '0x0000000071727De22E5E9d8BAf0edAc6f37da032',
    ])
    expect(asked[0]?.data).to.include(
      `${pad(account).slice(2)}${policyValidatorAddress.slice(2).toLowerCase()}`,
    )
  })

  it('leaves faults of the caller to the caller', async () => {
    const { client } = createNode({})

    for (const [attempt, expected] of [
      [() => checkCalls(client, { account, agent, calls: [] }), NoCallsError],
      [() => checkCalls(client, { calls }), AgentAccountMissingError],
    ] as const)
      try {
        await attempt()
        expect.fail('a verdict was found')
      } catch (error) {
        expect(error).to.be.instanceOf(expected)
      }
  })
})
