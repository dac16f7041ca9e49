import fc from 'fast-check'

/** An operation that an agent signs: within its policy or beyond it. */
export type SignAct = {
  type: 'sign'
  /** Index of the agent and account. */
  party: number
  lane: number
  spends: 'native' | 'token' | 'allowance' | 'both'
  amount: number
  settles: boolean
  /** Whether its execution reverts. */
  fails: boolean
  /** Seconds from now to the beginning of the window, and from there to its end. */
  starts: number
  lasts: number
}

/** What a bundler changes of an operation. */
export type Change =
  | 'agent'
  | 'calls'
  | 'fee'
  | 'lane'
  | 'paymaster'
  | 'tail'
  | 'window'

/** What a bundler does with the operations that it has been given. */
export type Act =
  | SignAct
  | {
      type: 'send'
      /** Operations, the newest first: in any order, again and again. */
      picks: readonly number[]
      /** Whether only those are picked that may run, each once. */
      fresh: boolean
      by: 'key' | 'contract' | 'contract that is paid'
    }
  | {
      type: 'tamper'
      pick: number
      change: Change
    }
  | { type: 'call'; pick: number }
  | {
      type: 'own'
      party: number
      act: 'freeze' | 'unfreeze' | 'grant' | 'revoke and grant'
      pick: number
      /** Where in the bundle of the owner's operation the picked one stands. */
      order: 'alone' | 'before' | 'behind'
    }
  | { type: 'wait'; seconds: number }

/** Mostly one of the newest operations. */
const pick = fc.oneof(
  { weight: 5, arbitrary: fc.nat({ max: 3 }) },
  { weight: 1, arbitrary: fc.nat({ max: 40 }) },
)

const sign: fc.Arbitrary<Act> = fc.record({
  type: fc.constant('sign' as const),
  party: fc.constantFrom(0, 0, 1, 2),
  lane: fc.nat({ max: 3 }),
  spends: fc.constantFrom('native', 'token', 'allowance', 'both'),
  amount: fc.oneof(
    { weight: 4, arbitrary: fc.integer({ min: 0, max: 45 }) },
    { weight: 4, arbitrary: fc.integer({ min: 45, max: 60 }) },
    { weight: 1, arbitrary: fc.constantFrom(61, 100, 101) },
  ),
  settles: fc.constantFrom(true, true, false),
  fails: fc.constantFrom(false, false, false, true),
  starts: fc.constantFrom(-30, -30, -30, -30, 200),
  lasts: fc.constantFrom(600, 600, 60),
})

/** Schedules of a hostile bundler. */
export const arbitrarySchedule: fc.Arbitrary<Act[]> = fc.array(
  fc.oneof(
    { weight: 8, arbitrary: sign },
    {
      weight: 8,
      arbitrary: fc.record({
        type: fc.constant('send' as const),
        fresh: fc.constantFrom(true, true, true, false),
        picks: fc.array(pick, { minLength: 1, maxLength: 4 }),
        by: fc.constantFrom('key', 'key', 'contract', 'contract that is paid'),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        type: fc.constant('tamper' as const),
        pick,
        change: fc.constantFrom(
          'window',
          'agent',
          'tail',
          'fee',
          'calls',
          'paymaster',
          'lane',
        ),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ type: fc.constant('call' as const), pick }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        type: fc.constant('own' as const),
        party: fc.nat({ max: 2 }),
        act: fc.constantFrom(
          'freeze',
          'unfreeze',
          'unfreeze',
          'grant',
          'revoke and grant',
        ),
        pick,
        order: fc.constantFrom('alone', 'before', 'behind'),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        type: fc.constant('wait' as const),
        seconds: fc.constantFrom(20, 20, 120, 3_600, 86_400),
      }),
    },
  ),
  { minLength: 30, maxLength: 60, size: 'max' },
)
