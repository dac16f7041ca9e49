import type { Address } from 'viem'

import type { PolicyDocument } from '../../../src/policy/document/policySchema.ts'
import { createDraw, type Draw } from './draw.ts'
import { extras } from './extras.ts'
import { nativePayees, payees } from './payees.ts'
import type { Part, Places, Recipe, SampleCall } from './recipe.ts'
import { ventures } from './ventures.ts'

/** How operations that spend get to run, and which of limits and permissions says so. */
export const ways = [
  { action: undefined, by: undefined },
  { action: 'notify', by: 'limit' },
  { action: 'notify', by: 'permission' },
  { action: 'delay', by: 'limit' },
  { action: 'delay', by: 'permission' },
  { action: 'approval', by: 'limit' },
  { action: 'approval', by: 'permission' },
] as const
export type Way = (typeof ways)[number]

export type Plan = {
  name: string
  recipes: readonly Recipe[]
  /** Seeds the choices within the recipes. */
  seed: number
  /** Whether a single call is sent, beside the batch of all. */
  single: boolean
  way: Way
}

const mostRandom = 2

/**
 * Policies that between them have every recipe and every way, dealt as the seed has
 * it; and a few more of any of them together.
 */
export function drawPlans(seed: number): readonly Plan[] {
  const draw = createDraw(seed)
  const [ofTokens, ofValue, ofVentures, ofExtras, ofWays] = [
    draw.shuffle(payees),
    draw.shuffle(nativePayees),
    draw.shuffle(ventures),
    draw.shuffle(extras),
    draw.shuffle(ways),
  ] as const
  const count = Math.max(
    ...[ofTokens, ofValue, ofVentures, ofWays].map(({ length }) => length),
  )
  const at = <item>(items: readonly item[], index: number) =>
    items[index % items.length] as item
  const dealt = Array.from({ length: count }, (_, index) => ({
    recipes: [
      at(ofTokens, index),
      at(ofValue, index),
      at(ofVentures, index),
      ...ofExtras.filter((_, place) => place % count === index),
    ],
    way: at(ofWays, index),
  }))
  const random = Array.from({ length: mostRandom }, () => ({
    recipes: [
      draw.pick(payees),
      draw.pick(nativePayees),
      draw.pick(ventures),
      ...draw.shuffle(extras).slice(0, draw.int(1, 4)),
    ],
    way: draw.pick(ways),
  }))
  return [...dealt, ...random].map(({ recipes, way }, index) => ({
    name: [
      ...recipes.map(({ name }) => name),
      ...(way.action ? [`${way.action} by a ${way.by}`] : []),
    ].join(', '),
    recipes,
    seed: draw.int(0, 2 ** 31),
    single: index % 2 === 0,
    way,
  }))
}

type Permissions = PolicyDocument['permissions']

/** The policy of a plan, and calls that it permits, the first of which pays tokens. */
export function buildPlan(
  { recipes, seed, way }: Plan,
  places: Places,
  approvers: readonly Address[],
): {
  calls: readonly SampleCall[]
  changes: Partial<PolicyDocument>
  sponsored: boolean
} {
  const draw: Draw = createDraw(seed)
  const parts: readonly Part[] = recipes.map(({ build }) => build(places, draw))
  const join = <key extends 'calls' | 'groups' | 'limits' | 'permissions'>(
    key: key,
  ) =>
    parts.flatMap((part) => [...(part[key] ?? [])]) as NonNullable<
      Part[key]
    >[number][]
  const sponsored = parts.some((part) => part.sponsored)
  const schedule = parts.find((part) => part.schedule)?.schedule
  const groups = join('groups')
  const [paying = 0] = parts.map((part) => part.permissions?.length)
  const { action, by } = way

  const changes: Partial<PolicyDocument> = {
    assets: Object.assign(
      {
        ETH: { type: 'native' },
        TUSD: { address: places.token, decimals: 6, type: 'erc20' },
        ...(recipes.some((recipe) => usesWrapped.has(recipe.name))
          ? { WETH: { address: places.weth, decimals: 18, type: 'erc20' } }
          : {}),
      },
      ...parts.map((part) => part.assets),
    ),
    gas: {
      maxFeePerGas: '50 gwei',
      maxGas: 8_000_000,
      perDay: '5',
      ...(sponsored ? { paymasters: [places.paymaster] } : {}),
    },
    ...(groups.length > 0 ? { groups } : {}),
    limits: [
      { amount: '100', asset: 'TUSD', per: 'day' },
      { amount: '1', asset: 'ETH', per: 'day' },
      ...join('limits'),
      ...(action && by === 'limit'
        ? [{ action, amount: '0', asset: 'TUSD', per: 'operation' } as const]
        : []),
    ],
    maxCalls: 20,
    permissions: join('permissions').map((permission, index) =>
      action && by === 'permission' && index < paying
        ? { ...permission, tier: action }
        : permission,
    ) as Permissions,
    ...(schedule ? { schedule } : {}),
    sets: Object.assign({}, ...parts.map((part) => part.sets)),
    ...(parts.some((part) => part.settlement)
      ? { settlement: 'demanded' }
      : {}),
    ...(action === 'delay' ? { tiers: { delay: '1s', lifetime: '1h' } } : {}),
    ...(action === 'approval'
      ? { tiers: { approvals: { approvers, threshold: 2 } } }
      : {}),
  }
  return { calls: join('calls'), changes, sponsored }
}

const usesWrapped = new Set([
  'uniswapV2',
  'uniswapV3',
  'wrapping and unwrapping',
])
