import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expect } from 'chai'

import {
  type ApprovalStore,
  type CreateWebhookSenderParameters,
  createApprovalStore,
  createSeenEvents,
  createWebhookSender,
  verifyWebhook,
  WebhookEndpointError,
  type WebhookEvent,
  WebhookRefusedError,
  type WebhookSender,
} from '../../src/approvals/index.ts'
import {
  approve,
  approvers,
  now as chainTime,
  createRequest,
  deadline,
  useDirectory,
} from './requests.ts'

const secret = 'a secret of the two, which is long enough'
const [ann, bob] = approvers
const timestamp = chainTime

type Received = { body: string; headers: IncomingHttpHeaders }

describe('webhooks', () => {
  const place = useDirectory()
  const senders: WebhookSender[] = []
  let store: ApprovalStore
  let server: Server
  let url: string
  /** Everything that has come, whatever it was answered. */
  let received: Received[]
  /** Decides the status; nothing lets the sender wait. */
  let answer: (received: Received) => number | undefined
  /** Time of this machine, in ms. */
  let clock: number

  beforeEach(async () => {
    store = createApprovalStore(place)
    received = []
    answer = () => 200
    clock = 1_800_000_000_000
    server = createServer(async (request, response) => {
      let body = ''
      for await (const chunk of request) body += chunk
      const one = { body, headers: request.headers }
      received.push(one)
      const status = answer(one)
      if (status !== undefined)
        response.writeHead(status, { location: url }).end('thanks')
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`
  })
  afterEach(async () => {
    for (const sender of senders.splice(0)) await sender.close()
    store.close()
    server.closeAllConnections()
    server.close()
  })

  function createSender(changes: Partial<CreateWebhookSenderParameters> = {}) {
    const sender = createWebhookSender({
      directory: place.directory,
      endpoints: [{ name: 'owner', secret, url }],
      now: () => clock,
      random: () => 1,
      ...changes,
    })
    senders.push(sender)
    return sender
  }

  const request = createRequest()
  const { digest } = request
  const ask = (asked = request) =>
    store.request({ held: [], note: 'Pay.', request: asked, timestamp })
  const sign = async (approver: typeof ann) =>
    store.approve({ approval: await approve(request, approver), timestamp })
  const getEvents = () =>
    received.map(({ body }) => JSON.parse(body) as WebhookEvent)
  const getTypes = () =>
    getEvents().map(({ type }) => type.replace('approval.', ''))

  it('tells of everything that is decided, in order, signed', async () => {
    const sender = createSender()
    ask()
    await sign(ann)
    await sign(bob)
    expect(await sender.deliverDue()).to.deep.equal({
      abandoned: 0,
      delivered: 4,
      failed: 0,
    })

    expect(getTypes()).to.deep.equal([
      'created',
      'decision_submitted',
      'decision_submitted',
      'approved',
    ])
    const [created, decided, , approved] = getEvents()
    expect(created).to.deep.include({
      note: 'Pay.',
      occurredAt: timestamp,
      request,
    })
    expect(decided?.decision).to.deep.include({ approver: ann.address })
    expect(approved?.approval).to.deep.include({
      approvals: 2,
      digest,
      state: 'approved',
      threshold: 2,
    })
    const seen = createSeenEvents()
    for (const one of received)
      await verifyWebhook({ ...one, now: clock / 1_000, secret, seen })
    // Nobody sends calls on the strength of a webhook: no signature is in it.
    const { signature } = await approve(request, ann)
    for (const { body } of received)
      expect(body).not.to.include(signature?.slice(2, 100))
    expect(await sender.deliverDue()).to.include({ delivered: 0 })
  })

  it('tells of denials, expiries and cancellations', async () => {
    const sender = createSender()
    const others = [
      createRequest({ nonce: '8' }),
      createRequest({ nonce: '9' }),
    ]
    for (const one of [request, ...others]) ask(one)
    store.deny({ approver: ann.address, digest, reason: 'No.', timestamp })
    store.cancel({
      digest: others[0]?.digest as never,
      reason: 'Not needed.',
      timestamp,
    })
    store.expire({ chainId: 31_337, timestamp: deadline + 1 })
    await sender.deliverDue()

    expect(getTypes()).to.have.members([
      ...['created', 'created', 'created'],
      ...['decision_submitted', 'denied', 'cancelled', 'expired'],
    ])
    const find = (type: string) =>
      getEvents().find((event) => event.type === `approval.${type}`)
    expect(find('denied')?.decision).to.deep.include({ reason: 'No.' })
    expect(find('cancelled')?.reason).to.equal('Not needed.')
    expect(find('expired')?.occurredAt).to.equal(deadline + 1)
  })

  it('tries again with growing pauses, and holds back what comes behind', async () => {
    const sender = createSender()
    ask()
    await sign(ann)
    answer = () => 500
    expect(await sender.deliverDue()).to.deep.equal({
      abandoned: 0,
      delivered: 0,
      failed: 1,
    })
    for (const pause of [1_000, 2_000, 4_000]) {
      clock += pause - 1
      expect(await sender.deliverDue()).to.include({ failed: 0 })
      clock += 1
      expect(await sender.deliverDue()).to.include({ failed: 1 })
    }
    expect(getTypes()).to.deep.equal(Array(4).fill('created'))
    expect(new Set(getEvents().map(({ id }) => id)).size).to.equal(1)

    answer = () => 200
    clock += 8_000
    expect(await sender.deliverDue()).to.include({ delivered: 2 })
    expect(getTypes().slice(4)).to.deep.equal(['created', 'decision_submitted'])
    // Each attempt is signed anew, so that a late one is recent too.
    const last = received.at(-1) as Received
    await verifyWebhook({
      ...last,
      now: clock / 1_000,
      secret,
      seen: createSeenEvents(),
      tolerance: 0,
    })
  })

  it('leaves half of each pause to chance, and no pause above the longest', async () => {
    answer = () => 500
    const sender = createSender({
      random: () => 0,
      retry: { first: 1_000, longest: 3_000 },
    })
    ask()
    await sender.deliverDue()
    for (const pause of [500, 1_000, 1_500, 1_500]) {
      clock += pause - 1
      expect(await sender.deliverDue()).to.include({ failed: 0 })
      clock += 1
      expect(await sender.deliverDue()).to.include({ failed: 1 })
    }
  })

  it('does not hold back other requests, or other endpoints', async () => {
    const sender = createSender({
      endpoints: [
        { name: 'owner', secret, url },
        { name: 'broken', secret, url: 'http://127.0.0.1:1/' },
      ],
    })
    ask()
    const other = createRequest({ nonce: '8' })
    ask(other)
    await sign(ann)
    answer = ({ body }) => (body.includes(digest) ? 503 : 200)

    expect(await sender.deliverDue()).to.deep.equal({
      abandoned: 0,
      delivered: 1,
      failed: 3,
    })
  })

  it('gives up after as many attempts as it may make, until it is told otherwise', async () => {
    answer = () => 302
    const sender = createSender({ maxAttempts: 2 })
    ask()
    await sign(ann)
    await sender.deliverDue()
    clock += 1_000
    expect(await sender.deliverDue()).to.deep.equal({
      abandoned: 1,
      delivered: 0,
      failed: 1,
    })
    // A redirect is not followed.
    expect(received).to.have.length(3)
    expect(sender.listAbandoned()).to.deep.equal([
      {
        attempts: 2,
        endpoint: 'owner',
        failure: 'answered 302',
        id: getEvents()[0]?.id,
      },
    ])

    answer = () => 204
    clock += 1_000
    expect(await sender.deliverDue()).to.include({ delivered: 1 })
    expect(sender.retryAbandoned({ endpoint: 'owner' })).to.equal(1)
    expect(await sender.deliverDue()).to.include({ delivered: 1 })
    expect(getEvents().at(-1)?.type).to.equal('approval.created')
    expect(sender.listAbandoned()).to.deep.equal([])
  })

  it('does not wait for an answer for ever', async () => {
    answer = () => undefined
    const sender = createSender({ maxAttempts: 1, timeout: 100 })
    ask()
    expect(await sender.deliverDue()).to.include({ abandoned: 1 })
    expect(sender.listAbandoned()[0]?.failure).to.equal('no answer in time')
  })

  it('delivers after a restart what was laid down before, once it is due', async () => {
    answer = () => 500
    const first = createSender()
    ask()
    await first.deliverDue()
    await first.close()
    senders.splice(0)
    store.close()

    store = createApprovalStore(place)
    answer = () => 200
    const second = createSender()
    expect(await second.deliverDue()).to.include({ delivered: 0 })
    clock += 1_000
    expect(await second.deliverDue()).to.include({ delivered: 1 })
    expect(getEvents()[1]?.id).to.equal(getEvents()[0]?.id)
  })

  it('takes over what a sender had begun when it died, after its lease', async () => {
    ask()
    const endpoints = [{ name: 'owner', secret, url }]
    const dead = createSender({ endpoints, timeout: 1_000 })
    // Named only now, so it gets what comes from here on.
    await sign(ann)
    answer = () => undefined
    const begun = dead.deliverDue()
    while (received.length === 0)
      await new Promise((resolve) => setTimeout(resolve, 5))

    const other = createSender({ timeout: 1_000 })
    answer = () => 200
    expect(await other.deliverDue()).to.include({ delivered: 0 })
    clock += 6_000
    expect(await other.deliverDue()).to.include({ delivered: 1 })
    // The first one comes back late, and must not undo that.
    expect(await begun).to.include({ failed: 1 })
    clock += 10_000
    expect(await other.deliverDue()).to.include({ delivered: 0 })
    expect(getTypes()).to.deep.equal(Array(2).fill('decision_submitted'))
  })

  it('shares the work of two senders on one store', async () => {
    const two = [createSender(), createSender()]
    const all = Array.from({ length: 20 }, (_, index) =>
      createRequest({ nonce: `${index}` }),
    )
    for (const one of all) ask(one)
    await Promise.all(two.map((sender) => sender.deliverDue()))

    const ids = getEvents().map(({ id }) => id)
    expect(ids).to.have.length(20)
    expect(new Set(ids).size).to.equal(20)
  })

  it('sends by itself once it is started, until it is stopped', async () => {
    const sender = createSender({ interval: 5 })
    sender.start()
    ask()
    while (received.length === 0)
      await new Promise((resolve) => setTimeout(resolve, 5))
    await sender.stop()
    await sign(ann)
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(getTypes()).to.deep.equal(['created'])
  })

  it('keeps the secret out of the file', async () => {
    const sender = createSender()
    ask()
    await sender.deliverDue()
    await sender.close()
    senders.splice(0)
    for (const name of ['', '-wal'])
      expect(
        readFileSync(
          join(place.directory, `approvals.sqlite${name}`),
          'latin1',
        ),
      ).not.to.include(secret)
  })

  it('refuses endpoints that are not safe, and repeats no secret', () => {
    const cases: readonly [object, string][] = [
      [{ url: 'http://example.org/' }, 'endpoints[0].url'],
      [{ url: 'http://127.0.0.1.example.org/' }, 'endpoints[0].url'],
      [{ url: 'ftp://localhost/' }, 'endpoints[0].url'],
      [{ url: 'https://me:hunter2@example.org/' }, 'endpoints[0].url'],
      [{ url: 'example.org' }, 'endpoints[0].url'],
      [{ secret: 'short-secret' }, 'endpoints[0].secret'],
      [{ name: 'Owner' }, 'endpoints[0].name'],
    ]
    for (const [change, field] of cases)
      expect(() =>
        createSender({
          endpoints: [{ name: 'owner', secret, url, ...change } as never],
        }),
      )
        .to.throw(WebhookEndpointError)
        .that.satisfies(
          (error: WebhookEndpointError) =>
            error.field === field &&
            !/secret of|short-|hunter2/.test(error.message),
        )
    const owner = { name: 'owner', secret, url }
    expect(() => createSender({ endpoints: [owner, owner] }))
      .to.throw(WebhookEndpointError)
      .with.property('field', 'endpoints[1].name')
    for (const fine of [
      'https://example.org/a',
      'http://[::1]:8/',
      'http://localhost/',
    ])
      createSender({ endpoints: [{ ...owner, url: fine }] })
  })

  describe('verifyWebhook', () => {
    let one: Received
    let now: number
    beforeEach(async () => {
      const sender = createSender()
      ask()
      await sender.deliverDue()
      one = received[0] as Received
      now = clock / 1_000
    })

    async function getReason(
      changes: Partial<Parameters<typeof verifyWebhook>[0]>,
    ) {
      try {
        await verifyWebhook({
          ...one,
          now,
          secret,
          seen: createSeenEvents(),
          ...changes,
        })
        return 'taken'
      } catch (error) {
        if (error instanceof WebhookRefusedError) return error.reason
        throw error
      }
    }

    it('takes bytes, other spellings of headers, and one of several secrets', async () => {
      const header = one.headers['mandate-signature'] as string
      for (const changes of [
        {},
        { body: Buffer.from(one.body) },
        { headers: new Headers({ 'Mandate-Signature': header }) },
        { headers: { 'Mandate-Signature': [header] } },
        { headers: { 'mandate-signature': `${header},v2=abc` } },
        {
          headers: { 'mandate-signature': `${header},v1=${'0'.repeat(64)}` },
        },
        { secret: ['the one before, which is no longer used', secret] },
      ])
        expect(await getReason(changes)).to.equal('taken')
    })

    it('refuses another body, secret or time', async () => {
      const header = one.headers['mandate-signature'] as string
      const later = header.replace(/t=\d+/, `t=${now + 1}`)
      for (const changes of [
        { body: `${one.body} ` },
        { body: one.body.replace('"1000"', '"9000"') },
        { secret: `${secret}!` },
        { secret: '' },
        { secret: [] },
        { headers: { 'mandate-signature': later } },
      ])
        expect(await getReason(changes)).to.equal('signature_mismatch')
    })

    it('refuses a header that is not there once, or says something else', async () => {
      const header = one.headers['mandate-signature'] as string
      for (const value of [
        undefined,
        [header, header],
        '',
        'v1=00',
        header.replace('v1=', 'v0='),
        header.slice(0, -1),
        `${header},t=1`,
        header.toUpperCase(),
        header.replace(/t=\d+/, 't=1e9'),
      ])
        expect(
          await getReason({ headers: { 'mandate-signature': value } }),
        ).to.equal('header_malformed')
    })

    it('takes clocks that differ by as much as may be, either way', async () => {
      const cases = [
        [300, 'taken'],
        [-300, 'taken'],
        [301, 'timestamp_out_of_tolerance'],
        [-301, 'timestamp_out_of_tolerance'],
        [Number.NaN, 'timestamp_out_of_tolerance'],
      ] as const
      for (const [skew, reason] of cases)
        expect(await getReason({ now: now + skew })).to.equal(reason)
      expect(await getReason({ now: now + 11, tolerance: 10 })).to.equal(
        'timestamp_out_of_tolerance',
      )
    })

    it('takes an event once, unless it is taken out again', async () => {
      const seen = createSeenEvents()
      expect(await getReason({ seen })).to.equal('taken')
      expect(await getReason({ seen })).to.equal('replayed')
      seen.delete(JSON.parse(one.body).id)
      expect(await getReason({ seen })).to.equal('taken')
    })

    it('remembers nothing of what it refuses', async () => {
      const seen = createSeenEvents()
      expect(await getReason({ secret: 'wrong', seen })).to.equal(
        'signature_mismatch',
      )
      expect(await getReason({ now: 1, seen })).to.equal(
        'timestamp_out_of_tolerance',
      )
      expect(await getReason({ seen })).to.equal('taken')
    })

    it('forgets ids after their time', () => {
      let time = 100
      const seen = createSeenEvents({ lifetime: 10, now: () => time })
      expect(seen.add('a')).to.equal(true)
      time = 110
      expect(seen.add('a')).to.equal(false)
      time = 111
      expect(seen.add('a')).to.equal(true)
    })
  })
})
