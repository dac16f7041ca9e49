import { encodePacked, type Hex } from 'viem'

import { openZeppelin } from '../../src/accounts/adapters/openZeppelin.ts'
import { encodeGrantPolicyCall } from '../../src/actions/calls/encodeGrantPolicyCall.ts'
import { encodeInstallPolicyValidatorCall } from '../../src/actions/calls/encodeInstallPolicyValidatorCall.ts'
import { encodePublishCall } from '../../src/actions/calls/encodePublishCall.ts'
import type { CompiledPolicy } from '../../src/policy/compile/compiledPolicy.ts'
import { compilePolicy } from '../../src/policy/compilePolicy.ts'
import type { PolicyDocument } from '../../src/policy/document/policySchema.ts'
import type { Call } from '../../src/types/call.ts'
import type { BenchAccount } from './account.ts'
import { type Bench, send } from './bench.ts'
import { getValidator, sendOperation } from './sendOperation.ts'

/** Gas of what an owner does once. */
export type OwnerGas = {
  /** The owner's operation that grants the policy. */
  grant: number
  /** The owner's operation that installs the policy validator. */
  install: number
  /** Transactions of anybody that publish the sets and the policy. */
  publish: number
}

/** Compiles a document for the accounts of the benchmark. */
export function compile(
  bench: Bench,
  document: PolicyDocument,
): CompiledPolicy {
  return compilePolicy(document, {
    ...openZeppelin.getProfile({ validator: getValidator(bench, 'policy') }),
    chainId: bench.localChain.chainId,
  })
}

/** Installs both validators and grants the policy to the agent. */
export async function setUp(
  bench: Bench,
  account: BenchAccount,
  policy: CompiledPolicy,
): Promise<OwnerGas> {
  const { address, agent } = account
  const sendAsOwner = async (call: Call, what: string) => {
    const { receipt } = await sendOperation(bench, {
      account,
      calls: [call],
      route: 'owner',
      what,
    })
    return Number(receipt.gasUsed)
  }

  await sendAsOwner(
    openZeppelin.encodeInstallValidator({
      account: address,
      data: encodePacked(['address'], [agent.address]),
      validator: getValidator(bench, 'plain'),
    }),
    'installation of the plain validator',
  )
  const validator = getValidator(bench, 'policy')
  const install = await sendAsOwner(
    encodeInstallPolicyValidatorCall({ account: address, validator }),
    'installation of the policy validator',
  )
  const publish = await publishPolicy(bench, policy)
  const grant = await sendAsOwner(
    encodeGrantPolicyCall({
      agent: agent.address,
      expectedVersion: 0,
      policyHash: policy.policyHash,
      validator,
    }),
    'grant',
  )
  return { grant, install, publish }
}

async function publishPolicy(
  bench: Bench,
  { bytes, policyHash, sets }: CompiledPolicy,
): Promise<number> {
  let gas = 0
  for (const blob of [...sets, { bytes, hash: policyHash }])
    gas += await publish(bench, blob)
  return gas
}

async function publish(
  bench: Bench,
  { bytes, hash }: { bytes: Hex; hash: Hex },
): Promise<number> {
  const known = bench.published.get(hash)
  if (known !== undefined) return known

  const { policyStore } = bench.localChain.contracts
  const { receipt } = await send(
    bench,
    encodePublishCall({ bytes, policyStore }),
    'publication of a policy',
  )
  const gas = Number(receipt.gasUsed)
  bench.published.set(hash, gas)
  return gas
}
