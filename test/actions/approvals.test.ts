import { expect } from 'chai'
import { createWalletClient, custom, type Hex, pad, recoverAddress } from 'viem'
import { privateKeyToAccount, toAccount } from 'viem/accounts'
import { mainnet } from 'viem/chains'

import {
  getApprovalCalls,
  toApprovalRequest,
} from '../../src/actions/approvals/approvalRequests.ts'
import { signApproval } from '../../src/actions/approvals/signApproval.ts'
import { encodeSetApprovalCall } from '../../src/actions/calls/encodeSetApprovalCall.ts'
import {
  ApprovalRequestInvalidError,
  ApproverSignatureInvalidError,
  WalletAccountMissingError,
} from '../../src/actions/errors.ts'
import type { ApprovalRequest } from '../../src/types/approval.ts'
import { getError } from '../e2e/sdkStack.ts'

const approver = privateKeyToAccount(pad('0xa11ce'))
const target = '0x4444444444444444444444444444444444444444'
const request = toApprovalRequest({
  account: '0x1111111111111111111111111111111111111111',
  agent: '0x2222222222222222222222222222222222222222',
  approvers: [{ address: approver.address, name: 'alice' }],
  calls: [{ data: '0x1234', to: target, value: '5' }],
  chainId: 1,
  deadline: 1_800_000_000,
  nonce: `${2n ** 200n}`,
  threshold: 1,
  validator: '0x3333333333333333333333333333333333333333',
})
const [call] = request.calls as [ApprovalRequest['calls'][0]]

/** A client of no node: signing by a key asks for none. */
const createClient = (account?: ReturnType<typeof toAccount>) =>
  createWalletClient({
    account,
    chain: mainnet,
    transport: custom({
      request: async () => {
        throw new Error('Nothing is to be asked.')
      },
    }),
  })

describe('an approval request', () => {
  it('is JSON as it is, and gives back its calls', () => {
    const copy = JSON.parse(JSON.stringify(request)) as ApprovalRequest
    expect(copy).to.deep.equal(request)
    expect(getApprovalCalls(copy)).to.deep.equal([
      { data: '0x1234', to: target, value: 5n },
    ])
  })

  it('is signed by a key or by a wallet', async () => {
    const client = createClient()
    const approval = await signApproval(client, { approver, request })
    expect(approval).to.deep.include({
      approver: approver.address,
      digest: request.digest,
    })
    expect(
      await recoverAddress({
        hash: request.digest,
        signature: approval.signature as Hex,
      }),
    ).to.equal(approver.address)
    expect(
      await signApproval(createClient(approver), { request }),
    ).to.deep.equal(approval)

    // What a wallet is handed is the request's own typed data.
    const wallet = createWalletClient({
      account: approver.address,
      transport: custom({
        request: async ({ method, params }) => {
          expect(method).to.equal('eth_signTypedData_v4')
          const typedData = JSON.parse(params[1])
          expect(typedData.message).to.deep.equal(request.typedData.message)
          return approver.signTypedData(typedData)
        },
      }),
    })
    expect(await signApproval(wallet, { request })).to.deep.equal(approval)
  })

  it('is not signed where it says two things', async () => {
    const changes: readonly (readonly [Partial<ApprovalRequest>, string])[] = [
      [{ calls: [{ ...call, value: '6' }] }, 'callsHash'],
      [{ calls: [{ ...call, data: '0x1235' }] }, 'callsHash'],
      [{ calls: [call, call] }, 'callsHash'],
      [{ nonce: '1' }, 'digest'],
      [{ deadline: request.deadline + 1 }, 'digest'],
      [{ agent: target }, 'digest'],
      [{ account: target }, 'digest'],
      [{ validator: target }, 'digest'],
      [{ digest: pad('0x01') }, 'digest'],
      [{ callsHash: pad('0x01') }, 'callsHash'],
      [
        {
          typedData: {
            ...request.typedData,
            message: { ...request.typedData.message, nonce: '1' },
          },
        },
        'typedData',
      ],
      [{ typedData: undefined as never }, 'typedData'],
      // The hash says nothing of what the types do not name.
      [
        {
          typedData: {
            ...request.typedData,
            message: {
              ...request.typedData.message,
              summary: 'Refund to the account',
            } as never,
          },
        },
        'typedData',
      ],
      [
        {
          typedData: {
            ...request.typedData,
            message: {
              ...request.typedData.message,
              calls: request.typedData.message.calls.map((call) => ({
                ...call,
                note: 'Harmless',
              })),
            },
          },
        },
        'typedData',
      ],
      [{ account: '0x12' }, 'account'],
      [{ approvers: undefined as never }, 'approvers'],
      [{ approvers: [] }, 'approvers'],
      [{ calls: [] }, 'calls'],
      [{ calls: [{ ...call, to: '0x' }] }, 'calls[0].to'],
      [{ calls: [{ ...call, data: '0x123' }] }, 'calls[0].data'],
      [{ calls: [{ ...call, value: '-1' }] }, 'calls[0].value'],
      [{ nonce: '0x1' }, 'nonce'],
      [{ nonce: `${2n ** 256n}` }, 'nonce'],
      [{ chainId: 1.5 }, 'chainId'],
      [{ chainId: 2 }, 'digest'],
      [{ deadline: 2 ** 48 }, 'deadline'],
      [{ threshold: 0 }, 'threshold'],
    ]
    for (const [change, field] of changes) {
      const changed = { ...request, ...change }
      const error = await getError(
        signApproval(createClient(), { approver, request: changed }),
      )
      expect(error, field).to.be.instanceOf(ApprovalRequestInvalidError)
      expect(error.message).to.include(`\`${field}\``)
      if (field === 'approvers') continue
      expect(() => encodeSetApprovalCall({ request: changed })).to.throw(
        ApprovalRequestInvalidError,
      )
    }
  })

  it('is signed on its chain, by one whom it lists', async () => {
    const elsewhere = toApprovalRequest({ ...request, chainId: 10 })
    const error = await getError(
      signApproval(createClient(), { approver, request: elsewhere }),
    )
    expect(error.message).to.include('`chainId` is 10')

    const stranger = privateKeyToAccount(pad('0x5'))
    const unlisted = await getError(
      signApproval(createClient(), { approver: stranger, request }),
    )
    expect(unlisted.message).to.include(
      `\`approvers\` does not list ${stranger.address}`,
    )
    expect(
      await getError(signApproval(createClient(), { request })),
    ).to.be.instanceOf(WalletAccountMissingError)
  })

  it('sends a contract, whose signature is none, to setApproval', async () => {
    for (const signature of ['0x1234', await sign()] as const) {
      const contract = toAccount({
        address: approver.address,
        signMessage: async () => '0x',
        signTransaction: async () => '0x',
        signTypedData: async () => signature,
      })
      expect(
        await getError(
          signApproval(createClient(), { approver: contract, request }),
        ),
      ).to.be.instanceOf(ApproverSignatureInvalidError)
    }

    function sign() {
      return privateKeyToAccount(pad('0x5')).sign({ hash: request.digest })
    }
  })
})
