import { expect } from 'chai'
import type { Address, Hex } from 'viem'
import { encodeExecute } from '../../../src/accounts/encodeExecute.ts'
import { signApproval } from '../../../src/actions/approvals/signApproval.ts'
import { encodeGrantPolicyCall } from '../../../src/actions/calls/encodeGrantPolicyCall.ts'
import { encodeSetApprovalCall } from '../../../src/actions/calls/encodeSetApprovalCall.ts'
import { publishPolicy } from '../../../src/actions/owner/publishPolicy.ts'
import type { PolicyError } from '../../../src/errors/policyError.ts'
import { agentKey, compileExample, getError } from '../sdkStack.ts'
import { alice, bob } from '../tierStack.ts'
import { listKinds } from './cover.ts'
import { buildPlan, type Plan } from './plan.ts'
import type { SampleCall } from './recipe.ts'
import type { SampleChain } from './sampleChain.ts'

type Account = Awaited<ReturnType<SampleChain['createAccount']>>
export type Subject = Awaited<ReturnType<typeof grantPlan>>

/** Grants the policy of a plan to the agent of an account. */
export async function grantPlan(
  { send }: SampleChain,
  plan: Plan,
  account: Account,
) {
  const { places } = account
  const { calls, changes, sponsored } = buildPlan(plan, places, [
    alice.address,
    bob.address,
    places.recorder,
  ])
  const policy = compileExample(account.token, changes)
  await publishPolicy(account.wallet, { policy })
  await send({
    ...encodeGrantPolicyCall({
      agent: agentKey.address,
      expectedVersion: 0,
      policyHash: policy.policyHash,
    }),
    account: account.account,
  })
  const agent = await account.createAgent({ policy })
  return {
    ...account,
    agent,
    calls,
    kinds: listKinds(policy.bytes),
    plan,
    sponsored,
  }
}

/** A batch of all calls that the policy permits, and the first one alone. */
const toOperations = ({
  calls,
}: Subject): readonly (readonly SampleCall[])[] => [calls, calls.slice(0, 1)]

function toParameters({ places, sponsored }: Subject) {
  if (!sponsored) return {}
  const answer = async () => ({
    paymaster: places.paymaster,
    paymasterData: '0x' as const,
    paymasterPostOpGasLimit: 100_000n,
    paymasterVerificationGasLimit: 100_000n,
  })
  return {
    paymaster: { getPaymasterData: answer, getPaymasterStubData: answer },
  }
}

/**
 * Has the bundler take every operation of the plan, in the way in which it has to
 * be sent, and returns the kinds of operations that there were.
 */
export async function runPlan(
  chain: SampleChain,
  subject: Subject,
): Promise<readonly string[]> {
  const { agent, plan, sponsored } = subject
  const parameters = toParameters(subject)
  const operations = toOperations(subject)
  const kinds: string[] = []
  let due = 0
  if (plan.way.action === 'delay')
    for (const calls of operations) {
      const announced = await agent.announceCalls({ ...parameters, calls })
      due = Math.max(due, announced.due)
      kinds.push('announcement')
    }
  if (due > 0) await waitFor(chain, due)

  for (const calls of operations) {
    const approved = await approve(chain, subject, calls)
    const prepared = await agent.prepareCalls({
      ...parameters,
      ...(approved ? { approved } : {}),
      calls,
    })
    const hash = await agent.sendPreparedCalls(prepared)
    const { success } = await agent.waitForUserOperationReceipt({ hash })
    expect(success, hash).to.equal(true)
    kinds.push(
      calls.length > 1 ? 'batch' : 'single call',
      prepared.charges ? 'settled' : 'not settled',
      sponsored ? 'sponsored' : 'not sponsored',
      plan.way.action ?? 'instant',
      ...(approved?.approvals.map((approval) =>
        'signature' in approval ? 'approval by a key' : 'approval on chain',
      ) ?? []),
    )
  }
  return kinds
}

/** Has two approvers approve, where the plan has it so. */
async function approve(
  { send }: SampleChain,
  { agent, client, places, plan }: Subject,
  calls: readonly SampleCall[],
) {
  if (plan.way.action !== 'approval') return undefined
  const request = await agent.prepareApproval({ calls })
  const sign = (approver: typeof alice) =>
    signApproval(client, { approver, request })
  if (plan.way.by === 'limit')
    return { approvals: [await sign(alice), await sign(bob)], request }
  const approver: Address = places.recorder
  await send({
    ...encodeSetApprovalCall({ approved: true, request }),
    account: approver,
  })
  return {
    approvals: [{ approver, digest: request.digest }, await sign(alice)],
    request,
  }
}

/** Waits until a bundler takes a window that begins at a time. */
async function waitFor({ node }: SampleChain, time: number) {
  await new Promise((resolve) =>
    setTimeout(resolve, Math.max(0, (time + 7) * 1_000 - Date.now())),
  )
  await node.mine({ blocks: 1 })
}

/** What the bundler says of calls that the agent has signed unseen. */
export async function getRefusal(
  { agent, calls }: Subject,
  denied: { data: Hex; to: Address; value: bigint },
): Promise<PolicyError> {
  const [permitted] = calls.slice(1)
  if (!permitted) throw new Error('The plan permits nothing.')
  const prepared = await agent.prepareCalls({ calls: [permitted] })
  const { signature: _, ...userOperation } = prepared.userOperation
  const forged = { ...userOperation, callData: encodeExecute([denied]) }
  return getError<PolicyError>(
    agent.sendPreparedCalls({
      ...prepared,
      calls: [denied],
      userOperation: {
        ...forged,
        signature: await agent.account.signUserOperation(forged as never),
      } as never,
    }),
  )
}
