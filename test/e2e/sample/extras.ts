import { type Recipe, toCall } from './recipe.ts'

const days = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
const act = `act(${[
  'uint256 equal',
  'uint256 not',
  'uint256 most',
  'uint256 least',
  'int256 signedMost',
  'int256 signedLeast',
  'uint256 listed',
  'uint256 unlisted',
  'address friend',
  'address noFriend',
  'uint256 masked',
  'address own',
  'address any',
].join(', ')})`
const text = 'a text that is longer than one word is'

/** What policies have beside; any of them together. */
export const extras: readonly Recipe[] = [
  {
    name: 'budgets of fixed periods',
    build: (_, draw) => ({
      limits: [
        { amount: '90', asset: 'TUSD', per: 'hour' },
        { amount: '90', asset: 'TUSD', per: 'week', scope: 'account' },
        {
          amount: '90',
          asset: 'TUSD',
          per: { every: `${draw.int(1, 40)}d`, from: '2026-01-01' },
        },
      ],
    }),
  },
  {
    name: 'budgets of an operation, a month and a lifetime',
    build: (_, draw) => ({
      limits: [
        { amount: '90', asset: 'TUSD', per: 'operation' },
        {
          amount: '90',
          asset: 'TUSD',
          per: 'month',
          scope: draw.pick(['agent', 'account']),
        },
        { amount: '90', asset: 'TUSD', per: 'lifetime', scope: 'account' },
        { amount: '1', asset: 'ETH', per: 'lifetime' },
      ],
    }),
  },
  {
    name: 'a rolling amount',
    build: (_, draw) => ({
      limits: [
        {
          amount: '90',
          asset: 'TUSD',
          per: { rolling: `${draw.int(1, 48)}h` },
        },
      ],
    }),
  },
  {
    name: 'a rolling number of operations',
    build: (_, draw) => ({
      limits: [
        {
          operations: draw.int(9, 1000),
          per: { rolling: `${draw.int(1, 48)}h` },
          scope: draw.pick(['agent', 'account']),
        },
      ],
    }),
  },
  {
    name: 'numbers of operations, and gas',
    build: () => ({
      limits: [
        { operations: 100, per: 'day' },
        { operations: 100, per: 'lifetime' },
        { gas: '2', per: 'month', scope: 'account' },
        { gas: '5', per: 'lifetime' },
      ],
    }),
  },
  {
    name: 'items of a collection',
    build: ({ account, collection, recipient }, draw) => ({
      assets: { PUNK: { address: collection, type: 'erc721' } },
      calls: [
        toCall(
          collection,
          'safeTransferFrom(address from, address to, uint256 id)',
          [account, recipient, BigInt(account)],
        ),
      ],
      limits: [
        { amount: '3', asset: 'PUNK', per: draw.pick(['day', 'lifetime']) },
      ],
      permissions: [{ to: [recipient], transfer: 'PUNK' }],
    }),
  },
  {
    name: 'amounts of an id',
    build: ({ account, items, recipient }, draw) => ({
      assets: {
        GOLD: { address: items, decimals: 2, id: '5', type: 'erc1155' },
      },
      calls: [
        toCall(
          items,
          'safeTransferFrom(address from, address to, uint256 id, uint256 amount, bytes data)',
          [account, recipient, 5n, BigInt(draw.int(1, 99)), '0x'],
        ),
      ],
      limits: [{ amount: '3', asset: 'GOLD', per: 'week' }],
      permissions: [{ to: [recipient], transfer: 'GOLD' }],
    }),
  },
  {
    name: 'every comparison of an argument',
    build: ({ account, recipient, recorder, stranger }, draw) => ({
      calls: [
        toCall(recorder, act, [
          1n,
          2n,
          BigInt(draw.int(0, 5)),
          BigInt(draw.int(5, 99)),
          BigInt(draw.int(-9, -3)),
          BigInt(draw.int(-7, 7)),
          BigInt(draw.pick([1, 2, 9])),
          4n,
          recipient,
          stranger,
          0x1203n,
          account,
          stranger,
        ]),
      ],
      permissions: [
        {
          call: recorder,
          function: act,
          where: {
            any: { is: 'address' },
            equal: 1,
            friend: { in: [recipient, recorder] },
            least: { atLeast: 5 },
            listed: { in: [1, 2, 9] },
            masked: { mask: { and: 255, equals: 3 } },
            most: { atMost: 5 },
            noFriend: { notIn: [recipient, recorder] },
            not: { not: 1 },
            own: 'account',
            signedLeast: { atLeast: -7 },
            signedMost: { atMost: -3 },
            unlisted: { notIn: 'modes' },
          },
        },
      ],
      sets: {
        modes: { external: true, values: [1, 2, '0x03'] },
      },
    }),
  },
  {
    name: 'texts and arrays, on several contracts',
    build: ({ otherRecorder, recipient, recorder, stranger }, draw) => ({
      calls: [
        toCall(
          draw.pick([recorder, otherRecorder]),
          'note(string text, address[] path)',
          [text, [recipient, stranger]],
        ),
      ],
      permissions: [
        {
          call: { set: [recorder, otherRecorder] },
          function: 'note(string text, address[] path)',
          where: { path: [recipient, 'any'], text },
        },
      ],
    }),
  },
  {
    name: 'value and a spend of a call',
    build: ({ recorder }, draw) => ({
      calls: [
        toCall(
          recorder,
          'buy(uint256 amount)',
          [BigInt(draw.int(1, 99))],
          BigInt(draw.int(1, 99)),
        ),
      ],
      permissions: [
        {
          call: recorder,
          function: 'buy(uint256 amount)',
          spends: [{ amount: 'amount', asset: 'TUSD' }],
          value: '0.5',
        },
      ],
    }),
  },
  {
    name: 'a schedule',
    build: (_, draw) => ({
      schedule: {
        blackouts: [
          { from: '2026-01-01', until: '2026-01-02' },
          { from: '2099-01-01', until: `2099-01-0${draw.int(2, 9)}` },
        ],
        weekly: [{ days: [...days], from: '00:00', to: '24:00' }],
      },
    }),
  },
  { name: 'a paymaster', build: () => ({ sponsored: true }) },
  {
    name: 'a settlement that is demanded',
    build: () => ({ settlement: 'demanded' }),
  },
]
