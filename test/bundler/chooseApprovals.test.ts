import { expect } from 'chai'
import { type Client, createPublicClient, custom, type Hex, pad } from 'viem'
import { type PrivateKeyAccount, privateKeyToAccount } from 'viem/accounts'

import { toApprovalRequest } from '../../src/actions/approvals/approvalRequests.ts'
import { signApproval } from '../../src/actions/approvals/signApproval.ts'
import { chooseApprovals } from '../../src/bundler/chooseApprovals.ts'
import type { PolicyError } from '../../src/errors/policyError.ts'
import type { Approval, ApprovalRequest } from '../../src/types/approval.ts'
import { getError } from '../e2e/sdkStack.ts'
import { type Bench, loadBench, toKey } from '../helpers/bench.ts'
import { provider } from '../helpers/network.ts'

const toAscending = (names: readonly string[]) =>
  names
    .map((name) => privateKeyToAccount(toKey(name).privateKey as Hex))
    .sort((one, other) =>
      BigInt(one.address) < BigInt(other.address) ? -1 : 1,
    )

describe('chooseApprovals', () => {
  const keys = toAscending(['ann', 'ben', 'cleo'])
  const [ann, ben, cleo] = keys as [
    PrivateKeyAccount,
    PrivateKeyAccount,
    PrivateKeyAccount,
  ]
  let bench: Bench
  let client: Client
  let request: ApprovalRequest

  beforeEach(async () => {
    bench = await loadBench()
    client = createPublicClient({ transport: custom(provider) })
    request = toApprovalRequest({
      account: String(bench.account.target) as Hex,
      agent: bench.agent.address as Hex,
      approvers: keys.map(({ address }) => ({ address })),
      calls: [{ data: '0x', to: pad('0x77', { size: 20 }), value: '5' }],
      chainId: Number(bench.chainId),
      deadline: 1_900_000_000,
      nonce: '7',
      threshold: 2,
      validator: String(bench.validator.target) as Hex,
    })
  })

  const sign = (approver: PrivateKeyAccount) =>
    signApproval(client, { approver, request })
  /** Says that the approver has approved on chain. */
  const claim = ({ address }: { address: Hex }): Approval => ({
    approver: address,
    digest: request.digest,
  })
  const choose = (
    approvals: readonly Approval[],
    listed: readonly Hex[] | undefined = keys.map(({ address }) => address),
    of = client,
  ) =>
    chooseApprovals(of, {
      approvals,
      context: {},
      listed,
      request,
      threshold: 2,
    })
  const getApprovers = async (...parameters: Parameters<typeof choose>) =>
    (await choose(...parameters)).map(({ approver }) => approver)
  const approveOnChain = async (name: string) => {
    const wallet = toKey(name)
    await bench.impersonate(wallet.address)
    await bench.validator
      .connect(wallet)
      .getFunction('setApproval')
      .send(request.account, request.digest, true)
  }
  const stolen = async (): Promise<Approval> => ({
    ...(await sign(ben)),
    approver: ann.address,
  })

  it('takes good ones of higher addresses before bad ones of lower', async () => {
    expect(
      await getApprovers([await stolen(), await sign(cleo), await sign(ben)]),
    ).to.deep.equal([ben.address, cleo.address])
    expect(
      await getApprovers([claim(ann), await sign(cleo), await sign(ben)]),
    ).to.deep.equal([ben.address, cleo.address])
    const broken = { ...(await sign(ann)), signature: '0x1234' } as const
    expect(
      await getApprovers([broken, await sign(cleo), await sign(ben)]),
    ).to.deep.equal([ben.address, cleo.address])
  })

  it('takes the lowest where all are good', async () => {
    expect(
      await getApprovers(await Promise.all([cleo, ann, ben].map(sign))),
    ).to.deep.equal([ann.address, ben.address])
  })

  it('asks the chain for what has no signature', async () => {
    const given = [claim(ann), await sign(cleo)]
    const before = await getError<PolicyError>(choose(given))
    expect(before.code).to.equal('APPROVAL_INVALID')

    const name = ['ann', 'ben', 'cleo'].find(
      (one) => toKey(one).address === ann.address,
    )
    await approveOnChain(name as string)
    expect(await getApprovers(given)).to.deep.equal([ann.address, cleo.address])
  })

  it('takes the good one of two that one approver has given', async () => {
    const bad = { ...(await sign(cleo)), approver: ben.address }
    const good = await sign(ben)
    for (const given of [
      [bad, good, await sign(ann)],
      [good, claim(ben), await sign(ann)],
    ])
      expect((await choose(given))[1]).to.deep.equal(good)
  })

  it('names whose approval is not good, and why', async () => {
    const stranger = privateKeyToAccount(pad('0x57a46e4'))
    const error = await getError<PolicyError>(
      choose([
        await stolen(),
        claim(ben),
        await sign(cleo),
        claim(stranger),
        claim({ address: request.agent }),
      ]),
    )
    expect(error.code).to.equal('APPROVAL_INVALID')
    expect(error.info).to.deep.include({ given: 1n, threshold: 2n })
    const reasons = new Map(
      error.violations?.map(({ code, info }) => {
        expect(code).to.equal('APPROVAL_REFUSED')
        return [info.approver, info.reason]
      }),
    )
    expect([...reasons.keys()]).to.have.members([
      ann.address,
      ben.address,
      stranger.address,
      request.agent,
    ])
    expect(reasons.get(ann.address)).to.include(ben.address)
    expect(reasons.get(ben.address)).to.include('not approved on chain')
    expect(reasons.get(stranger.address)).to.include('does not list')
    expect(reasons.get(request.agent)).to.include('no approver of its own')
  })

  it('says how many are missing', async () => {
    const one = await sign(ann)
    const error = await getError<PolicyError>(choose([one, one]))
    expect(error.code).to.equal('APPROVAL_REQUIRED')
    expect(error.info).to.deep.include({ given: 1n, threshold: 2n })
  })

  it('leaves to the validator what the node does not tell', async () => {
    const silent = createPublicClient({
      transport: custom({
        request: async () => {
          throw new Error('The node is silent.')
        },
      }),
    })
    expect(
      await getApprovers([claim(ann), await sign(ben)], undefined, silent),
    ).to.deep.equal([ann.address, ben.address])
  })
})
