import { expect } from 'chai'
import type { Log } from 'ethers'

import { caps, type Party, type Signed, type World } from './hostileWorld.ts'
import { day, hour } from './time.ts'

type Entry = {
  party: Party
  asset: 'native' | 'token' | 'gas' | 'operation'
  amount: bigint
  /** Second of the block. */
  at: number
}

const sum = (entries: readonly Entry[]) =>
  entries.reduce((total, { amount }) => total + amount, 0n)

/**
 * Keeps account of what really moves, from balances and from the events of the
 * EntryPoint and of the token, and holds it to what the policies allow.
 */
export async function openLedger({ bench, bystander, parties, token }: World) {
  const { entryPoint, provider, validator } = bench
  const entries: Entry[] = []
  const executed = new Set<string>()
  const ledgerOf = (party: Party, asset: Entry['asset']) =>
    entries.filter((entry) => entry.party === party && entry.asset === asset)

  const accounts = [...new Set(parties.map(({ account }) => account))]
  const getOwned = async ({ target }: { target: unknown }) => ({
    native:
      (await provider.getBalance(String(target))) +
      ((await entryPoint.getFunction('balanceOf')(target)) as bigint),
    token: await bench.token.balanceOf(String(target)),
  })
  const getReceived = (party: Party) =>
    Promise.all([
      provider.getBalance(party.recipient),
      bench.token.balanceOf(party.recipient),
    ])
  const start = await Promise.all(accounts.map(getOwned))
  const ofBystander = async () =>
    JSON.stringify(
      [
        await getOwned(bystander),
        await validator.getGrant(bystander.target, bench.agent.address),
        await bench.getSpent(undefined, { of: bystander }),
        await Promise.all(
          [bench.alice, bench.bob, bench.agent, bench.otherAgent].map(
            ({ address }) => provider.getBalance(address),
          ),
        ),
      ],
      (_, value) => (typeof value === 'bigint' ? `${value}` : value),
    )
  const bystanderAtStart = await ofBystander()
  const received = new Map(
    await Promise.all(
      parties.map(async (party) => [party, await getReceived(party)] as const),
    ),
  )
  /** Gas that the owner’s acts have cost each account, in wei. */
  const gasOfOwner = new Map<string, bigint>()

  const payGas = (account: string, cost: bigint) =>
    gasOfOwner.set(account, (gasOfOwner.get(account) ?? 0n) + cost)

  /** Enters what a transaction has moved, of these operations and no others. */
  async function enter(
    logs: readonly Log[],
    at: number,
    pool: readonly Signed[],
    ofOwner: ReadonlySet<string>,
  ): Promise<void> {
    for (const party of parties) {
      const [native, tokens] = received.get(party) ?? [0n, 0n]
      const now = await getReceived(party)
      received.set(party, now)
      entries.push(
        { party, asset: 'native', amount: now[0] - native, at },
        { party, asset: 'token', amount: now[1] - tokens, at },
      )
    }
    for (const log of logs) {
      if (log.address === token) {
        const event = bench.token.interface.parseLog(log)
        if (event?.name !== 'Approval') continue
        const party = parties.find(
          ({ recipient }) => recipient === event.args.spender,
        )
        if (!party) throw new Error('An allowance of nobody.')
        expect(event.args.owner).to.equal(party.account.target)
        entries.push({ party, asset: 'token', amount: event.args.value, at })
      }
      if (log.address !== entryPoint.target) continue
      const event = entryPoint.interface.parseLog(log)
      if (event?.name !== 'UserOperationEvent') continue
      const { actualGasCost, sender, userOpHash } = event.args
      const signed = pool.find(({ hash }) => hash === userOpHash)
      if (!signed) {
        expect(ofOwner.has(userOpHash), 'nobody has signed').to.equal(true)
        payGas(sender, actualGasCost)
        continue
      }
      expect(executed.has(userOpHash), 'an operation ran twice').to.equal(false)
      executed.add(userOpHash)
      expect(sender).to.equal(signed.party.account.target)
      expect(at, 'ran too soon').to.be.at.least(signed.validAfter)
      expect(at, 'ran too late').to.be.at.most(signed.validUntil)
      const { party } = signed
      entries.push(
        { party, asset: 'gas', amount: actualGasCost, at },
        { party, asset: 'operation', amount: 1n, at },
      )
    }
  }

  /** Holds what has moved until now to the caps, and to what meters show. */
  async function check(now: number): Promise<void> {
    for (const party of parties) {
      const within = (asset: Entry['asset'], length: number) =>
        sum(
          ledgerOf(party, asset).filter(
            ({ at }) => Math.floor(at / length) === Math.floor(now / length),
          ),
        )
      const native = within('native', hour)
      const tokens = within('token', day)
      expect(native <= caps.nativePerHour, 'value in an hour').to.equal(true)
      expect(tokens <= caps.tokenPerDay, 'tokens in a day').to.equal(true)
      expect(within('gas', day) <= caps.gas, 'gas in a day').to.equal(true)
      const recent = ledgerOf(party, 'operation').filter(
        ({ at }) => at > now - hour,
      )
      expect(recent.length, 'operations').to.be.at.most(caps.operations)

      const [ofHour, ofAccount, , ofDay] = await bench.getSpent(now, {
        of: party.account,
        by: party.agent,
      })
      expect((ofHour ?? 0n) >= native, 'charged value').to.equal(true)
      expect((ofDay ?? 0n) >= tokens, 'charged tokens').to.equal(true)
      expect((ofAccount ?? 0n) <= caps.nativeOfAccount).to.equal(true)
    }
    for (const [index, account] of accounts.entries()) {
      const of = (asset: Entry['asset']) =>
        sum(
          entries.filter(
            (entry) => entry.party.account === account && entry.asset === asset,
          ),
        )
      expect(of('native') <= caps.nativeOfAccount, 'value').to.equal(true)
      const owned = await getOwned(account)
      const { native, token: tokens } = start[index] ?? owned
      // Nothing else has left the account: what its recipients have, and gas.
      expect(native - owned.native, 'native balance').to.equal(
        of('native') +
          of('gas') +
          (gasOfOwner.get(String(account.target)) ?? 0n),
      )
      const sent = parties
        .filter(({ account: of }) => of === account)
        .reduce((total, party) => total + (received.get(party)?.[1] ?? 0n), 0n)
      expect(tokens - owned.token, 'token balance').to.equal(sent)
    }
    expect(await ofBystander(), 'bystander').to.equal(bystanderAtStart)
  }

  return { check, enter, executed, payGas }
}
