import { expect } from 'chai'
import fc from 'fast-check'
import {
  concatHex,
  type Hex,
  isAddressEqual,
  keccak256,
  numberToHex,
  stringToHex,
} from 'viem'

import { compilePolicy } from '../../src/policy/compilePolicy.ts'
import { checkPolicy } from '../../src/policy/format/checkPolicy.ts'
import { decodePolicy } from '../../src/policy/format/decodePolicy.ts'
import { encodePolicy } from '../../src/policy/format/encodePolicy.ts'
import type { PolicyData } from '../../src/policy/format/types.ts'
import { type Bench, loadBench } from '../helpers/bench.ts'
import { networkHelpers } from '../helpers/network.ts'
import {
  encodeCalls,
  encodeWindow,
  hashWindow,
  type Operation,
  packPair,
  packPaymaster,
  signHash,
} from '../helpers/operations.ts'
import { arbitraryDocument } from './arbitraryDocument.ts'
import { chainId } from './documents.ts'
import { drawOperation } from './drawOperation.ts'
import { holds } from './holds.ts'
import { denied, type JudgedMeters } from './judge.ts'
import { judgeTier, type WholeOperation } from './judgeWhole.ts'
import { mutatePolicy } from './mutatePolicy.ts'
import { createRandom, type Random } from './random.ts'
import { writeOut } from './writeOut.ts'

const account = holds.account
const userOpHash = keccak256(stringToHex('operation'))
/** Tiers of operations that the validator refuses for want of more. */
const wanting: Record<string, number> = {
  AnnouncementRequired: 2,
  ApprovalRequired: 3,
}
const seen = new Map<string, number>()

function count(what: string) {
  seen.set(what, (seen.get(what) ?? 0) + 1)
}

/** The judge's own account, as one that has the module. */
async function loadAccount(bench: Bench) {
  const code = await bench.provider.getCode(String(bench.account.target))
  await networkHelpers.setCode(account, code)
  const signer = await bench.impersonate(account)
  const validator = bench.validator.connect(signer)
  await validator.getFunction('onInstall').send('0x')
  return validator
}

type Validator = Awaited<ReturnType<typeof loadAccount>>

/** The operation as bytes, signed by the agent, without any tier's proofs. */
function encode(bench: Bench, operation: WholeOperation): Operation {
  const { agent } = bench
  const { feePerGas, gasLimits, nonceKey, paymaster } = operation
  const calls = encodeCalls(
    operation.calls.map(({ data, target, value }) => ({
      data,
      to: target,
      value,
    })),
  )
  const hash = hashWindow(
    { chainId: bench.chainId, validator: String(bench.validator.target) },
    userOpHash,
    operation,
  )
  return {
    accountGasLimits: packPair(0n, gasLimits - operation.preVerificationGas),
    callData: operation.executeUserOp
      ? concatHex(['0x8dd7712f', calls])
      : calls,
    gasFees: packPair(0n, feePerGas),
    initCode: '0x',
    nonce: nonceKey << 64n,
    paymasterAndData:
      paymaster === undefined ? '0x' : packPaymaster(paymaster, 0n, 0n),
    preVerificationGas: operation.preVerificationGas,
    sender: account,
    signature: concatHex([
      encodeWindow(agent.address, operation),
      signHash(agent.signingKey, hash),
    ]),
  }
}

/** The tier that the validator sees, which charges what it permits. */
async function ask(
  bench: Bench,
  validator: Validator,
  operation: Operation,
): Promise<{ error?: string; tier: number }> {
  const validate = validator.getFunction('validateUserOp')
  try {
    await validate.staticCall(operation, userOpHash)
  } catch (error) {
    const { data } = error as { data?: string }
    if (data === undefined) throw error
    const name = String(bench.parseError(data)[0])
    return { error: name, tier: wanting[name] ?? denied }
  }
  const sent = await validate.send(operation, userOpHash)
  const receipt = await sent.wait()
  const log = receipt?.logs
    .map((one) => validator.interface.parseLog(one))
    .find((one) => one?.name === 'TierReached')
  return { tier: Number(log?.args.tier ?? 0) }
}

/** Whether a store takes it, for a grant on this chain. */
function isPolicy(policy: PolicyData): boolean {
  try {
    if (checkPolicy(policy).length > 0) return false
    decodePolicy(encodePolicy(policy))
    return policy.chainId === chainId
  } catch {
    return false
  }
}

async function compare(
  bench: Bench,
  validator: Validator,
  { before, policy, sets }: { before: Hex; policy: Hex; sets: readonly Hex[] },
  random: Random,
): Promise<void> {
  const after = writeOut(decodePolicy(policy), sets)
  const policies = { after, before: writeOut(decodePolicy(before), sets) }
  for (const set of sets) await bench.publish(set)
  const hash = await bench.publish(policy)
  await validator.getFunction('grant').send(bench.agent.address, hash, 0)
  const meters: JudgedMeters = new Map()
  // For the judge, all of them run at once.
  const { validAfter, validUntil } = drawOperation(policies, random)
  for (let index = 0; index < 12; index++) {
    const drawn = {
      ...drawOperation(policies, random),
      validAfter,
      validUntil,
    }
    const { gasLimits, preVerificationGas: least } = drawn
    const isShort = gasLimits < least
    const operation = {
      ...drawn,
      gasLimits: isShort ? least : gasLimits,
      settles: false,
    }
    // What cannot be a target of anything never is one here.
    const isOwn = operation.calls.some(({ target }) =>
      isAddressEqual(target, account),
    )
    if (isOwn) continue
    const trial = new Map(meters)
    const tier = judgeTier(after, operation, trial)
    const bytes = encode(bench, operation)
    const { error, tier: is } = await ask(bench, validator, bytes)
    if (error === 'TooManyMeters') continue
    count(is === denied ? (error ?? '') : `tier ${is}`)
    expect(tier, `${error} of ${numberToHex(index)}`).to.equal(is)
    // What lacks a proof, or is denied, charges nothing.
    if (is < 2) for (const [key, value] of trial) meters.set(key, value)
  }
}

describe('the judge of whole operations', () => {
  it('finds what the validator finds', async () => {
    const bench = await loadBench()
    const validator = await loadAccount(bench)
    const fresh = await networkHelpers.takeSnapshot()
    await fc.assert(
      fc.asyncProperty(
        arbitraryDocument(),
        fc.integer(),
        async (document, seed) => {
          const random = createRandom(seed)
          const { bytes, sets } = compilePolicy(document, { chainId })
          const policy = {
            ...mutatePolicy(decodePolicy(bytes), random.number(3), random),
            settlement: random.is(5),
          }
          fc.pre(isPolicy(policy))
          await compare(
            bench,
            validator,
            {
              before: bytes,
              policy: encodePolicy(policy),
              sets: sets.map((set) => set.bytes),
            },
            random,
          )
          await fresh.restore()
        },
      ),
      { endOnFailure: true, numRuns: 60 },
    )
    // All tiers, and denials of many kinds.
    for (const tier of [0, 1, 2, 3])
      expect(seen.get(`tier ${tier}`), `tier ${tier}`).to.be.greaterThan(3)
    expect(seen.size, [...seen.keys()].join()).to.be.greaterThan(8)
  })
})
