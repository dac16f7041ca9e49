import { expect } from 'chai'
import { type Hex, toHex } from 'viem'

import { type Bench, loadBench, toDirtyWord, toKey } from '../helpers/bench.ts'
import { expectDenied } from '../helpers/expectDenied.ts'
import { encodeArguments } from '../helpers/operations.ts'
import {
  allowApprove,
  allowCall,
  allowTransfer,
  allowTransferFrom,
  assets,
  limits,
  readRuleOffset,
  selectors,
  toPolicy,
  toWord,
} from '../helpers/policies.ts'
import {
  buildCondition,
  buildSpend,
  type PermissionParts,
  type PolicyParts,
} from '../policyStore/buildPolicy.ts'

const router = toKey('router').address
const max = 2n ** 256n - 1n

describe('calls that move a token', () => {
  let bench: Bench
  let token: string

  beforeEach(async () => {
    bench = await loadBench()
    token = String(bench.token.target)
  })

  async function grant(
    permissions: readonly PermissionParts[],
    parts: Partial<PolicyParts> = {},
  ) {
    const policy = toPolicy({
      assets: [assets.toErc20(token)],
      limits: [limits.lifetime(0, 100n)],
      ...parts,
      permissions,
    })
    await bench.grant(policy)
    return policy
  }
  const deny = async (
    call: { to: string; data: string },
    error: string,
    args: readonly unknown[],
  ) => expectDenied(bench, await bench.operate({ calls: [call] }), error, args)

  it('spend what transfer, approve and transferFrom move from one budget', async () => {
    await grant([
      allowTransfer(token),
      allowApprove(token, router),
      allowTransferFrom(token),
    ])
    const account = String(bench.account.target)
    await bench.account.execute(
      `0x${'00'.repeat(32)}`,
      `${token}${'00'.repeat(32)}${bench.encodeApprove(account, max).data?.slice(2)}`,
    )

    await bench.act([bench.encodeTransfer(bench.alice.address, 10n)])
    await bench.act([bench.encodeApprove(router, 20n)])
    await bench.act([bench.encodeTransferFrom(account, bench.bob.address, 30n)])

    expect(await bench.getSpent()).to.deep.equal([60n])
    expect(await bench.token.balanceOf(bench.bob.address)).to.equal(30n)
    expect(await bench.token.allowance(account, router)).to.equal(20n)
    await deny(
      bench.encodeTransfer(bench.alice.address, 41n) as {
        to: string
        data: string
      },
      'BudgetExceeded',
      [0, token, 41, 40, 0],
    )
  })

  it('revert when the recipient is not the one of the rule', async () => {
    await grant([
      allowTransfer(token, 0, {
        conditions: [buildCondition('equal', 0, toWord(bench.alice.address))],
      }),
    ])

    await bench.act([bench.encodeTransfer(bench.alice.address, 1n)])
    const call = bench.encodeTransfer(bench.bob.address, 1n)
    await expectDenied(
      bench,
      await bench.operate({ calls: [call] }),
      'RecipientNotAllowed',
      [0, bench.getRule(token, selectors.transfer), token, bench.bob.address],
    )
  })

  it('revert when the recipient is not in the set of the rule', async () => {
    await grant(
      [
        allowTransfer(token, 0, {
          conditions: [buildCondition('in', 0, '0x00')],
        }),
      ],
      { sets: [{ elements: [bench.alice.address.toLowerCase() as Hex] }] },
    )

    await bench.act([bench.encodeTransfer(bench.alice.address, 1n)])
    const call = bench.encodeTransfer(bench.bob.address, 1n)
    await expectDenied(
      bench,
      await bench.operate({ calls: [call] }),
      'RecipientNotAllowed',
      [0, bench.getRule(token, selectors.transfer), token, bench.bob.address],
    )
  })

  it('revert when the recipient has dirty upper bits', async () => {
    const policy = await grant([allowTransfer(token)])
    const word = toDirtyWord(bench.alice.address)

    await deny(
      {
        to: token,
        data: encodeArguments(selectors.transfer, [word, toWord(1n)]),
      },
      'ArgumentNotAllowed',
      [0, readRuleOffset(policy, 0), 0, 11, word],
    )
  })

  it('revert when tokens of somebody else would be moved', async () => {
    await grant([allowTransferFrom(token)])

    const call = bench.encodeTransferFrom(
      bench.bob.address,
      bench.alice.address,
      1n,
    )
    await expectDenied(
      bench,
      await bench.operate({ calls: [call] }),
      'SourceNotAllowed',
      [
        0,
        bench.getRule(token, selectors.transferFrom),
        token,
        bench.bob.address,
      ],
    )
  })

  it('revert when the spender is not the one of the rule', async () => {
    await grant([allowApprove(token, router)])

    const call = bench.encodeApprove(bench.bob.address, 1n)
    await expectDenied(
      bench,
      await bench.operate({ calls: [call] }),
      'SpenderNotAllowed',
      [0, bench.getRule(token, selectors.approve), token, bench.bob.address],
    )
  })

  it('revert when an approval is above the maximum of the spender', async () => {
    await grant([
      allowApprove(token, router, 0, [buildCondition('atMost', 1, toWord(9n))]),
    ])

    await bench.act([bench.encodeApprove(router, 9n)])
    for (const amount of [10n, max])
      await expectDenied(
        bench,
        await bench.operate({ calls: [bench.encodeApprove(router, amount)] }),
        'ApprovalExceedsMax',
        [0, bench.getRule(token, selectors.approve), token, router, amount, 9],
      )
  })

  it('revert when their data is not exactly their arguments', async () => {
    await grant([allowTransfer(token)])
    const { data = '0x' } = bench.encodeTransfer(bench.alice.address, 1n)
    const variants = [
      data.slice(0, -2),
      `${data}00`,
      `${data}${'00'.repeat(32)}`,
      data.slice(0, 10),
      data.slice(0, 10 + 64),
    ]

    for (const variant of variants)
      await deny({ to: token, data: variant }, 'CallDataSizeInvalid', [
        0,
        bench.getRule(token, selectors.transfer),
        variant.length / 2 - 1,
        68,
      ])
  })

  it('revert when another function of the token is called', async () => {
    await grant([allowTransfer(token)])
    const others = [
      '0x095ea7b3',
      '0x23b872dd',
      '0x39509351',
      '0xd505accf',
      '0x8fcbaf0c',
      '0xa22cb465',
      '0xe3ee160e',
      '0x9bd9bbc6',
      '0x1296ee62',
      '0x4000aea0',
      '0xb753a98c',
      '0xf2d5d56b',
      '0xbb35783b',
      '0x40c10f19',
    ]

    for (const selector of others)
      await deny(
        {
          to: token,
          data: encodeArguments(selector, [
            toWord(bench.alice.address),
            toWord(1n),
          ]),
        },
        'SelectorNotAllowed',
        [0, token, selector],
      )
  })

  describe('of a collection', () => {
    let items: string

    beforeEach(async () => {
      const collection = await bench.deployContract('TestCollection')
      items = String(collection.target)
      for (const id of [1n, 2n, 3n])
        await collection.getFunction('mint')(bench.account.target, id)
      await bench.grant(
        toPolicy({
          assets: [assets.toErc721(items)],
          limits: [limits.lifetime(0, 2n)],
          permissions: [
            allowCall(items, selectors.safeTransferFrom, {
              flags: 1,
              headWords: 3,
              spends: [buildSpend(0)],
              conditions: [
                buildCondition('account', 0),
                buildCondition('equal', 1, toWord(bench.alice.address)),
              ],
            }),
          ],
        }),
      )
    })

    const move = (id: bigint, to = bench.alice.address) => ({
      to: items,
      data: encodeArguments(selectors.safeTransferFrom, [
        toWord(String(bench.account.target)),
        toWord(to),
        toWord(id),
      ]),
    })

    it('spend one item each, whatever its id', async () => {
      await bench.act([move(3n), move(1n)])

      expect(await bench.getSpent()).to.deep.equal([2n])
      await deny(move(2n), 'BudgetExceeded', [0, items, 1, 0, 0])
    })

    it('revert when the recipient is another', async () => {
      await deny(move(1n, bench.bob.address), 'RecipientNotAllowed', [
        0,
        bench.getRule(items, selectors.safeTransferFrom),
        items,
        bench.bob.address,
      ])
    })
  })

  describe('of ids with amounts', () => {
    const transferId = '0xf242432a'
    let items: string

    beforeEach(async () => {
      const collection = await bench.deployContract('TestItems')
      items = String(collection.target)
      for (const id of [7n, 8n, 9n])
        await collection.getFunction('mint')(bench.account.target, id, 100n)
      await bench.grant(
        toPolicy({
          assets: [assets.toErc1155(items, 7n)],
          limits: [limits.lifetime(0, 10n)],
          permissions: [
            allowCall(items, transferId, {
              headWords: 5,
              spends: [buildSpend(0, 3)],
              conditions: [
                buildCondition('account', 0),
                buildCondition('address', 1),
                buildCondition('equal', 2, toWord(7n)),
              ],
            }),
          ],
        }),
      )
    })

    const move = (id: bigint, amount: bigint) => ({
      to: items,
      data: encodeArguments(transferId, [
        toWord(String(bench.account.target)),
        toWord(bench.alice.address),
        toWord(id),
        toWord(amount),
        toWord(160n),
        toWord(0n),
      ]),
    })

    it('spend the amount of their id', async () => {
      await bench.act([move(7n, 4n), move(7n, 5n)])

      expect(await bench.getSpent()).to.deep.equal([9n])
      await deny(move(7n, 2n), 'BudgetExceeded', [0, items, 2, 1, 0])
    })

    it('revert when the id is another', async () => {
      for (const id of [0n, 8n, 7n | (1n << 255n)]) {
        const policyRule = 192 + 53 + 32 + 27
        await deny(move(id, 1n), 'ArgumentNotAllowed', [
          0,
          policyRule,
          2,
          1,
          toHex(id, { size: 32 }),
        ])
      }
    })
  })

  describe('of wrapped native tokens', () => {
    let wrapped: string

    beforeEach(async () => {
      wrapped = String((await bench.deployContract('TestWrappedNative')).target)
      await bench.grant(
        toPolicy({
          assets: [assets.native, assets.toErc20(wrapped)],
          limits: [limits.lifetime(0, 100n), limits.lifetime(1, 50n)],
          permissions: [
            allowCall(wrapped, '0xd0e30db0', { flags: 1, valueCap: 100n }),
            allowCall(wrapped, '0x2e1a7d4d', {
              flags: 1,
              headWords: 1,
              spends: [buildSpend(1, 0)],
            }),
          ],
        }),
      )
    })

    it('spend native value in and tokens out', async () => {
      await bench.act([
        { to: wrapped, data: '0xd0e30db0', value: 60n },
        { to: wrapped, data: encodeArguments('0x2e1a7d4d', [toWord(50n)]) },
      ])

      expect(await bench.getSpent()).to.deep.equal([60n, 50n])
    })

    it('revert when either is more than its budget', async () => {
      const deposit = { to: wrapped, data: '0xd0e30db0', value: 60n }
      await expectDenied(
        bench,
        await bench.operate({ calls: [deposit, deposit] }),
        'BudgetExceeded',
        [0, `0x${'00'.repeat(20)}`, 120, 100, 0],
      )
      await deny(
        { to: wrapped, data: encodeArguments('0x2e1a7d4d', [toWord(51n)]) },
        'BudgetExceeded',
        [1, wrapped, 51, 50, 0],
      )
    })
  })
})
