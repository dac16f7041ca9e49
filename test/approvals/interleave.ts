// A process of its own that works on a store which others work on too. Prints
// every act that it could do: `<digest> <act>`, a line each.
import { createApprovalStore } from '../../src/approvals/index.ts'
import { isPolicyError } from '../../src/errors/policyError.ts'
import { approve, approvers, createRequest, now } from './requests.ts'

const [directory = '', seed = '', steps = ''] = process.argv.slice(2)

/** Numbers that look random and are the same each time (mulberry32). */
function createRandom(seed: number) {
  let state = seed
  return (below: number) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

const pick = createRandom(Number(seed))
const store = createApprovalStore({ directory })
const requests = Array.from({ length: 12 }, (_, index) =>
  createRequest({ nonce: `${index}` }),
)
const timestamp = now
for (let step = 0; step < Number(steps); step += 1) {
  const request = requests[pick(requests.length)] as (typeof requests)[number]
  const approver = approvers[pick(3)] as (typeof approvers)[number]
  const { digest } = request
  const reason = 'For a test.'
  const acts = {
    approve: async () => {
      const approval = await approve(request, approver)
      return store.approve({ approval, timestamp })
    },
    cancel: () => store.cancel({ digest, timestamp }),
    deny: () =>
      store.deny({ approver: approver.address, digest, reason, timestamp }),
    fail: () => store.markFailed({ digest, reason, timestamp }),
    land: () => store.markLanded({ digest, timestamp }),
    request: () => store.request({ held: [], request, timestamp }),
    send: () => store.markSent({ digest, timestamp }),
  }
  // Denied and cancelled ones are the end of it, so these come seldom.
  const names = [
    ...['request', 'request', 'approve', 'approve', 'approve', 'approve'],
    ...['approve', 'approve', 'approve', 'approve', 'send', 'send'],
    ...['land', 'fail', pick(3) === 0 ? 'deny' : 'send'],
    ...[pick(3) === 0 ? 'cancel' : 'land'],
  ] as (keyof typeof acts)[]
  const name = names[pick(names.length)] as keyof typeof acts
  try {
    await acts[name]()
    if (name !== 'request') process.stdout.write(`${digest} ${name}\n`)
  } catch (error) {
    if (!isPolicyError(error)) throw error
  }
}
store.close()
