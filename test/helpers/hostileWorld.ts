import type { Wallet } from 'ethers'
import { concatHex, type Hex, slice, toHex } from 'viem'

import type { EntryPointVersion } from '../../src/local/entryPoints.ts'
import { buildLimit } from '../policyStore/buildPolicy.ts'
import { type Bench, loadBench, toKey } from './bench.ts'
import type { Change, SignAct } from './hostileSchedule.ts'
import { getMeterId, toCharge } from './meters.ts'
import {
  type Call,
  encodeCalls,
  encodeWindow,
  type Operation,
  packPair,
  packPaymaster,
} from './operations.ts'
import {
  allowApprove,
  allowCall,
  allowPayment,
  allowTransfer,
  assets,
  limits,
  toPolicy,
} from './policies.ts'
import { day, hour } from './time.ts'

/** Selector of nothing that the contract has which is called. */
const unknown = '0x12345678'
const zero = `0x${'00'.repeat(20)}`

/** What every policy of these accounts allows; amounts in base units. */
export const caps = {
  nativePerHour: 100n,
  nativeOfAccount: 260n,
  tokenPerDay: 100n,
  tokenPerOperation: 60n,
  /** Within any hour. */
  operations: 5,
  /** In wei, a UTC day. */
  gas: 10n ** 17n,
} as const

/** An agent of an account, with a recipient of its own. */
export type Party = {
  account: Bench['account']
  agent: Wallet
  number: number
  policyHash: Hex
  recipient: string
}

/** An operation as its agent has signed it. */
export type Signed = {
  operation: Operation
  hash: Hex
  party: Party
  validAfter: number
  validUntil: number
}

export type World = Awaited<ReturnType<typeof createWorld>>

/** Two accounts of one owner: one with two agents, one of which has both. */
export async function createWorld(version: EntryPointVersion) {
  const bench = await loadBench(version)
  const other = await bench.createAccount('other account')
  const bystander = await bench.createAccount('bystander')
  const { account, agent, factory, otherAgent, validator } = bench
  const token = String(bench.token.target)
  const toBytes = (recipient: string) =>
    toPolicy({
      header: { gasBudget: caps.gas / 10n ** 12n },
      assets: [assets.native, assets.toErc20(token), assets.operations],
      limits: [
        limits.fixed(0, hour, caps.nativePerHour),
        buildLimit(0, {
          scope: 1,
          kind: 4,
          length: 0n,
          amount: caps.nativeOfAccount,
        }),
        limits.perOperation(1, caps.tokenPerOperation),
        limits.daily(1, caps.tokenPerDay),
        buildLimit(2, {
          kind: 6,
          length: BigInt(hour),
          amount: BigInt(caps.operations),
        }),
      ],
      permissions: [
        allowPayment(recipient, 10n ** 30n),
        allowTransfer(token, 1),
        allowApprove(token, recipient, 1),
        allowCall(String(factory.target), unknown),
      ],
    })
  async function admit(
    of: Bench['account'],
    by: Wallet,
    number: number,
  ): Promise<Party> {
    const { address } = toKey(`recipient ${number} of ${of.target}`)
    const policyHash = await bench.grant(toBytes(address), { of, to: by })
    return { account: of, agent: by, number, policyHash, recipient: address }
  }
  const parties = [
    await admit(account, agent, 1),
    await admit(account, otherAgent, 2),
    await admit(other, agent, 1),
  ] as const
  await bench.grant(toBytes(bench.alice.address), { of: bystander })

  const toMeters = ({ number }: Party) => ({
    hourly: getMeterId({
      kind: 2,
      length: hour,
      agentNumber: number,
      assetKind: 1,
      asset: zero,
    }),
    ofAccount: getMeterId({
      kind: 4,
      scope: 1,
      agentNumber: 0,
      assetKind: 1,
      asset: zero,
    }),
    daily: getMeterId({
      kind: 2,
      length: day,
      agentNumber: number,
      assetKind: 2,
      asset: token,
    }),
  })

  /** The calls of an operation, and the `settle` behind them. */
  function toCalls(party: Party, act: SignAct, validAfter: number): Call[] {
    const amount = BigInt(act.amount)
    const { recipient } = party
    const native = act.spends === 'native' || act.spends === 'both'
    const { daily, hourly, ofAccount } = toMeters(party)
    const charges = native
      ? [
          {
            meterId: hourly,
            charge: toCharge(Math.floor(validAfter / hour), amount),
          },
          { meterId: ofAccount, charge: toCharge(0, amount) },
        ]
      : []
    if (act.spends !== 'native')
      charges.push({
        meterId: daily,
        charge: toCharge(Math.floor(validAfter / day), amount),
      })
    const calls: Call[] = [
      ...(native ? [{ to: recipient, value: amount }] : []),
      ...(act.spends === 'token' || act.spends === 'both'
        ? [bench.encodeTransfer(recipient, amount)]
        : []),
      ...(act.spends === 'allowance'
        ? [bench.encodeApprove(recipient, amount)]
        : []),
      ...(act.fails ? [{ to: String(factory.target), data: unknown }] : []),
    ]
    if (!act.settles) return calls
    return [
      ...calls,
      {
        to: String(validator.target),
        data: validator.interface.encodeFunctionData('settle', [
          amount === 0n ? [] : charges,
        ]),
      },
    ]
  }

  /** Has the agent sign, at this second, with that many before it in its lane. */
  async function sign(
    act: SignAct,
    now: number,
    pending: bigint,
  ): Promise<Signed> {
    const party = parties[act.party % parties.length] ?? parties[0]
    const validAfter = now + act.starts
    const validUntil = validAfter + act.lasts
    const next: bigint = await bench.entryPoint.getFunction('getNonce')(
      party.account.target,
      bench.toNonceKey(act.lane),
    )
    const operation = await bench.operate({
      account: party.account,
      agent: party.agent,
      callData: encodeCalls(toCalls(party, act, validAfter)),
      nonce: next + pending,
      window: { validAfter, validUntil },
    })
    const hash = await bench.getUserOpHash(operation)
    return { hash, operation, party, validAfter, validUntil }
  }

  /** The operation with one thing changed that its agent has signed. */
  function tamper(
    { operation, party, validAfter, validUntil }: Signed,
    change: Change,
  ): Operation {
    const { nonce, signature } = operation
    const rest = slice(signature, 32)
    const sign = (by: Wallet, delay: number) => {
      const window = {
        validAfter: validAfter + delay,
        validUntil: validUntil + delay,
      }
      return concatHex([encodeWindow(by.address, window), rest])
    }
    const changes = {
      agent: {
        signature: sign(party.agent === agent ? otherAgent : agent, 0),
      },
      calls: {
        callData: encodeCalls([{ to: party.recipient, value: 1n }]),
      },
      fee: { gasFees: packPair(2n, 10n ** 10n) },
      lane: { nonce: nonce ^ (1n << 70n) },
      paymaster: {
        paymasterAndData: packPaymaster(bench.stranger.address, 1n, 1n),
      },
      tail: {
        signature: concatHex([
          slice(signature, 0, 32),
          toHex(BigInt(rest) ^ 1n, { size: 64 }),
        ]),
      },
      window: { signature: sign(party.agent, 7) },
    } as const satisfies Record<Change, Partial<Operation>>
    return { ...operation, ...changes[change] }
  }

  return {
    bench,
    bystander,
    parties,
    sign,
    tamper,
    token,
  }
}
