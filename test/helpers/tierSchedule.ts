import fc from 'fast-check'

/** Calls that an agent may want to make: few, so that operations share them. */
export type WantedCalls = {
  /** Index of the agent. */
  party: number
  amount: number
  /** Whether their execution reverts. */
  fails: boolean
}

/** An operation that makes the calls. */
export type PayAct = WantedCalls & {
  type: 'pay'
  lane: number
  settles: boolean
  /** Seconds from now to the beginning of the window, and from there to its end. */
  starts: number
  lasts: number
  /** Whose approvals are asked for; two of three are enough. */
  approvals: 'none' | 'one' | 'one twice' | 'two' | 'two, one on chain'
  /** Seconds from the end of the window to the deadline. */
  deadline: number
}

/** What a bundler that cannot sign, a guardian and agents do, in any order. */
export type TierAct =
  | PayAct
  | (WantedCalls & { type: 'announce'; lane: number })
  | (WantedCalls & { type: 'cancel'; by: 'guardian' | 'owner' | 'stranger' })
  | {
      type: 'send'
      /** Operations, the newest first: in any order, again and again. */
      picks: readonly number[]
      /** Whether only those are picked that may run, each once. */
      fresh: boolean
      /** In one bundle; or each in its own, in one transaction. */
      by: 'key' | 'contract'
    }
  /** Puts the approvals of one operation behind the signature of another. */
  | { type: 'graft'; pick: number; onto: number }
  | { type: 'own'; party: number; act: 'freeze' | 'unfreeze' | 'grant' }
  | { type: 'wait'; seconds: number }

/** Mostly one of the newest operations. */
const pick = fc.oneof(
  { weight: 6, arbitrary: fc.nat({ max: 3 }) },
  { weight: 1, arbitrary: fc.nat({ max: 30 }) },
)
const wanted = {
  party: fc.constantFrom(0, 0, 1),
  amount: fc.constantFrom(5, 11, 11, 12, 31, 31, 32),
  fails: fc.constantFrom(false, false, false, true),
}
const lane = fc.nat({ max: 2 })

const single: fc.Arbitrary<TierAct> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      type: fc.constant('announce' as const),
      lane,
      ...wanted,
    }),
  },
  {
    weight: 9,
    arbitrary: fc.record({
      type: fc.constant('pay' as const),
      lane,
      settles: fc.boolean(),
      starts: fc.constantFrom(-30, -30, -30, 100),
      lasts: fc.constantFrom(600, 600, 60),
      approvals: fc.constantFrom(
        'none',
        'one',
        'one twice',
        'two',
        'two',
        'two',
        'two, one on chain',
      ),
      deadline: fc.constantFrom(0, 0, 0, 500, -1),
      ...wanted,
    }),
  },
  {
    weight: 10,
    arbitrary: fc.record({
      type: fc.constant('send' as const),
      fresh: fc.constantFrom(true, true, true, false),
      picks: fc.array(pick, { minLength: 1, maxLength: 3 }),
      by: fc.constantFrom('key', 'contract'),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant('graft' as const),
      onto: pick,
      pick,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant('cancel' as const),
      by: fc.constantFrom('guardian', 'owner', 'stranger'),
      ...wanted,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant('own' as const),
      act: fc.constantFrom('freeze', 'unfreeze', 'grant'),
      party: fc.nat({ max: 1 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constant('wait' as const),
      seconds: fc.constantFrom(20, 20, 130, 130, 130, 400),
    }),
  },
)

const plain = {
  approvals: 'none',
  deadline: 0,
  lasts: 60,
  settles: false,
  starts: -30,
  type: 'pay',
} as const
const sendNewest = (picks: readonly number[]): TierAct => ({
  by: 'key',
  fresh: false,
  picks,
  type: 'send',
})

/** What is announced is run when it is due: once, twice, or in one bundle. */
const announced: fc.Arbitrary<TierAct[]> = fc
  .record({
    ...wanted,
    amount: fc.constantFrom(11, 12),
    lane,
    picks: fc.constantFrom([0], [1, 0], [0, 0]),
    // Not yet, in time, and too late.
    seconds: fc.constantFrom(60, 130, 130, 900),
  })
  .map(({ lane, picks, seconds, ...calls }) => [
    { ...calls, lane, type: 'announce' },
    sendNewest([0]),
    { seconds, type: 'wait' },
    { ...plain, ...calls, lane: (lane + 1) % 3 },
    { ...plain, ...calls, lane: (lane + 2) % 3, settles: true },
    sendNewest(picks),
    sendNewest([0]),
    sendNewest([1]),
  ])

/** What is approved is run once, though two operations have one nonce. */
const approved: fc.Arbitrary<TierAct[]> = fc
  .record({
    ...wanted,
    amount: fc.constantFrom(31, 32),
    approvals: fc.constantFrom('two', 'two', 'two, one on chain', 'one twice'),
    lane: fc.constantFrom(0, 2),
    picks: fc.constantFrom([1], [1, 0], [0, 0]),
  })
  .map(({ approvals, lane, picks, ...calls }) => [
    { ...plain, ...calls, approvals, lane, lasts: 600 },
    { ...plain, ...calls, approvals: 'two', lane, lasts: 600 },
    { onto: 0, pick: 1, type: 'graft' },
    sendNewest(picks),
    sendNewest([0]),
    sendNewest([1]),
  ])

/** What is sent at once though it is not to run yet, or lacks an approval. */
const hasty: fc.Arbitrary<TierAct[]> = fc
  .constantFrom<Partial<PayAct>>(
    { amount: 5, starts: 100 },
    { amount: 31, approvals: 'one' },
  )
  .map((act) => [
    { ...plain, amount: 5, fails: false, lane: 0, party: 0, ...act },
    sendNewest([0]),
  ])

/** Schedules of a hostile bundler, under policies with tiers. */
export const arbitraryTierSchedule: fc.Arbitrary<TierAct[]> = fc
  .array(
    fc.oneof(
      { weight: 12, arbitrary: single.map((act) => [act]) },
      { weight: 2, arbitrary: announced },
      { weight: 1, arbitrary: approved },
      { weight: 1, arbitrary: hasty },
    ),
    { minLength: 40, maxLength: 70, size: 'max' },
  )
  .map((acts) => acts.flat())
