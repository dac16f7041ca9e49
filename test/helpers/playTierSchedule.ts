import { expect } from 'chai'
import { concatHex, slice } from 'viem'

import type { EntryPointVersion } from '../../src/local/entryPoints.ts'
import { deployHostileBundler, getReason, toBundle } from './hostileBundler.ts'
import { networkHelpers } from './network.ts'
import { openTierLedger } from './tierLedger.ts'
import type { TierAct } from './tierSchedule.ts'
import { hashCalls } from './tiers.ts'
import { createTierWorld, type TierOperation } from './tierWorld.ts'
import { noon } from './time.ts'

/** Bytes of the agent's own signature. */
const signatureSize = 96

/** Plays the acts one after the other, and checks the ledger after each. */
export async function playTierSchedule(
  version: EntryPointVersion,
  acts: readonly TierAct[],
  count: (outcome: string) => void,
): Promise<void> {
  const world = await createTierWorld(version)
  const { bench, getParty, guardian } = world
  const { account, validator } = bench
  const hostile = await deployHostileBundler(bench)
  const ledger = await openTierLedger(world)
  const pool: TierOperation[] = []
  let now = noon + 100

  async function tick() {
    const block = await bench.provider.getBlock('latest')
    now = Math.max(now + 2, (block?.timestamp ?? 0) + 1)
    await networkHelpers.time.setNextBlockTimestamp(now)
  }
  const enter = async () =>
    ledger.enter(
      await bench.provider.getLogs({
        fromBlock: await bench.provider.getBlockNumber(),
      }),
      now,
      pool,
      count,
    )

  /** What a refusal leaves as it is; the owner's own acts cost the account gas. */
  const readState = async () =>
    (await bench.readState()).map(({ address, balance, nonce, storageHash }) =>
      address === account.target
        ? { storageHash }
        : { address, balance, nonce, storageHash },
    )

  /** Sends a transaction, and enters what it does; nothing where it reverts. */
  async function send(transact: () => Promise<unknown>): Promise<void> {
    const before = await readState()
    await tick()
    try {
      await transact()
    } catch (error) {
      const { data } = error as { data?: string }
      if (typeof data !== 'string') throw error
      count(getReason(bench, data))
      expect(await readState(), 'state').to.deep.equal(before)
      return
    }
    await enter()
  }

  async function sign(act: TierAct & { type: 'announce' | 'pay' }) {
    const lane = bench.toNonceKey(act.lane)
    const pending = pool.some(
      ({ hash, operation, validUntil }) =>
        operation.nonce >> 64n === lane &&
        validUntil > now &&
        !ledger.executed.has(hash),
    )
    // Often the nonce that another one has, which is not sent yet.
    await tick()
    pool.push(await world.sign(act, now, pending ? BigInt(act.lane % 2) : 0n))
  }

  async function cancel(act: TierAct & { type: 'cancel' }) {
    const by = {
      guardian: await bench.impersonate(guardian.address),
      owner: account.runner as typeof guardian,
      stranger: bench.stranger,
    }[act.by]
    await send(() =>
      validator
        .connect(by)
        .cancelAnnouncement(
          account.target,
          getParty(act.party).agent.address,
          hashCalls(world.toCalls(act)),
          { gasLimit: 1_000_000n },
        ),
    )
  }

  async function own(act: TierAct & { type: 'own' }) {
    const { agent, policyHash } = getParty(act.party)
    const { version: expected } = await validator.getGrant(
      account.target,
      agent.address,
    )
    const owner = bench.by()
    const options = { gasLimit: 1_000_000n }
    await send(() => {
      if (act.act === 'freeze')
        return owner.freeze(agent.address, expected, options)
      if (act.act === 'unfreeze')
        return owner.unfreeze(agent.address, expected, options)
      return owner.grant(agent.address, policyHash, expected, options)
    })
  }

  function pickAll({ fresh, picks }: TierAct & { type: 'send' }) {
    const from = fresh
      ? pool.filter(
          ({ hash, validAfter, validUntil }) =>
            !ledger.executed.has(hash) &&
            validAfter < now &&
            now + 9 < validUntil,
        )
      : pool
    return (fresh ? [...new Set(picks)] : picks).flatMap(
      (index) => pick(from, index) ?? [],
    )
  }

  /** An agent that is frozen shows little: its owner lets it go on. */
  async function thaw() {
    for (const [party, { agent }] of world.parties.entries()) {
      const { frozen } = await validator.getGrant(account.target, agent.address)
      if (frozen) await own({ act: 'unfreeze', party, type: 'own' })
    }
  }

  for (const act of acts) {
    if (act.type === 'wait') {
      now += act.seconds
      if (act.seconds > 130) await thaw()
    }
    if (act.type === 'announce' || act.type === 'pay') await sign(act)
    if (act.type === 'cancel') await cancel(act)
    if (act.type === 'own') await own(act)
    if (act.type === 'graft') {
      const [from, onto] = [pick(pool, act.pick), pick(pool, act.onto)]
      if (!from || !onto) continue
      const { operation } = onto
      const signature = concatHex([
        slice(operation.signature, 0, signatureSize),
        tailOf(from),
      ])
      await send(() => bench.handle([{ ...operation, signature }]))
    }
    if (act.type === 'send') {
      const operations = pickAll(act).map(({ operation }) => operation)
      if (operations.length === 0) continue
      if (act.by === 'key') await send(() => bench.handle(operations))
      else
        await send(async () => {
          const bundles = operations.map((one) => toBundle(bench, [one]))
          for (const { result, success } of await hostile.act(bundles))
            if (!success) count(getReason(bench, result))
        })
    }
  }
}

const tailOf = ({ operation }: TierOperation) =>
  operation.signature.length > 2 + 2 * signatureSize
    ? slice(operation.signature, signatureSize)
    : '0x'

/** The newest first, and round again. */
function pick(
  pool: readonly TierOperation[],
  index: number,
): TierOperation | undefined {
  return pool.at(-1 - (index % Math.max(pool.length, 1)))
}
