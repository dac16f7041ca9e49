import { expect } from 'chai'
import { pad } from 'viem'

import { getOperationStatus } from '../../src/bundler/getOperationStatus.ts'
import {
  createChain,
  nonce,
  now,
  sender,
  toClaim,
  transactionHash,
  userOpHash,
  window,
} from './operationChain.ts'

async function getStatus(chain: Parameters<typeof createChain>[0]) {
  const { account, client } = await createChain(chain)
  return getOperationStatus(client, { account, nonce, userOpHash, window })
}

const used = nonce + 1n

describe('getOperationStatus', () => {
  it("takes the outcome from the EntryPoint's event, not the bundler", async () => {
    expect(
      await getStatus({ claim: toClaim(false), included: [{}] }),
    ).to.deep.equal({ status: 'success', transactionHash })
    expect(
      await getStatus({ claim: toClaim(true), included: [{ success: false }] }),
    ).to.include({ status: 'reverted', transactionHash })
  })

  it('calls nothing settled that the chain has no event of', async () => {
    for (const included of [
      undefined,
      [],
      [{ address: sender } as const],
      [{ hash: pad('0x77') }],
    ])
      expect(
        await getStatus({ claim: toClaim(true), found: [], included }),
      ).to.deep.equal({ status: 'pending' })
  })

  it('finds what the bundler has lost', async () => {
    expect(await getStatus({ included: [{}], nextNonce: used })).to.deep.equal({
      status: 'success',
      transactionHash,
    })
    // The node's logs and its receipt disagree.
    expect(
      await getStatus({ found: [{}], included: [], nextNonce: used }),
    ).to.deep.equal({ status: 'unknown' })
  })

  it('calls it over on evidence only', async () => {
    expect(await getStatus({ nextNonce: used })).to.deep.equal({
      status: 'unknown',
    })
    expect(
      await getStatus({
        found: [{ address: sender, hash: pad('0x77') }],
        nextNonce: used,
      }),
    ).to.deep.equal({ status: 'unknown' })
    expect(
      await getStatus({ found: [{ hash: pad('0x77') }], nextNonce: used }),
    ).to.deep.equal({ status: 'replaced' })
    expect(await getStatus({ time: now + 241 })).to.deep.equal({
      status: 'expired',
    })
  })
})
