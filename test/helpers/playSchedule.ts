import { expect } from 'chai'

import type { EntryPointVersion } from '../../src/local/entryPoints.ts'
import { deployHostileBundler, getReason, toBundle } from './hostileBundler.ts'
import type { Act } from './hostileSchedule.ts'
import { createWorld, type Signed } from './hostileWorld.ts'
import { openLedger } from './ledger.ts'
import { getMeterId, toCharge } from './meters.ts'
import { networkHelpers } from './network.ts'
import type { Operation } from './operations.ts'
import { noon } from './time.ts'

/** Plays the acts one after the other, and checks the ledger after each. */
export async function playSchedule(
  version: EntryPointVersion,
  acts: readonly Act[],
  count: (outcome: string) => void,
): Promise<void> {
  const world = await createWorld(version)
  const { bench, parties } = world
  const { entryPoint, validator } = bench
  const hostile = await deployHostileBundler(bench)
  const ledger = await openLedger(world)
  const pool: Signed[] = []
  /** Hashes of what the owner has signed. */
  const ofOwner = new Set<string>()
  let now = noon + 100

  async function tick() {
    const block = await bench.provider.getBlock('latest')
    now = Math.max(now + 2, (block?.timestamp ?? 0) + 1)
    await networkHelpers.time.setNextBlockTimestamp(now)
  }
  const refuse = (data: string) => count(getReason(bench, data))

  /** Sends a transaction, and enters what it moves; nothing where it reverts. */
  async function send(transact: () => Promise<unknown>): Promise<void> {
    const before = await bench.readState()
    await tick()
    try {
      await transact()
    } catch (error) {
      const { data } = error as { data?: string }
      if (typeof data !== 'string') throw error
      refuse(data)
      expect(await bench.readState(), 'state').to.deep.equal(before)
      return
    }
    const logs = await bench.provider.getLogs({
      fromBlock: await bench.provider.getBlockNumber(),
    })
    for (const log of logs) {
      if (log.address !== entryPoint.target) continue
      const event = entryPoint.interface.parseLog(log)
      if (event?.name === 'UserOperationEvent')
        count(event.args.success ? 'executed' : 'reverted')
    }
    await ledger.enter(logs, now, pool, ofOwner)
  }

  const sendByContract = (calls: Parameters<typeof hostile.act>[0]) =>
    send(async () => {
      for (const { result, success } of await hostile.act(calls))
        if (!success) refuse(result)
    })

  async function sendWhilePaid([first, ...others]: readonly Operation[]) {
    if (!first) return
    await tick()
    await hostile.plan([toBundle(bench, others)])
    await sendByContract([
      toBundle(bench, [first], { beneficiary: hostile.target }),
    ])
    await tick()
    await hostile.plan([])
  }

  /** Calls of the contracts that a bundler may make, and that do nothing. */
  async function callDirectly({ operation, party }: Signed) {
    const { account, agent } = party
    const { version: expected } = await validator.getGrant(
      account.target,
      agent.address,
    )
    const hash = await bench.getUserOpHash(operation)
    const meterId = getMeterId({
      kind: 4,
      scope: 1,
      agentNumber: 0,
      assetKind: 1,
      asset: `0x${'00'.repeat(20)}`,
    })
    const { interface: module } = validator
    const before = await bench.readState()
    await tick()
    const outcomes = await hostile.act([
      {
        target: String(validator.target),
        data: module.encodeFunctionData('settle', [
          [{ meterId, charge: toCharge(0, 50n) }],
        ]),
      },
      {
        target: String(validator.target),
        data: module.encodeFunctionData('validateUserOp', [operation, hash]),
      },
      {
        target: String(validator.target),
        data: module.encodeFunctionData('freezeFor', [
          account.target,
          agent.address,
          expected,
          operation.signature,
        ]),
      },
      {
        target: String(account.target),
        data: account.interface.encodeFunctionData('validateUserOp', [
          operation,
          hash,
          1n,
        ]),
      },
    ])
    expect(outcomes.map(({ success }) => success)).to.deep.equal([
      true,
      false,
      false,
      false,
    ])
    for (const { result } of outcomes.slice(1)) refuse(result)
    expect(await bench.readState(), 'state').to.deep.equal(before)
  }

  async function own(
    { act, order, party: index }: Act & { type: 'own' },
    { operation }: Signed,
  ) {
    const party = parties[index] ?? parties[0]
    const { account, agent, policyHash } = party
    const { address } = agent
    const { version: expected } = await validator.getGrant(
      account.target,
      address,
    )
    const { interface: module } = validator
    const datas = {
      freeze: [module.encodeFunctionData('freeze', [address, expected])],
      grant: [
        module.encodeFunctionData('grant', [address, policyHash, expected]),
      ],
      'revoke and grant': [
        module.encodeFunctionData('revoke', [address, expected]),
        module.encodeFunctionData('grant', [
          address,
          policyHash,
          expected + 1n,
        ]),
      ],
      unfreeze: [module.encodeFunctionData('unfreeze', [address, expected])],
    } as const
    const calls = datas[act].map((data) => ({
      to: String(validator.target),
      data,
    }))
    // The owner signs for one of the accounts; the other one acts by itself.
    if (account !== bench.account) {
      for (const call of calls)
        await send(async () => {
          const runner = account.runner as typeof agent
          const receipt = await (await runner.sendTransaction(call)).wait()
          ledger.payGas(String(account.target), receipt?.fee ?? 0n)
        })
      return
    }
    const signed = await bench.operateAsOwner(calls)
    ofOwner.add(await bench.getUserOpHash(signed))
    const bundles = {
      alone: [signed],
      before: [operation, signed],
      behind: [signed, operation],
    } as const
    await send(() => bench.handle(bundles[order]))
  }

  async function sign(act: Act & { type: 'sign' }) {
    const { account } = parties[act.party] ?? parties[0]
    const lane = bench.toNonceKey(act.lane)
    const isPending = ({ hash, operation, validUntil }: Signed) =>
      operation.sender === account.target &&
      operation.nonce >> 64n === lane &&
      validUntil > now &&
      !ledger.executed.has(hash)
    const pending = pool.some(isPending) ? 1n : 0n
    pool.push(await world.sign(act, now, pending))
  }

  function pickAll({ fresh, picks }: Act & { type: 'send' }): Signed[] {
    if (!fresh)
      return picks
        .map((index) => pick(pool, index))
        .filter((signed) => signed !== undefined)
    const runnable = pool.filter(
      ({ hash, validAfter, validUntil }) =>
        !ledger.executed.has(hash) && validAfter < now && now + 9 < validUntil,
    )
    return [...new Set(picks)].flatMap(
      (index) => runnable[runnable.length - 1 - index] ?? [],
    )
  }

  for (const act of acts) {
    if (act.type === 'wait') now += act.seconds
    if (act.type === 'sign') await sign(act)
    if (act.type === 'send') {
      const operations = pickAll(act).map(({ operation }) => operation)
      if (act.by === 'key') await send(() => bench.handle(operations))
      else if (act.by === 'contract')
        await sendByContract(
          operations.map((operation) => toBundle(bench, [operation])),
        )
      else await sendWhilePaid(operations)
    }
    const picked = 'pick' in act ? pick(pool, act.pick) : undefined
    if (picked && act.type === 'tamper')
      await send(() => bench.handle([world.tamper(picked, act.change)]))
    if (picked && act.type === 'call') await callDirectly(picked)
    if (picked && act.type === 'own') await own(act, picked)
    await ledger.check(now)
  }
}

/** The newest first, and round again. */
function pick(pool: readonly Signed[], index: number): Signed | undefined {
  return pool.at(-1 - (index % pool.length))
}
