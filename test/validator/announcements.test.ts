import { expect } from 'chai'
import fc from 'fast-check'
import { concatHex, type Hex, keccak256, stringToHex, zeroHash } from 'viem'
import { type Bench, loadBench } from '../helpers/bench.ts'
import { networkHelpers } from '../helpers/network.ts'
import {
  type Call,
  encodeCalls,
  encodeWindow,
  hashWindow,
  packPair,
  signHash,
} from '../helpers/operations.ts'
import { allowPayment, assets, limits, toPolicy } from '../helpers/policies.ts'
import { actions, buildTiers, hashCalls } from '../helpers/tiers.ts'
import { day, noon } from '../helpers/time.ts'
import { buildLimit } from '../policyStore/buildPolicy.ts'

/**
 * The machine of one agent's announcement of one set of calls, INV-36:
 *
 * | state | event | answer | next |
 * | --- | --- | --- | --- |
 * | any | announce, frozen | AgentFrozen | the same |
 * | any | announce | due in `delay`, for `lifetime`, at this version | announced |
 * | none | cancel | AnnouncementUnknown | none |
 * | announced | cancel | | none |
 * | any | an act of the owner | the version rises | the same |
 * | any | execute, frozen | AgentFrozen | the same |
 * | none, or of another version | execute | AnnouncementRequired | the same |
 * | announced | execute, from before it is due | AnnouncementNotDue | announced |
 * | announced | execute, to after it expires | AnnouncementExpired | announced |
 * | announced | execute | runs | none |
 */
type Announced = { due: number; expires: number; version: number }

type Model = {
  announced: (Announced | undefined)[]
  delay: number
  frozen: boolean
  lifetime: number
  now: number
  version: number
}

type Event =
  | { kind: 'announce' | 'cancel'; calls: number }
  | { kind: 'execute'; after: number; calls: number; width: number }
  | { kind: 'freeze' | 'unfreeze' }
  | { kind: 'update'; delay: number; lifetime: number }
  | { kind: 'wait'; seconds: number }

const kinds = 3
const index = fc.nat(kinds - 1)
const arbitraryEvent: fc.Arbitrary<Event> = fc.oneof(
  {
    arbitrary: fc.record({
      calls: index,
      kind: fc.constant('announce' as const),
    }),
    weight: 5,
  },
  {
    arbitrary: fc.record({
      calls: index,
      kind: fc.constant('cancel' as const),
    }),
    weight: 2,
  },
  {
    arbitrary: fc.record({
      after: fc.integer({ max: 40, min: -40 }),
      calls: index,
      kind: fc.constant('execute' as const),
      width: fc.nat(60),
    }),
    weight: 8,
  },
  {
    arbitrary: fc.constantFrom<Event>({ kind: 'freeze' }, { kind: 'unfreeze' }),
    weight: 1,
  },
  {
    arbitrary: fc.record({
      delay: fc.integer({ max: 90, min: 1 }),
      kind: fc.constant('update' as const),
      lifetime: fc.integer({ max: 200, min: 1 }),
    }),
    weight: 1,
  },
  {
    arbitrary: fc.record({
      kind: fc.constant('wait' as const),
      seconds: fc.integer({ max: 60, min: 1 }),
    }),
    weight: 5,
  },
)

/** The window that the event is about. No window spans two days of the gas budget. */
function toWindow(
  { now }: Model,
  { after, width }: Event & { kind: 'execute' },
): readonly [validAfter: number, validUntil: number] {
  const start = now + after
  const end = start + width
  const isOfOneDay = Math.floor(start / day) === Math.floor(end / day)
  return [start, isOfOneDay ? end : start]
}

/** How often each answer was given: a trial in which all is denied proves nothing. */
type Tally = Record<string, number>

const rounds = 1_000

describe('announcements', () => {
  let bench: Bench

  beforeEach(async () => {
    bench = await loadBench()
  })

  const getCalls = (calls: number): readonly Call[] => [
    { to: bench.alice.address, value: 11n + BigInt(calls) },
  ]
  const toDelays = (delay: number, lifetime: number) =>
    toPolicy({
      assets: [assets.native],
      limits: [
        buildLimit(0, { action: actions.delay, amount: 10n, kind: 1 }),
        limits.lifetime(0, 2n ** 100n),
      ],
      permissions: [allowPayment(bench.alice.address, 1_000n)],
      tiers: [buildTiers({ delay, lifetime })],
    })

  /** An operation that the account asks the module about, without an EntryPoint. */
  function sign(
    calls: readonly Call[],
    validAfter: number,
    validUntil: number,
  ) {
    const window = { validAfter, validUntil }
    const userOpHash = keccak256(stringToHex(`${validAfter}-${validUntil}`))
    const digest = hashWindow(
      { chainId: bench.chainId, validator: String(bench.validator.target) },
      userOpHash,
      window,
    )
    const signature = concatHex([
      encodeWindow(bench.agent.address, window),
      signHash(bench.agent.signingKey, digest),
    ])
    const operation = {
      accountGasLimits: zeroHash,
      callData: encodeCalls(calls),
      gasFees: packPair(0n, 0n),
      initCode: '0x' as Hex,
      nonce: bench.toNonceKey() << 64n,
      paymasterAndData: '0x' as Hex,
      preVerificationGas: 0n,
      sender: String(bench.account.target),
      signature,
    }
    return [operation, userOpHash] as const
  }

  /** What the machine answers: an error with its arguments, or nothing. */
  function step(model: Model, event: Event): readonly unknown[] | undefined {
    const agent = bench.agent.address
    const account = bench.account.target
    switch (event.kind) {
      case 'announce': {
        if (model.frozen) return ['AgentFrozen', account, agent]
        const due = model.now + model.delay
        const expires = due + model.lifetime
        model.announced[event.calls] = { due, expires, version: model.version }
        return undefined
      }
      case 'cancel': {
        const hash = hashCalls(getCalls(event.calls))
        if (!model.announced[event.calls])
          return ['AnnouncementUnknown', account, agent, hash]
        model.announced[event.calls] = undefined
        return undefined
      }
      case 'execute': {
        if (model.frozen) return ['AgentFrozen', account, agent]
        const announced = model.announced[event.calls]
        const [validAfter, validUntil] = toWindow(model, event)
        if (!announced || announced.version !== model.version)
          return [
            'AnnouncementRequired',
            hashCalls(getCalls(event.calls)),
            BigInt(model.delay),
          ]
        if (validAfter < announced.due)
          return [
            'AnnouncementNotDue',
            BigInt(validAfter),
            BigInt(announced.due),
          ]
        if (validUntil > announced.expires)
          return [
            'AnnouncementExpired',
            BigInt(validUntil),
            BigInt(announced.expires),
          ]
        model.announced[event.calls] = undefined
        return undefined
      }
      case 'freeze':
      case 'unfreeze':
        model.frozen = event.kind === 'freeze'
        model.version += 1
        return undefined
      case 'update':
        model.delay = event.delay
        model.lifetime = event.lifetime
        model.version += 1
        return undefined
      case 'wait':
        return undefined
    }
  }

  /** Does the same on chain, in the second in which the machine is. */
  async function send(event: Event, before: Model) {
    const owner = bench.by()
    const agent = bench.agent.address
    switch (event.kind) {
      case 'announce':
        return owner.announce(agent, hashCalls(getCalls(event.calls)), '0x')
      case 'cancel':
        return owner.cancelAnnouncement(
          bench.account.target,
          agent,
          hashCalls(getCalls(event.calls)),
        )
      case 'execute': {
        return owner.validateUserOp(
          ...sign(getCalls(event.calls), ...toWindow(before, event)),
        )
      }
      case 'freeze':
        return owner.freeze(agent, before.version)
      case 'unfreeze':
        return owner.unfreeze(agent, before.version)
      case 'update':
        return bench.grant(toDelays(event.delay, event.lifetime))
      case 'wait':
        return undefined
    }
  }

  // INV-36.
  it('keep to their machine, however their events are interleaved', async () => {
    await bench.grant(toDelays(30, 60))
    const tally: Tally = {}
    const model: Model = {
      announced: [],
      delay: 30,
      frozen: false,
      lifetime: 60,
      now: noon + 100,
      version: 1,
    }
    const rows = fc.sample(
      fc.array(arbitraryEvent, { maxLength: 8, minLength: 4 }),
      { numRuns: rounds, seed: 36 },
    )
    for (const events of rows) {
      // Each row begins with an agent that is not frozen.
      const thaw: readonly Event[] = model.frozen ? [{ kind: 'unfreeze' }] : []
      for (const event of [...thaw, ...events]) {
        // Publishing takes a block of its own.
        model.now += event.kind === 'wait' ? event.seconds : 3
        if (event.kind === 'wait') continue
        if (event.kind !== 'update')
          await networkHelpers.time.setNextBlockTimestamp(model.now)
        const before = structuredClone(model)
        const expected = step(model, event)
        const answer = await send(event, before).then(
          () => undefined,
          (failure: { data?: string }) => {
            if (typeof failure.data !== 'string') throw failure
            return bench.parseError(failure.data)
          },
        )
        expect(answer, JSON.stringify(event)).to.deep.equal(expected)
        const name = `${event.kind} ${String(expected?.[0] ?? 'passes')}`
        tally[name] = (tally[name] ?? 0) + 1
      }
    }
    for (const [name, least] of [
      ['announce passes', 500],
      ['cancel passes', 100],
      ['cancel AnnouncementUnknown', 100],
      ['execute passes', 50],
      ['execute AnnouncementNotDue', 50],
      ['execute AnnouncementExpired', 20],
      ['execute AnnouncementRequired', 200],
      ['execute AgentFrozen', 50],
      ['update passes', 100],
    ] as const)
      expect(tally[name], name).to.be.greaterThan(least)
  })
})
