import { encodeFunctionData, erc20Abi } from 'viem'

import { type Places, type Recipe, toCall } from './recipe.ts'

const pay = ({ token }: Places, to: `0x${string}`, amount: number) => ({
  data: encodeFunctionData({
    abi: erc20Abi,
    args: [to, BigInt(amount)],
    functionName: 'transfer',
  }),
  to: token,
  value: 0n,
})
const give = (to: `0x${string}`, value: number) =>
  ({ data: '0x', to, value: BigInt(value) }) as const

/** Whom a policy lets pay tokens: one of these in each. */
export const payees: readonly Recipe[] = [
  {
    name: 'one recipient',
    build: (places, draw) => ({
      calls: [pay(places, places.recipient, draw.int(1, 99))],
      permissions: [{ to: [places.recipient], transfer: 'TUSD' }],
    }),
  },
  {
    name: 'a list of recipients',
    build: (places, draw) => ({
      calls: [pay(places, draw.pick([places.recipient, places.stranger]), 7)],
      permissions: [
        {
          to: [places.recipient, places.stranger, places.recorder],
          transfer: 'TUSD',
        },
      ],
    }),
  },
  {
    name: 'recipients in a blob of their own',
    build: (places, draw) => ({
      calls: [pay(places, places.recipient, draw.int(1, 99))],
      permissions: [{ to: 'payees', transfer: 'TUSD' }],
      sets: {
        payees: {
          external: true,
          members: [places.recipient, places.stranger],
        },
      },
    }),
  },
  {
    name: 'anybody but a few',
    build: (places, draw) => ({
      calls: [pay(places, places.recipient, draw.int(1, 99))],
      permissions: [
        {
          except: [places.stranger, places.recorder],
          to: 'any',
          transfer: 'TUSD',
        },
      ],
    }),
  },
  {
    name: 'anybody',
    build: (places, draw) => ({
      calls: [pay(places, places.stranger, draw.int(1, 99))],
      permissions: [{ to: 'any', transfer: 'TUSD' }],
    }),
  },
  {
    name: 'a group, by agent and by account',
    build: (places, draw) => ({
      calls: [pay(places, places.recipient, draw.int(1, 99))],
      groups: ['payroll'],
      limits: [
        {
          amount: '90',
          asset: 'TUSD',
          group: 'payroll',
          per: draw.pick(['day', 'week', 'lifetime']),
        },
        {
          group: 'payroll',
          operations: draw.int(20, 40),
          per: 'month',
          scope: 'account',
        },
      ],
      permissions: [
        { group: 'payroll', to: [places.recipient], transfer: 'TUSD' },
      ],
    }),
  },
  {
    name: 'tokens moved by transferFrom',
    build: (places, draw) => ({
      calls: [
        toCall(
          places.token,
          'transferFrom(address from, address to, uint256 amount)',
          [places.account, places.recipient, BigInt(draw.int(1, 99))],
        ),
      ],
      permissions: [{ to: [places.recipient], transferFrom: 'TUSD' }],
    }),
  },
]

/** Whom a policy lets pay the native asset: one of these in each. */
export const nativePayees: readonly Recipe[] = [
  {
    name: 'one recipient of value',
    build: ({ recipient }, draw) => ({
      calls: [give(recipient, draw.int(1, 99))],
      permissions: [{ to: [recipient], transfer: 'ETH' }],
    }),
  },
  {
    name: 'a set of recipients of value',
    build: ({ recipient, stranger }, draw) => ({
      calls: [give(stranger, draw.int(1, 99))],
      permissions: [{ max: '0.5', to: 'friends', transfer: 'ETH' }],
      sets: {
        friends: {
          external: draw.pick([true, false]),
          members: [recipient, stranger],
        },
      },
    }),
  },
  {
    name: 'anybody but a few for value',
    build: ({ recipient, recorder, stranger }, draw) => ({
      calls: [give(recipient, draw.int(1, 99))],
      permissions: [
        { except: [stranger, recorder], to: 'any', transfer: 'ETH' },
      ],
    }),
  },
  {
    name: 'anybody for value',
    build: ({ stranger }, draw) => ({
      calls: [give(stranger, draw.int(1, 99))],
      permissions: [{ to: 'any', transfer: 'ETH' }],
    }),
  },
]
