import { chmodSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect } from 'chai'
import {
  type Address,
  type Hex,
  parseSignature,
  serializeCompactSignature,
  signatureToCompactSignature,
  zeroAddress,
} from 'viem'

import {
  ApprovalFileError,
  type ApprovalStore,
  createApprovalStore,
} from '../../src/approvals/index.ts'
import {
  account,
  agent,
  approve,
  approvers,
  catchRefusal,
  createRequest,
  deadline,
  now,
  recipient,
  stranger,
  useDirectory,
} from './requests.ts'

const [ann, bob, eve] = approvers
const eth = { address: zeroAddress, id: 0n, kind: 'native' } as const
const held = [{ amount: 1_000n, asset: eth }]
const timestamp = now

describe('createApprovalStore', () => {
  const place = useDirectory()
  let store: ApprovalStore
  beforeEach(() => {
    store = createApprovalStore(place)
  })
  afterEach(() => store.close())

  const request = createRequest()
  const { digest } = request
  const ask = (asked = request) =>
    store.request({ held, request: asked, timestamp })
  const sign = async (approver: typeof ann, asked = request) =>
    store.approve({ approval: await approve(asked, approver), timestamp })
  const complete = async () => {
    ask()
    await sign(ann)
    return sign(bob)
  }

  it('keeps a request, and is the same when it is opened again', async () => {
    ask()
    await sign(eve)
    const before = store.get({ digest })
    const other = createApprovalStore(place)

    expect(other.get({ digest })).to.deep.equal(before)
    expect(before).to.deep.include({ held, request, state: 'pending' })
    expect(before?.decisions).to.deep.equal([
      {
        approver: eve.address,
        decidedAt: now,
        decision: 'approved',
        onChain: false,
      },
    ])
    other.close()
  })

  it('adds the same request once, whatever became of it', async () => {
    ask()
    store.deny({ approver: ann.address, digest, reason: 'No.', timestamp })

    expect(ask().state).to.equal('denied')
    expect(store.list()).to.have.length(1)
  })

  it('takes addresses in any spelling, and keeps one', () => {
    const low = account.toLowerCase() as Address
    ask(createRequest({ account: low }))

    expect(store.list({ account: low })).to.have.length(1)
    expect(store.get({ digest })?.request).to.deep.equal(request)
  })

  describe('request', () => {
    const cases: readonly [string, object, RegExp][] = [
      ['another digest', { digest: `0x${'11'.repeat(32)}` }, /digest/],
      ['another hash of the calls', { callsHash: digest }, /callsHash/],
      [
        'typed data of other calls',
        { typedData: createRequest({ nonce: '8' }).typedData },
        /typedData/,
      ],
      ['no typed data', { typedData: undefined }, /request\.typedData/],
      ['no object', { account: 1 }, /request\.account/],
      ['an unknown field', { text: 'harmless' }, /request/],
      ['a nonce that is no decimal', { nonce: '0x7' }, /request\.nonce/],
      ['a deadline in ms', { deadline: now * 1e6 }, /request\.deadline/],
      [
        'a value above 256 bits',
        { calls: [{ data: '0x', to: recipient, value: `${2n ** 256n}` }] },
        /request\.calls\[0\]\.value/,
      ],
    ]
    for (const [name, change, field] of cases)
      it(`refuses ${name}, and names the field`, async () => {
        const error = await catchRefusal(() =>
          ask({ ...request, ...change } as never),
        )
        expect(error.code).to.equal('INPUT_INVALID')
        expect(error.message).to.match(field)
        expect(store.list()).to.deep.equal([])
      })

    it('refuses approvers out of order, and twice', async () => {
      const [a, b] = request.approvers
      for (const list of [
        [b, a],
        [a, a, b],
      ]) {
        const error = await catchRefusal(() =>
          ask(createRequest({ approvers: list as never })),
        )
        expect(error.message).to.include('request.approvers[1].address')
      }
    })

    it('refuses what could never be approved: the agent does not count', async () => {
      const list = [agent.address, ann.address]
        .toSorted((a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1))
        .map((address) => ({ address }))
      const error = await catchRefusal(() =>
        ask(createRequest({ approvers: list })),
      )
      expect(error.message).to.include('request.threshold: 2 must approve')
    })

    it('refuses one whose deadline has passed, and takes its last second', async () => {
      const error = await catchRefusal(() =>
        store.request({ held, request, timestamp: deadline + 1 }),
      )
      expect(error.code).to.equal('APPROVAL_EXPIRED')
      store.request({ held, request, timestamp: deadline })
    })

    it('refuses a second open request for a nonce, until the first is closed', async () => {
      ask()
      const other = createRequest({ deadline: deadline + 1 })
      const error = await catchRefusal(() => ask(other))
      expect(error.code).to.equal('APPROVAL_NONCE_TAKEN')
      expect(error.info).to.deep.include({ holder: digest, nonce: '7' })

      // Another account or chain has nonces of its own.
      ask(createRequest({ account: recipient }))
      ask(createRequest({ chainId: 1 }))
      store.cancel({ digest, timestamp })
      expect(ask(other).state).to.equal('pending')
    })

    it('refuses amounts and times that are none', async () => {
      const asset = { ...eth, address: '0x12' as Address }
      for (const [change, field] of [
        [{ held: [{ amount: -1n, asset: eth }] }, 'held[0].amount'],
        [{ held: [{ amount: 1n, asset }] }, 'held[0].asset.address'],
        [{ held: [{ amount: 1n, asset: {} }] }, 'held[0].asset'],
        [{ held: undefined }, 'held'],
        [{ timestamp: now * 1_000 }, 'timestamp'],
        [{ timestamp: 1.5 }, 'timestamp'],
        [{ note: '' }, 'note'],
        [{ note: 'x'.repeat(501) }, 'note'],
      ] as const) {
        const error = await catchRefusal(() =>
          store.request({
            ...{ held, request, timestamp },
            ...change,
          } as never),
        )
        expect(error.code).to.equal('INPUT_INVALID')
        expect(error.message).to.include(`${field}: `)
      }
      expect(store.list()).to.deep.equal([])
    })
  })

  describe('approve', () => {
    beforeEach(() => {
      ask()
    })

    /** Expects a refusal that has changed nothing. */
    async function expectRefused(approval: object, reason: RegExp) {
      const before = store.get({ digest })
      const error = await catchRefusal(() =>
        store.approve({
          approval: { approver: ann.address, digest, ...approval } as never,
          timestamp,
        }),
      )
      expect(error.code).to.equal('APPROVAL_REFUSED')
      expect(error.message).to.match(reason)
      expect(store.get({ digest })).to.deep.equal(before)
    }

    it('is approved by as many as must, and not before', async () => {
      expect((await sign(eve)).state).to.equal('pending')
      const record = await sign(ann)
      expect(record.state).to.equal('approved')
      expect(store.getHistory({ digest })).to.deep.equal([
        { act: 'create', at: now, state: 'pending' },
        { act: 'approve', at: now, state: 'pending' },
        { act: 'complete', at: now, state: 'approved' },
      ])
    })

    it('refuses a signature of somebody else, or of something else', async () => {
      const other = createRequest({ nonce: '8' })
      await expectRefused(
        { signature: (await approve(request, bob)).signature },
        /signature is of 0x/,
      )
      await expectRefused(
        { signature: (await approve(other, ann)).signature },
        /signature is of 0x/,
      )
    })

    it('refuses who is not listed, and the agent', async () => {
      await expectRefused(await approve(request, stranger), /does not list/)
      await expectRefused(
        await approve(request, agent),
        /no approver of its own/,
      )
    })

    it('refuses the agent where the policy lists it', async () => {
      const list = [agent.address, ann.address, bob.address]
        .toSorted((a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1))
        .map((address) => ({ address }))
      const own = createRequest({ approvers: list, nonce: '9' })
      ask(own)
      const error = await catchRefusal(() => sign(agent, own))
      expect(error.code).to.equal('APPROVAL_REFUSED')
    })

    it('refuses one approver twice, in another spelling too', async () => {
      await sign(ann)
      const approval = await approve(request, ann)
      await expectRefused(approval, /before/)
      await expectRefused(
        { ...approval, approver: ann.address.toLowerCase() },
        /before/,
      )
    })

    it('refuses what is no signature', async () => {
      for (const signature of [
        '0x',
        '0x1234',
        `0x${'00'.repeat(65)}`,
        `0x${'ff'.repeat(64)}`,
        `0x${'11'.repeat(64)}1d`,
      ])
        await expectRefused({ signature }, /signature is/)
    })

    it('takes a short signature, and one with a high s', async () => {
      const { signature } = await approve(request, ann)
      const parts = parseSignature(signature as Hex)
      const short = serializeCompactSignature(
        signatureToCompactSignature(parts),
      )
      await store.approve({
        approval: { approver: ann.address, digest, signature: short },
        timestamp,
      })
      const { r, s, yParity } = parseSignature(
        (await approve(request, bob)).signature as Hex,
      )
      const order =
        0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n
      const high = `${r}${(order - BigInt(s)).toString(16).padStart(64, '0')}${yParity === 0 ? '1c' : '1b'}`
      const record = await store.approve({
        approval: { approver: bob.address, digest, signature: high as Hex },
        timestamp,
      })
      expect(record.state).to.equal('approved')
    })

    it('wants something to ask the chain with where there is no signature', async () => {
      const error = await catchRefusal(() =>
        store.approve({
          approval: { approver: ann.address, digest },
          timestamp,
        }),
      )
      expect(error.message).to.include('client: ')
    })

    it('says that a request is unknown', async () => {
      const other = createRequest({ nonce: '8' })
      const error = await catchRefusal(() => sign(ann, other))
      expect(error.code).to.equal('APPROVAL_UNKNOWN')
      expect(error.info.digest).to.equal(other.digest)
    })

    it('takes no approval of a request that somebody has changed in the file', async () => {
      const database = new DatabaseSync(
        join(place.directory, 'approvals.sqlite'),
      )
      const forged = JSON.stringify(request).replace(
        recipient,
        stranger.address,
      )
      database.prepare('UPDATE request SET request = ?').run(forged)
      database.close()

      const error = await catchRefusal(() => sign(ann))
      expect(error.code).to.equal('INPUT_INVALID')
      expect(error.message).to.include('callsHash')
    })
  })

  describe('deny', () => {
    it('denies a request for good, and forgets its signatures', async () => {
      await complete()
      const record = store.deny({
        approver: ann.address,
        digest,
        reason: 'Not this vendor.',
        timestamp,
      })
      expect(record).to.deep.include({
        reason: 'Not this vendor.',
        state: 'denied',
      })
      expect(record.decisions.map(({ decision }) => decision)).to.deep.equal([
        'approved',
        'denied',
      ])
      const error = await catchRefusal(() =>
        store.resume({ digest, timestamp }),
      )
      expect(error.info).to.deep.include({ act: 'send', state: 'denied' })

      const database = new DatabaseSync(
        join(place.directory, 'approvals.sqlite'),
      )
      expect(
        database.prepare('SELECT signature FROM decision').all(),
      ).to.deep.equal(
        [{ signature: null }, { signature: null }].map((row) =>
          Object.assign(Object.create(null), row),
        ),
      )
      database.close()
    })

    it('is one of the ends at which signatures are forgotten', async () => {
      for (const end of ['markLanded', 'markFailed'] as const) {
        await complete()
        store.markSent({ digest, timestamp })
        store[end]({ digest, reason: 'It reverted.', timestamp })
        const database = new DatabaseSync(
          join(place.directory, 'approvals.sqlite'),
        )
        const rows = database.prepare('SELECT signature FROM decision').all()
        expect(rows).to.have.length(2)
        for (const { signature } of rows) expect(signature).to.equal(null)
        database.prepare('DELETE FROM decision').run()
        database.prepare("UPDATE request SET state = 'pending'").run()
        database.close()
      }
    })

    it('is for approvers, with a reason', async () => {
      ask()
      const deny = (approver: Address, reason: string) =>
        catchRefusal(() => store.deny({ approver, digest, reason, timestamp }))

      expect((await deny(stranger.address, 'No.')).code).to.equal(
        'APPROVAL_REFUSED',
      )
      expect((await deny(agent.address, 'No.')).code).to.equal(
        'APPROVAL_REFUSED',
      )
      expect((await deny(ann.address, ' ')).message).to.include('reason: ')
      expect(store.get({ digest })?.state).to.equal('pending')
    })
  })

  describe('resume', () => {
    it('says how many are missing', async () => {
      ask()
      await sign(ann)
      const error = await catchRefusal(() =>
        store.resume({ digest, timestamp }),
      )
      expect(error.code).to.equal('APPROVAL_PENDING')
      expect(error.info).to.deep.include({ digest, given: 1n, threshold: 2n })
    })

    it('returns exactly as many approvals as must be, ascending', async () => {
      ask()
      for (const approver of [eve, ann, bob]) await sign(approver)
      const { approvals, request: approved } = store.resume({
        digest,
        timestamp,
      })
      expect(approved).to.deep.equal(request)
      expect(approvals.map(({ approver }) => approver)).to.deep.equal([
        ann.address,
        bob.address,
      ])
      for (const { signature } of approvals)
        expect(signature).to.match(/^0x[0-9a-f]{128}$/)
    })

    it('leaves out who is no approver any more', async () => {
      ask()
      for (const approver of [ann, bob, eve]) await sign(approver)
      const resume = (addresses: Address[], threshold: number) =>
        store.resume({
          digest,
          policy: { approvers: addresses, threshold },
          timestamp,
        })
      expect(
        resume([bob.address, eve.address], 2).approvals.map(
          ({ approver }) => approver,
        ),
      ).to.deep.equal([bob.address, eve.address])

      const error = await catchRefusal(() => resume([bob.address], 2))
      expect(error.info).to.deep.include({ given: 1n, threshold: 2n })
    })

    it('resumes what was sent, with the same nonce', async () => {
      await complete()
      store.markSent({ digest, timestamp })
      expect(store.resume({ digest, timestamp }).request.nonce).to.equal('7')
      store.markSent({ digest, timestamp })
      store.markLanded({ digest, timestamp, transactionHash: digest })
      const error = await catchRefusal(() =>
        store.resume({ digest, timestamp }),
      )
      expect(error.info).to.deep.include({ act: 'send', state: 'landed' })
    })
  })

  describe('expire', () => {
    it('expires what was not sent, behind its last second, on its chain', async () => {
      await complete()
      const later = createRequest({ deadline: deadline + 1, nonce: '8' })
      const elsewhere = createRequest({ chainId: 1 })
      ask(later)
      ask(elsewhere)

      const expire = (timestamp: number) =>
        store
          .expire({ chainId: 31_337, timestamp })
          .map(({ request }) => request.digest)
      expect(expire(deadline)).to.deep.equal([])
      expect(expire(deadline + 1)).to.deep.equal([digest])
      expect(expire(deadline + 2)).to.deep.equal([later.digest])
      expect(store.get({ digest: elsewhere.digest })?.state).to.equal('pending')
    })

    it('leaves alone what was sent: it may have landed', async () => {
      await complete()
      store.markSent({ digest, timestamp })
      expect(
        store.expire({ chainId: 31_337, timestamp: deadline + 9 }),
      ).to.deep.equal([])
      expect(
        store.markLanded({ digest, timestamp: deadline + 9 }).state,
      ).to.equal('landed')
    })

    it('expires what an act finds too late', async () => {
      ask()
      const approval = await approve(request, ann)
      const error = await catchRefusal(() =>
        store.approve({ approval, timestamp: deadline + 1 }),
      )
      expect(error.code).to.equal('APPROVAL_STATE_CONFLICT')
      expect(error.info).to.deep.include({ act: 'approve', state: 'expired' })
      expect(store.get({ digest })?.state).to.equal('expired')
    })
  })

  describe('list and getHeld', () => {
    it('lists by account, agent, chain and state, in pages', async () => {
      const all = [
        request,
        createRequest({ nonce: '8' }),
        createRequest({ account: recipient }),
        createRequest({ chainId: 1 }),
        createRequest({ agent: stranger.address, nonce: '9' }),
      ]
      for (const one of all) ask(one)
      store.cancel({ digest, timestamp })
      const list = (parameters: Parameters<ApprovalStore['list']>[0]) =>
        store
          .list(parameters)
          .map((record) =>
            all.findIndex((one) => one.digest === record.request.digest),
          )

      expect(list({})).to.deep.equal([0, 1, 2, 3, 4])
      expect(list({ account })).to.deep.equal([0, 1, 3, 4])
      expect(
        list({ account, agent: agent.address, chainId: 31_337 }),
      ).to.deep.equal([0, 1])
      expect(list({ states: ['cancelled'] })).to.deep.equal([0])
      expect(
        list({ states: ['pending', 'cancelled'], limit: 2 }),
      ).to.deep.equal([0, 1])
      expect(list({ after: all[1]?.digest as Hex, limit: 2 })).to.deep.equal([
        2, 3,
      ])
      expect(list({ states: [] })).to.deep.equal([])

      for (const [parameters, field] of [
        [{ limit: 0 }, 'limit'],
        [{ states: ['open'] }, 'states[0]'],
        [{ after: `0x${'11'.repeat(32)}` }, 'after'],
        [{ account: '0x1' }, 'account'],
      ] as const) {
        const error = await catchRefusal(() => store.list(parameters as never))
        expect(error.message).to.include(`${field}: `)
      }
    })

    it('holds budget while a request is open, and no longer', async () => {
      const getHeld = (except?: Hex) =>
        store.getHeld({ account, chainId: 31_337, except })
      ask()
      ask(createRequest({ nonce: '8' }))
      ask(createRequest({ chainId: 1 }))
      expect(getHeld()).to.deep.equal([{ amount: 2_000n, asset: eth }])
      expect(getHeld(digest)).to.deep.equal(held)
      expect(
        store.getHeld({ account, agent: stranger.address, chainId: 31_337 }),
      ).to.deep.equal([])

      await sign(ann)
      await sign(bob)
      store.markSent({ digest, timestamp })
      expect(getHeld()).to.deep.equal([{ amount: 2_000n, asset: eth }])
      store.markLanded({ digest, timestamp })
      expect(getHeld()).to.deep.equal(held)
    })
  })

  describe('file', () => {
    it('is for this user alone, with what lies beside it', () => {
      ask()
      for (const name of ['', '-wal', '-shm'])
        expect(
          statSync(join(place.directory, `approvals.sqlite${name}`)).mode &
            0o777,
        ).to.equal(0o600)
    })

    it('is refused when others may open it', () => {
      const path = join(place.directory, 'approvals.sqlite')
      chmodSync(path, 0o640)
      expect(() => createApprovalStore(place))
        .to.throw(ApprovalFileError)
        .that.satisfies(
          ({ fix, message }: ApprovalFileError) =>
            message.includes('0640') && fix.includes(`chmod 600 ${path}`),
        )
    })

    it('is refused when a newer version wrote it, or it is not there', () => {
      const database = new DatabaseSync(
        join(place.directory, 'approvals.sqlite'),
      )
      database.exec('PRAGMA user_version = 2')
      database.close()
      expect(() => createApprovalStore(place))
        .to.throw(ApprovalFileError)
        .with.property('message')
        .that.includes('schema 2')
      expect(() =>
        createApprovalStore({ directory: join(place.directory, 'none') }),
      )
        .to.throw(ApprovalFileError)
        .with.property('field', 'directory')
    })
  })
})
