import { expect } from 'chai'
import type { Log } from 'ethers'

import { rules, type TierOperation, type TierWorld } from './tierWorld.ts'

type Announcement = { due: number; expires: number; version: number }

/**
 * Holds what happens to the law of the tiers: what moves beyond a threshold uses up
 * an announcement of its own that is due, or the consent of two approvers that was
 * given for its calls and nonce. Reads nothing of what the module keeps.
 */
export async function openTierLedger({
  approvers,
  bench,
  consents,
  parties,
}: TierWorld) {
  const { account, entryPoint, provider, validator } = bench
  const announced = new Map<string, Announcement>()
  /** Agents, calls and nonces that have had their approvals. */
  const used = new Set<string>()
  const executed = new Set<string>()
  const versions = new Map<string, number>()
  const paid = new Map<string, bigint>()

  const key = (agent: string, callsHash: string) => `${agent},${callsHash}`
  const readVersion = async (agent: string) =>
    Number((await validator.getGrant(account.target, agent)).version)
  const getReceived = () =>
    Promise.all(parties.map(({ recipient }) => provider.getBalance(recipient)))
  for (const { agent } of parties)
    versions.set(agent.address, await readVersion(agent.address))
  const start = await getReceived()

  function useAnnouncement(used: TierOperation) {
    const { callsHash, party, validAfter, validUntil } = used
    const id = key(party.agent.address, callsHash)
    const found = announced.get(id)
    if (!found) throw new Error(`Nothing was announced: ${id}`)
    expect(found.version, 'version').to.equal(versions.get(party.agent.address))
    expect(validAfter, 'ran too soon').to.be.at.least(found.due)
    expect(validUntil, 'ran too late').to.be.at.most(found.expires)
    announced.delete(id)
  }

  function useApprovals({
    callsHash,
    operation,
    party,
    validUntil,
  }: TierOperation) {
    const id = [party.agent.address, callsHash, operation.nonce].join()
    expect(used.has(id), 'approvals used twice').to.equal(false)
    used.add(id)
    const given = [...consents].filter((consent) => {
      const [, agent, hash, nonce, deadline] = consent.split(',')
      return (
        [agent, hash, nonce].join() === id && Number(deadline) >= validUntil
      )
    })
    const distinct = new Set(given.map((consent) => consent.split(',')[0]))
    const listed = approvers.filter(({ address }) => distinct.has(address))
    expect(listed.length, 'approvers').to.be.at.least(rules.threshold)
  }

  /** Enters what a transaction has logged, in its order. */
  async function enter(
    logs: readonly Log[],
    at: number,
    pool: readonly TierOperation[],
    count: (outcome: string) => void,
  ): Promise<void> {
    const find = (hash: string) => {
      const found = pool.find((operation) => operation.hash === hash)
      if (!found) throw new Error(`Nobody has signed ${hash}.`)
      return found
    }
    /** Tiers of the operations that this transaction has validated. */
    const reached = new Map<string, number>()
    for (const log of logs) {
      const ofModule =
        log.address === validator.target && validator.interface.parseLog(log)
      if (ofModule && ofModule.name === 'TierReached') {
        const operation = find(ofModule.args.userOpHash)
        const tier = Number(ofModule.args.tier)
        reached.set(operation.hash, tier)
        count(`tier ${tier}`)
        if (tier === 2) useAnnouncement(operation)
        if (tier === 3) useApprovals(operation)
      }
      if (ofModule && ofModule.name === 'CallsAnnounced') {
        const { agent, callsHash } = ofModule.args
        const version = versions.get(agent) ?? 0
        const due = at + rules.delay
        const expires = due + rules.lifetime
        announced.set(key(agent, callsHash), { due, expires, version })
      }
      if (ofModule && ofModule.name === 'AnnouncementCancelled') {
        const { agent, callsHash } = ofModule.args
        const existed = announced.delete(key(agent, callsHash))
        expect(existed, 'cancelled').to.equal(true)
      }
      if (log.address !== entryPoint.target) continue
      const event = entryPoint.interface.parseLog(log)
      if (event?.name !== 'UserOperationEvent') continue
      const operation = find(event.args.userOpHash)
      const { announces, hash, party, validAfter, validUntil } = operation
      expect(executed.has(hash), 'an operation ran twice').to.equal(false)
      executed.add(hash)
      expect(at, 'ran too soon').to.be.at.least(validAfter)
      expect(at, 'ran too late').to.be.at.most(validUntil)
      expect(reached.get(hash) ?? 0, 'tier').to.equal(toTier(operation))
      const success: boolean = event.args.success
      count(success ? (announces ? 'announced' : 'executed') : 'reverted')
      if (success && !announces)
        paid.set(
          party.recipient,
          (paid.get(party.recipient) ?? 0n) + operation.amount,
        )
    }
    for (const { agent } of parties)
      versions.set(agent.address, await readVersion(agent.address))
    // Nothing else has moved.
    const received = await getReceived()
    for (const [index, { recipient }] of parties.entries())
      expect((received[index] ?? 0n) - (start[index] ?? 0n)).to.equal(
        paid.get(recipient) ?? 0n,
      )
  }

  return { enter, executed }
}

function toTier({ announces, wanted }: TierOperation): number {
  if (announces) return 0
  return wanted > rules.approved ? 3 : wanted > rules.delayed ? 2 : 0
}
