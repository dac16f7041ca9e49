import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect } from 'chai'
import fc from 'fast-check'
import { type Hash, zeroAddress } from 'viem'

import {
  type ApprovalAct,
  type ApprovalState,
  approvalTransitions,
  createApprovalStore,
  openStates,
} from '../../src/approvals/index.ts'
import { isPolicyError } from '../../src/errors/policyError.ts'
import {
  account,
  approve,
  approvers,
  createRequest,
  now,
  useDirectory,
} from './requests.ts'

const eth = { address: zeroAddress, id: 0n, kind: 'native' } as const
const chainId = 31_337

/** Events that each act lays down; of `complete`, beside those of `approve`. */
const eventsOf: {
  readonly [act in ApprovalAct | 'create']: readonly string[]
} = {
  approve: ['decision_submitted'],
  cancel: ['cancelled'],
  complete: ['decision_submitted', 'approved'],
  create: ['created'],
  deny: ['decision_submitted', 'denied'],
  expire: ['expired'],
  fail: [],
  land: [],
  send: [],
}

/** Ends after `lifetime` seconds each; the second one is of one approver. */
const requests = [
  { lifetime: 40, threshold: 2 },
  { lifetime: 60, threshold: 1 },
  { lifetime: 80, threshold: 3 },
].map(({ lifetime, threshold }, index) => ({
  amount: 10n ** BigInt(index),
  request: createRequest({
    deadline: now + lifetime,
    nonce: `${index}`,
    threshold,
  }),
}))

/** What the store must say of a request. */
type Model = {
  approvedBy: Set<number>
  deadline: number
  history: { act: string; at: number; state: ApprovalState }[]
  state: ApprovalState
}

/** How often each act is tried; with fewer ends, more is seen on the way. */
const weights = {
  approve: 6,
  cancel: 1,
  deny: 1,
  expire: 1,
  fail: 2,
  land: 2,
  request: 5,
  send: 3,
  wait: 3,
}

const steps = fc.array(
  fc.record({
    act: fc.oneof(
      ...Object.entries(weights).map(([act, weight]) => ({
        arbitrary: fc.constant(act as keyof typeof weights),
        weight,
      })),
    ),
    approver: fc.nat(2),
    index: fc.nat(2),
    seconds: fc.nat(25),
  }),
  { maxLength: 50, minLength: 25, size: 'max' },
)

describe('approvalTransitions', () => {
  it('is what the store does, whatever comes in whatever order', async function () {
    this.timeout(120_000)
    const approvals = await Promise.all(
      requests.map(({ request }) =>
        Promise.all(approvers.map((approver) => approve(request, approver))),
      ),
    )
    const reached = new Set<string>()

    await fc.assert(
      fc.asyncProperty(steps, async (sequence) => {
        const directory = mkdtempSync(join(tmpdir(), 'mandate-test-'))
        const stores = [
          createApprovalStore({ directory }),
          createApprovalStore({ directory }),
        ] as const
        const models = new Map<Hash, Model>()
        const events: string[] = []
        let timestamp = now

        /** Moves the model as the table says. False where it cannot. */
        function move(digest: Hash, act: ApprovalAct): boolean {
          const model = models.get(digest)
          const state = model && approvalTransitions[model.state][act]
          if (!model || !state) return false
          reached.add(`${model.state} ${act}`)
          model.state = state
          model.history.push({ act, at: timestamp, state })
          events.push(...eventsOf[act].map((name) => `${digest} ${name}`))
          return true
        }
        const expireLate = (digest: Hash) => {
          const model = models.get(digest)
          if (model && timestamp > model.deadline) move(digest, 'expire')
        }

        try {
          for (const [number, step] of sequence.entries()) {
            const { act, approver, index, seconds } = step
            const { amount, request } = requests[index] as (typeof requests)[0]
            const { digest } = request
            const store = stores[number % 2 === 0 ? 0 : 1]
            const reason = 'For a test.'
            const address = (approvers[approver] as (typeof approvers)[0])
              .address

            let isExpected = true
            let run: () => unknown = () => {}
            if (act === 'wait') timestamp += seconds
            else if (act === 'expire') {
              for (const { request } of requests) expireLate(request.digest)
              run = () => store.expire({ chainId, timestamp })
            } else if (act === 'request') {
              if (!models.has(digest) && timestamp > request.deadline)
                isExpected = false
              else if (!models.has(digest)) {
                models.set(digest, {
                  approvedBy: new Set(),
                  deadline: request.deadline,
                  history: [{ act: 'create', at: timestamp, state: 'pending' }],
                  state: 'pending',
                })
                events.push(`${digest} created`)
              }
              const held = [{ amount, asset: eth }]
              run = () => store.request({ held, request, timestamp })
            } else {
              expireLate(digest)
              const model = models.get(digest)
              if (act === 'approve') {
                const isNew = model && !model.approvedBy.has(approver)
                const isLast =
                  model?.state === 'pending' &&
                  model.approvedBy.size + 1 >= request.threshold
                isExpected =
                  isNew === true &&
                  move(digest, isLast ? 'complete' : 'approve')
                if (isExpected) model?.approvedBy.add(approver)
                const approval = approvals[index]?.[approver]
                run = () =>
                  store.approve({ approval: approval as never, timestamp })
              } else {
                isExpected = move(digest, act)
                run = {
                  cancel: () => store.cancel({ digest, timestamp }),
                  deny: () =>
                    store.deny({
                      approver: address,
                      digest,
                      reason,
                      timestamp,
                    }),
                  fail: () => store.markFailed({ digest, reason, timestamp }),
                  land: () => store.markLanded({ digest, timestamp }),
                  send: () => store.markSent({ digest, timestamp }),
                }[act]
              }
            }

            let isDone = true
            try {
              await run()
            } catch (error) {
              if (!isPolicyError(error)) throw error
              isDone = false
            }
            expect(isDone, `${number}: ${act}`).to.equal(isExpected)

            // Both connections see it at once.
            for (const { request } of requests) {
              const { digest } = request
              const [one, two] = stores.map((store) => store.get({ digest }))
              expect(one).to.deep.equal(two)
              expect(one?.state).to.equal(models.get(digest)?.state)
            }
          }

          for (const [digest, model] of models)
            expect(stores[0].getHistory({ digest })).to.deep.equal(
              model.history,
            )
          const open = requests.filter(({ request }) =>
            (openStates as readonly unknown[]).includes(
              models.get(request.digest)?.state,
            ),
          )
          const sum = open.reduce((sum, { amount }) => sum + amount, 0n)
          expect(stores[0].getHeld({ account, chainId })).to.deep.equal(
            open.length === 0 ? [] : [{ amount: sum, asset: eth }],
          )
          expect(readEvents(directory)).to.have.members(events)
        } finally {
          for (const store of stores) store.close()
          rmSync(directory, { force: true, recursive: true })
        }
      }),
      { numRuns: 150, seed: 51 },
    )

    // A property that never gets anywhere proves nothing.
    const whole = Object.entries(approvalTransitions).flatMap(([state, acts]) =>
      Object.keys(acts).map((act) => `${state} ${act}`),
    )
    expect([...reached]).to.have.members(whole)
  })

  it('has no way out of what is closed', () => {
    for (const state of ['cancelled', 'denied', 'expired', 'failed', 'landed'])
      expect(approvalTransitions[state as ApprovalState]).to.deep.equal({})
  })
})

describe('two processes on one store', () => {
  const place = useDirectory()

  it('do every act once, along the table', async function () {
    this.timeout(60_000)
    const script = fileURLToPath(new URL('interleave.ts', import.meta.url))
    const done = (
      await Promise.all(
        ['1', '2', '3'].map((seed) =>
          promisify(execFile)(process.execPath, [
            '--no-warnings',
            script,
            place.directory,
            seed,
            '120',
          ]),
        ),
      )
    ).flatMap(({ stdout }) => stdout.trim().split('\n'))

    const store = createApprovalStore(place)
    const records = store.list()
    expect(records.length).to.be.greaterThan(5)
    const kept: string[] = []
    for (const { decisions, request, state } of records) {
      const { digest } = request
      const [first, ...rest] = store.getHistory({ digest })
      expect(first).to.deep.include({ act: 'create', state: 'pending' })
      let current: ApprovalState = 'pending'
      for (const change of rest) {
        const act = change.act as ApprovalAct
        expect(change.state).to.equal(approvalTransitions[current][act])
        current = change.state
        kept.push(`${digest} ${act === 'complete' ? 'approve' : act}`)
      }
      expect(current).to.equal(state)

      const given = rest.filter(({ act }) => /approve|complete/.test(act))
      const by = decisions.map(({ approver }) => approver)
      expect(new Set(by).size).to.equal(by.length)
      expect(by.length).to.be.within(given.length, given.length + 1)
    }
    // What each of them was told is what is there: nothing lost, nothing twice.
    expect(kept.toSorted()).to.deep.equal(done.toSorted())
    store.close()
  })
})

function readEvents(directory: string): readonly string[] {
  const database = new DatabaseSync(join(directory, 'approvals.sqlite'))
  const rows = database.prepare('SELECT digest, body FROM event').all()
  database.close()
  return rows.map(
    ({ body, digest }) =>
      `${digest} ${JSON.parse(body as string).type.replace('approval.', '')}`,
  )
}
