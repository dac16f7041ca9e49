import { concatHex, getAddress, type Hex } from 'viem'

import {
  buildAsset,
  buildCondition,
  buildLimit,
  buildPin,
  buildRule,
  buildSpend,
  buildSwitch,
  type PolicyParts,
} from './buildPolicy.ts'
import {
  alice,
  bob,
  collection,
  erc20,
  erc721,
  erc1155,
  firstRule,
  firstTokenRule,
  items,
  native,
  selectors,
  swap,
  toAlice,
  tokenRules,
  toWord,
  withTokenCall,
  withTransfer,
  word,
} from './samples.ts'
import { useStore } from './useStore.ts'

describe('PolicyStore: token calls', () => {
  const chain = useStore()

  // INV-28.
  describe('forbidden selectors', () => {
    const refuse = (selector: Hex) =>
      chain.expectRefusal(
        { permissions: [{ ...swap, selector }] },
        'SelectorForbidden',
        firstRule,
        selector,
      )

    it('refuses increaseAllowance', () => refuse('0x39509351'))
    it('refuses permit of ERC-2612', () => refuse('0xd505accf'))
    it('refuses permit with a signature of any length', () =>
      refuse('0x9fd5a6cf'))
    it('refuses permit of DAI', () => refuse('0x8fcbaf0c'))
    it('refuses setApprovalForAll', () => refuse('0xa22cb465'))
    it('refuses transferWithAuthorization', () => refuse('0xe3ee160e'))
    it('refuses transferWithAuthorization with a signature of any length', () =>
      refuse('0xcf092995'))
    it('refuses increaseApproval', () => refuse('0xd73dd623'))
    it('refuses approveAndCall with data', () => refuse('0xcae9ca51'))
    it('refuses transferAndCall with data', () => refuse('0x4000aea0'))
    it('refuses transferAndCall of ERC-1363', () => refuse('0x1296ee62'))
    it('refuses approveAndCall of ERC-1363', () => refuse('0x3177029f'))
    it('refuses transferFromAndCall with data', () => refuse('0xc1d34b89'))
    it('refuses transferFromAndCall of ERC-1363', () => refuse('0xd8fbe994'))
    it('refuses send of ERC-777', () => refuse('0x9bd9bbc6'))
    it('refuses operatorSend of ERC-777', () => refuse('0x62ad1b83'))
    it('refuses authorizeOperator of ERC-777', () => refuse('0x959b8c3f'))
    it('refuses safeBatchTransferFrom of ERC-1155', () => refuse('0x2eb2c2d6'))
    it('refuses setOperator of ERC-6909', () => refuse('0x558a7297'))
    it('refuses them on a token', () =>
      chain.expectRefusal(
        withTokenCall(erc20, '0x39509351', buildRule(tokenRules.approve)),
        'SelectorForbidden',
        firstTokenRule,
        '0x39509351',
      ))
    it('refuses them through a set', () =>
      chain.expectRefusal(
        {
          sets: [{ elements: [alice] }],
          setPermissions: [{ ...swap, selector: '0xa22cb465', set: 0 }],
        },
        'SelectorForbidden',
        192n + 33n + 8n,
        '0xa22cb465',
      ))
  })

  // INV-27, INV-28.
  describe('token calls', () => {
    const refuseOn = (
      asset: Hex,
      selector: Hex,
      rule: ReturnType<typeof buildRule>,
      parts: Partial<PolicyParts> = {},
      at = firstTokenRule,
    ) =>
      chain.expectRefusal(
        withTokenCall(asset, selector, rule, parts),
        'TokenCallUnknown',
        at,
        getAddress(`0x${asset.slice(4, 44)}`),
        selector,
      )
    const refuseTransfer = (
      rule: Parameters<typeof buildRule>[0],
      parts: Partial<PolicyParts> = {},
      at = firstTokenRule,
    ) =>
      refuseOn(
        erc20,
        selectors.transfer,
        buildRule({ ...tokenRules.transfer, ...rule }),
        parts,
        at,
      )
    const inSet = buildCondition('in', 0, '0x00')
    const addressSet = { sets: [{ elements: [alice] }] }
    const wordSet = { sets: [{ elements: [word(1)] }] }
    const setSize = 33n

    it('accepts each known call', async () => {
      const { safeTransferFrom, transferFrom } = selectors
      for (const [asset, selector, rule] of [
        [erc20, selectors.transfer, tokenRules.transfer],
        [erc20, transferFrom, tokenRules.transferFrom],
        [erc20, selectors.approve, tokenRules.approve],
        [erc721, transferFrom, tokenRules.itemTransferFrom],
        [erc721, safeTransferFrom, tokenRules.itemTransferFrom],
        [
          erc721,
          selectors.safeTransferFromWithData,
          tokenRules.itemTransferFromWithData,
        ],
        [erc1155, selectors.safeTransferFromId, tokenRules.idTransferFrom],
        [erc20, selectors.withdraw, tokenRules.withdraw],
      ] as const)
        await chain.expectAccepted(
          withTokenCall(asset, selector, buildRule(rule)),
        )

      await chain.expectAccepted(
        withTokenCall(erc20, selectors.deposit, buildRule(tokenRules.deposit), {
          assets: [native, erc20],
          limits: [buildLimit(0), buildLimit(1)],
        }),
      )
    })
    it('accepts every condition on a recipient', async () => {
      const conditions = [
        toAlice,
        buildCondition('equal', 0, word(2n ** 160n - 1n)),
        inSet,
        buildCondition('notIn', 0, '0x00'),
        buildCondition('account', 0),
        buildCondition('address', 0),
      ]
      for (const condition of conditions) {
        const named =
          condition.startsWith('0x07') || condition.startsWith('0x08')
        await chain.expectAccepted(
          withTransfer({ conditions: [condition] }, named ? addressSet : {}),
        )
      }
    })
    it('accepts a set of spenders, and a maximum for each', async () => {
      const maximum = (value: bigint) =>
        buildCondition('atMost', 1, word(value))
      await chain.expectAccepted(
        withTokenCall(
          erc20,
          selectors.approve,
          buildRule({
            ...tokenRules.approve,
            conditions: [inSet, maximum(5n)],
          }),
          addressSet,
        ),
      )
      await chain.expectAccepted(
        withTokenCall(
          erc20,
          selectors.approve,
          buildSwitch(0, [
            {
              value: toWord(alice),
              rule: buildRule({
                ...tokenRules.approve,
                conditions: [maximum(5n)],
              }),
            },
            {
              value: toWord(bob),
              rule: buildRule({
                ...tokenRules.approve,
                conditions: [maximum(9n)],
              }),
            },
          ]),
        ),
      )
    })
    it('accepts a switch on the id, each with its own asset', () =>
      chain.expectAccepted(
        withTokenCall(
          erc1155,
          selectors.safeTransferFromId,
          buildSwitch(
            2,
            [7, 9].map((id, index) => ({
              value: word(id),
              rule: buildRule({
                ...tokenRules.idTransferFrom,
                conditions: tokenRules.idTransferFrom.conditions.slice(0, 2),
                spends: [buildSpend(index, 3)],
              }),
            })),
          ),
          {
            assets: [erc1155, buildAsset(4, items, 9n)],
            limits: [buildLimit(0), buildLimit(1)],
          },
        ),
      ))
    it('accepts conditions on an item, and on the data behind the head', () =>
      chain.expectAccepted(
        withTokenCall(
          erc721,
          selectors.safeTransferFromWithData,
          buildRule({
            ...tokenRules.itemTransferFromWithData,
            conditions: [
              ...tokenRules.itemTransferFromWithData.conditions,
              buildCondition('atMost', 2, word(100)),
              buildPin('pointer', 3, 4, 1),
              buildPin('length', 4, 0, 0),
            ],
          }),
        ),
      ))
    it('accepts withdraw and deposit on what is no asset', async () => {
      await chain.expectAccepted({
        permissions: [{ ...swap, selector: selectors.withdraw }],
      })
      await chain.expectAccepted({
        permissions: [{ ...swap, selector: selectors.deposit }],
      })
    })

    it('refuses a call that is not known', () =>
      refuseOn(erc20, selectors.swap, buildRule()))
    it('refuses the call of another kind of token', async () => {
      await refuseOn(erc721, selectors.transfer, buildRule(tokenRules.transfer))
      await refuseOn(erc721, selectors.approve, buildRule(tokenRules.approve))
      await refuseOn(
        erc20,
        selectors.safeTransferFrom,
        buildRule(tokenRules.itemTransferFrom),
      )
      await refuseOn(
        erc1155,
        selectors.transferFrom,
        buildRule(tokenRules.itemTransferFrom),
      )
    })
    it('refuses each transfer on what is no asset', async () => {
      for (const selector of [
        selectors.transfer,
        selectors.transferFrom,
        selectors.approve,
        selectors.safeTransferFrom,
        selectors.safeTransferFromWithData,
        selectors.safeTransferFromId,
      ])
        await chain.expectRefusal(
          { permissions: [{ ...swap, selector }] },
          'TokenWithoutBudget',
          firstRule,
          selector,
        )
    })
    it('refuses another size of the head', () =>
      refuseTransfer({ headWords: 3 }))
    it('refuses bytes behind the head', () => refuseTransfer({ flags: 0 }))
    it('refuses an exact call that has data', () =>
      refuseOn(
        erc721,
        selectors.safeTransferFromWithData,
        buildRule({ ...tokenRules.itemTransferFromWithData, flags: 1 }),
      ))
    it('refuses a recipient that is not bound', () =>
      refuseTransfer({ conditions: [] }))
    it('refuses a recipient bound by another condition', async () => {
      for (const op of [
        'notEqual',
        'atMost',
        'atLeast',
        'signedAtMost',
        'signedAtLeast',
      ] as const)
        await refuseTransfer({
          conditions: [buildCondition(op, 0, toWord(alice))],
        })
      await refuseTransfer({
        conditions: [
          buildCondition('mask', 0, concatHex([toWord(alice), toWord(alice)])),
        ],
      })
    })
    it('refuses a recipient bound twice', () =>
      refuseTransfer({ conditions: [toAlice, buildCondition('address', 0)] }))
    it('refuses a recipient bound by a condition and the switch', () =>
      refuseOn(
        erc20,
        selectors.transfer,
        buildSwitch(0, [
          { value: toWord(alice), rule: buildRule(tokenRules.transfer) },
        ]),
        {},
        firstTokenRule + 5n + 34n,
      ))
    it('refuses a recipient that is no address', () =>
      refuseTransfer({
        conditions: [buildCondition('equal', 0, word(2n ** 160n))],
      }))
    it('refuses a switch on what is no address', () =>
      refuseOn(
        erc20,
        selectors.transfer,
        buildSwitch(0, [
          {
            value: word(2n ** 160n),
            rule: buildRule({ ...tokenRules.transfer, conditions: [] }),
          },
        ]),
        {},
        firstTokenRule + 5n + 34n,
      ))
    it('refuses a recipient in a set of words', () =>
      refuseTransfer(
        { conditions: [inSet] },
        wordSet,
        firstTokenRule + setSize,
      ))
    it('refuses a recipient outside a set of words', () =>
      refuseTransfer(
        { conditions: [buildCondition('notIn', 0, '0x00')] },
        wordSet,
        firstTokenRule + setSize,
      ))
    it('refuses a spender that is any address', () =>
      refuseOn(
        erc20,
        selectors.approve,
        buildRule({
          ...tokenRules.approve,
          conditions: [buildCondition('address', 0)],
        }),
      ))
    it('refuses a spender outside a set', () =>
      refuseOn(
        erc20,
        selectors.approve,
        buildRule({
          ...tokenRules.approve,
          conditions: [buildCondition('notIn', 0, '0x00')],
        }),
        addressSet,
        firstTokenRule + setSize,
      ))
    it('refuses the account as a spender', () =>
      refuseOn(
        erc20,
        selectors.approve,
        buildRule({
          ...tokenRules.approve,
          conditions: [buildCondition('account', 0)],
        }),
      ))
    it('refuses a spender in a set of words', () =>
      refuseOn(
        erc20,
        selectors.approve,
        buildRule({ ...tokenRules.approve, conditions: [inSet] }),
        wordSet,
        firstTokenRule + setSize,
      ))
    it('refuses tokens of others', async () => {
      for (const [asset, selector, rule] of [
        [erc20, selectors.transferFrom, tokenRules.transferFrom],
        [erc721, selectors.transferFrom, tokenRules.itemTransferFrom],
        [erc721, selectors.safeTransferFrom, tokenRules.itemTransferFrom],
        [
          erc721,
          selectors.safeTransferFromWithData,
          tokenRules.itemTransferFromWithData,
        ],
        [erc1155, selectors.safeTransferFromId, tokenRules.idTransferFrom],
      ] as const) {
        const others = rule.conditions.slice(1)
        await refuseOn(
          asset,
          selector,
          buildRule({ ...rule, conditions: others }),
        )
        await refuseOn(
          asset,
          selector,
          buildRule({ ...rule, conditions: [toAlice, ...others] }),
        )
      }
    })
    it('refuses a switch on the owner of the tokens', () =>
      refuseOn(
        erc20,
        selectors.transferFrom,
        buildSwitch(0, [
          {
            value: toWord(alice),
            rule: buildRule({
              ...tokenRules.transferFrom,
              conditions: tokenRules.transferFrom.conditions.slice(1),
            }),
          },
        ]),
        {},
        firstTokenRule + 5n + 34n,
      ))
    it('refuses an id that is not bound', () =>
      refuseOn(
        erc1155,
        selectors.safeTransferFromId,
        buildRule({
          ...tokenRules.idTransferFrom,
          conditions: tokenRules.idTransferFrom.conditions.slice(0, 2),
        }),
      ))
    it('refuses an id in a set', () =>
      refuseOn(
        erc1155,
        selectors.safeTransferFromId,
        buildRule({
          ...tokenRules.idTransferFrom,
          conditions: [
            ...tokenRules.idTransferFrom.conditions.slice(0, 2),
            buildCondition('in', 2, '0x00'),
          ],
        }),
        { sets: [{ elements: [word(7)] }] },
        firstTokenRule + setSize,
      ))
    it('refuses an id that the spent asset does not have', () =>
      refuseOn(
        erc1155,
        selectors.safeTransferFromId,
        buildRule({
          ...tokenRules.idTransferFrom,
          conditions: [
            ...tokenRules.idTransferFrom.conditions.slice(0, 2),
            buildCondition('equal', 2, word(8)),
          ],
        }),
      ))
    it('refuses a switch on an id that the spent asset does not have', () =>
      refuseOn(
        erc1155,
        selectors.safeTransferFromId,
        buildSwitch(2, [
          {
            value: word(8),
            rule: buildRule({
              ...tokenRules.idTransferFrom,
              conditions: tokenRules.idTransferFrom.conditions.slice(0, 2),
            }),
          },
        ]),
        {},
        firstTokenRule + 5n + 34n,
      ))
    it('refuses no spend', () => refuseTransfer({ spends: [] }))
    it('refuses a second spend', () =>
      refuseTransfer({ spends: [buildSpend(0, 0), buildSpend(0, 1)] }))
    it('refuses a spend of another word', () =>
      refuseTransfer({ spends: [buildSpend(0, 0)] }))
    it('refuses a spend of 1 where there is an amount', () =>
      refuseTransfer({ spends: [buildSpend(0)] }))
    it('refuses a spend of an amount where there is an item', () =>
      refuseOn(
        erc721,
        selectors.transferFrom,
        buildRule({
          ...tokenRules.itemTransferFrom,
          spends: [buildSpend(0, 2)],
        }),
      ))
    it('refuses a spend of another asset', () =>
      refuseTransfer(
        { spends: [buildSpend(0, 1)] },
        { assets: [native, erc20], limits: [buildLimit(0), buildLimit(1)] },
        firstTokenRule + 53n + 32n,
      ))
    it('refuses value', () =>
      refuseTransfer(
        { spends: [buildSpend(1, 1)], valueCap: 1n },
        { assets: [native, erc20], limits: [buildLimit(0), buildLimit(1)] },
        firstTokenRule + 53n + 32n,
      ))
    it('refuses a deposit without value', () =>
      refuseOn(erc20, selectors.deposit, buildRule({ flags: 1 })))
    it('refuses a deposit without the native asset', () =>
      chain.expectRefusal(
        withTokenCall(erc20, selectors.deposit, buildRule(tokenRules.deposit)),
        'RuleInvalid',
        firstTokenRule,
      ))
    it('refuses a deposit with a spend', () =>
      refuseOn(
        erc20,
        selectors.deposit,
        buildRule({ ...tokenRules.deposit, spends: [buildSpend(1)] }),
        { assets: [native, erc20], limits: [buildLimit(0), buildLimit(1)] },
        firstTokenRule + 53n + 32n,
      ))
    it('refuses a withdrawal without a spend', () =>
      refuseOn(
        erc20,
        selectors.withdraw,
        buildRule({ ...tokenRules.withdraw, spends: [] }),
      ))
    it('refuses a call on a collection that is listed with its ids', () =>
      refuseOn(erc1155, selectors.swap, buildRule()))
    it('refuses a call on a token that is listed behind others', () =>
      chain.expectRefusal(
        {
          assets: [erc20, erc721],
          limits: [buildLimit(0), buildLimit(1)],
          permissions: [{ ...swap, target: collection }],
        },
        'TokenCallUnknown',
        firstTokenRule + 53n + 32n,
        getAddress(collection),
        selectors.swap,
      ))
  })
})
