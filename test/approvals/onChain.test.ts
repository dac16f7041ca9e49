import { expect } from 'chai'
import {
  createPublicClient,
  createWalletClient,
  http,
  pad,
  parseEther,
} from 'viem'
import { privateKeyToAccount } from 'viem/accounts'

import { encodeSetApprovalCall } from '../../src/actions/calls/encodeSetApprovalCall.ts'
import { createApprovalStore } from '../../src/approvals/index.ts'
import { type LocalChain, startLocalChain } from '../../src/local/index.ts'
import { createTierStack } from '../e2e/tierStack.ts'
import { stopConforming } from '../helpers/stopConforming.ts'
import {
  approvers,
  catchRefusal,
  createRequest,
  now,
  useDirectory,
} from './requests.ts'

describe('approvals on chain', () => {
  const place = useDirectory()
  let localChain: LocalChain<'0.7' | '0.8'>
  before(async () => {
    localChain = await startLocalChain()
  })
  after(() => stopConforming(localChain))

  it('are recognised of a contract, once the chain has them and while it has', async () => {
    const { client, vault, vaultAccount } = await createTierStack({
      localChain,
      salt: pad('0x51'),
      version: '0.7',
    })
    const { address } = vaultAccount
    const request = createRequest({ approvers: [{ address }], threshold: 1 })
    const { digest } = request
    const store = createApprovalStore(place)
    store.request({ held: [], request, timestamp: now })
    const approve = () =>
      store.approve({
        approval: { approver: address, digest },
        client,
        timestamp: now,
      })
    const funding = await fund(localChain, address)
    await client.waitForTransactionReceipt({ hash: funding })
    const set = async (approved: boolean) => {
      const hash = await vault.sendUserOperation({
        calls: [encodeSetApprovalCall({ approved, request })],
      })
      const { success } = await vault.waitForUserOperationReceipt({ hash })
      expect(success).to.equal(true)
    }

    for (const approved of [undefined, true, false]) {
      if (approved !== undefined) await set(approved)
      if (approved) continue
      const error = await catchRefusal(approve)
      expect(error.code).to.equal('APPROVAL_REFUSED')
      expect(error.message).to.include('not approved on chain')
    }
    await set(true)
    expect((await approve()).decisions).to.deep.equal([
      {
        approver: address,
        decidedAt: now,
        decision: 'approved',
        onChain: true,
      },
    ])
    expect(store.resume({ digest, timestamp: now }).approvals).to.deep.equal([
      { approver: address, digest },
    ])
    store.close()
  })

  it('are not asked of another chain, and denied when the node is silent', async () => {
    const store = createApprovalStore(place)
    const request = createRequest({ chainId: 1 })
    store.request({ held: [], request, timestamp: now })
    const getCode = async (url: string) => {
      const error = await catchRefusal(() =>
        store.approve({
          approval: { approver: approvers[0].address, digest: request.digest },
          client: createPublicClient({
            transport: http(url, { retryCount: 0 }),
          }),
          timestamp: now,
        }),
      )
      return error.code
    }
    expect(await getCode(localChain.rpcUrl)).to.equal('CHAIN_MISMATCH')
    expect(await getCode('http://127.0.0.1:1')).to.equal('RPC_UNAVAILABLE')
    expect(store.get({ digest: request.digest })?.state).to.equal('pending')
    store.close()
  })
})

async function fund(
  { accounts, chain, rpcUrl }: LocalChain<'0.7' | '0.8'>,
  to: `0x${string}`,
) {
  return createWalletClient({
    account: privateKeyToAccount(accounts.deployer.privateKey),
    chain,
    transport: http(rpcUrl),
  }).sendTransaction({ to, value: parseEther('1') })
}
