import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Hash } from 'viem'

import { openZeppelin } from '../../src/accounts/adapters/openZeppelin.ts'
import { freezeAgent } from '../../src/actions/owner/freezeAgent.ts'
import { grantPolicy } from '../../src/actions/owner/grantPolicy.ts'
import { installPolicyValidator } from '../../src/actions/owner/installPolicyValidator.ts'
import { isPolicyError } from '../../src/errors/policyError.ts'
import type { LocalChain } from '../../src/local/startLocalChain.ts'
import { compilePolicy } from '../../src/policy/compilePolicy.ts'
import type { PolicyDocument } from '../../src/policy/document/policySchema.ts'
import { explainPolicy } from '../../src/policy/explainPolicy.ts'
import { getBypasses } from './bypassServer.ts'
import {
  type ConnectedAgent,
  connectAgent,
  type ToolAnswer,
} from './connectAgent.ts'
import { createLocalAccount, type LocalAccount } from './createLocalAccount.ts'
import type { DemoReport } from './createReport.ts'
import { withDailyDollars, withToken } from './readDemoPolicy.ts'
import { readState } from './readState.ts'
import { getViolations } from './violations.ts'

type Chain = LocalChain<'0.7' | '0.8', true>

/** Everything that the acts of the demo share. */
type Scene = {
  account: LocalAccount
  agent: ConnectedAgent
  document: PolicyDocument
  localChain: Chain
  report: DemoReport
}

const nothingMoved = 'nothing moved'

/**
 * Plays the demo on a local chain.
 *
 * @param localChain - Chain that is ready to use
 * @param text - The demo's policy
 * @param report - Gets every step
 */
export async function playDemo(
  localChain: Chain,
  text: PolicyDocument,
  report: DemoReport,
): Promise<void> {
  const document = withToken(text, localChain.contracts.testToken)
  const directory = mkdtempSync(join(tmpdir(), 'mandate-demo-'))
  let agent: ConnectedAgent | undefined
  try {
    const account = await createLocalAccount(localChain)
    await playOwner({ account, document, localChain, report })

    agent = await connectAgent({
      account: account.address,
      agentKey: localChain.accounts.agent.privateKey,
      directory,
      document,
      localChain,
    })
    const scene = { account, agent, document, localChain, report }
    await playAgent(scene)
    await playViolations(scene)
    await playBypasses(scene)
    await playLevers(scene)
  } finally {
    await agent?.close().catch(() => {})
    rmSync(directory, { force: true, recursive: true })
  }
}

async function playOwner(scene: Omit<Scene, 'agent'>): Promise<void> {
  const { account, document, localChain, report } = scene
  const { contracts } = localChain

  report.begin('The owner')
  const { actualGasUsed, success } = await account.waitForOwner(
    await installPolicyValidator(account.owner, {
      grant: {
        agent: localChain.accounts.agent.address,
        policy: compile(scene, document),
      },
      policyStore: contracts.policyStore,
      validator: contracts.policyValidator,
    }),
  )
  report.add(
    {
      expected: 'included',
      gasUsed: `${actualGasUsed}`,
      got: success ? 'included' : 'reverted',
      name: 'deploys a smart account, installs the module, grants a policy',
      ok: success,
    },
    [`Account ${account.address}`],
  )
  report.say('')
  report.say('The policy, as the chain enforces it:')
  for (const sentence of explainPolicy(document)) report.say(`· ${sentence}`)
}

async function playAgent({ agent, document, report }: Scene): Promise<void> {
  report.begin('The agent, through the MCP server')

  const policy = await agent.call('get_policy')
  report.add({
    expected: `${document.name}, version 1`,
    got: `${policy.name}, version ${policy.version}`,
    name: 'reads what it may do',
    ok: policy.name === document.name && policy.version === 1,
  })

  const inEth = [{ amount: '0.05 ETH', to: 'vendor', transfer: 'ETH' }]
  const inDollars = [{ amount: '60 TUSD', to: 'vendor', transfer: 'TUSD' }]
  addPayment(
    report,
    'pays the vendor 0.05 ETH',
    await agent.call('send_calls', {
      calls: inEth,
      idempotencyKey: 'invoice-1001',
    }),
  )
  const paid = await agent.call('send_calls', {
    calls: inDollars,
    idempotencyKey: 'invoice-1002',
  })
  addPayment(report, 'pays the vendor 60 TUSD', paid)

  const again = await agent.call('send_calls', {
    calls: inDollars,
    idempotencyKey: 'invoice-1002',
  })
  const isSame = again.transactionHash === paid.transactionHash
  report.add({
    expected: 'the first payment',
    got:
      again.replayed === true && isSame
        ? 'the first payment'
        : `another one, ${again.status}`,
    name: 'sends the same payment again, as after a lost answer',
    ok: again.replayed === true && isSame,
  })

  const budget = await agent.call('get_budget')
  const left = getDollarsLeft(budget)
  report.add({
    expected: '90 TUSD left today',
    got: `${left} left today`,
    name: 'asks what is left',
    ok: left === '90 TUSD',
  })
}

async function playViolations(scene: Scene): Promise<void> {
  const { account, agent, localChain, report } = scene

  report.begin('What the agent tries in vain')
  for (const [index, violation] of getViolations(
    localChain,
    account,
  ).entries()) {
    const { calls, code, name } = violation
    await addDenial(scene, name, code, async () => {
      const answer = await agent.call('send_calls', {
        calls,
        idempotencyKey: `attempt-${1001 + index}`,
      })
      return answer.error ?? answer
    })
  }
}

async function playBypasses(scene: Scene): Promise<void> {
  const { account, localChain, report } = scene

  report.begin("What a thief of the agent's key tries, without the server")
  for (const { code, name, run } of await getBypasses(localChain, account))
    await addDenial(scene, name, code, () =>
      run().catch((error: unknown) => {
        if (isPolicyError(error)) return error.toJSON()
        throw error
      }),
    )
}

async function playLevers(scene: Scene): Promise<void> {
  const { account, agent, document, localChain, report } = scene
  const { contracts } = localChain
  const subject = {
    agent: localChain.accounts.agent.address,
    validator: contracts.policyValidator,
  }

  // The server's document is no longer the granted policy: its names lend nothing.
  const vendor = localChain.accounts.recipient.address

  report.begin('The owner again')
  await addOwnerAct(
    scene,
    'raises the budget to 500 TUSD a day',
    await grantPolicy(account.owner, {
      ...subject,
      policy: compile(scene, withDailyDollars(document, '500')),
      policyStore: contracts.policyStore,
    }),
  )
  addPayment(
    report,
    'and the agent pays the 95 TUSD that were denied before',
    await agent.call('send_calls', {
      calls: [{ amount: '95 TUSD', to: vendor, transfer: 'TUSD' }],
      idempotencyKey: 'invoice-1003',
    }),
  )
  const left = getDollarsLeft(await agent.call('get_budget'))
  report.add({
    expected: '345 TUSD left today',
    got: `${left} left today`,
    name: 'what was spent before still counts',
    ok: left === '345 TUSD',
  })

  await addOwnerAct(
    scene,
    'freezes the agent',
    await freezeAgent(account.owner, subject),
  )
  await addDenial(
    scene,
    'and the agent can do nothing any more',
    'AGENT_FROZEN',
    async () => {
      const answer = await agent.call('send_calls', {
        calls: [{ amount: '1 TUSD', to: vendor, transfer: 'TUSD' }],
        idempotencyKey: 'invoice-1004',
      })
      return answer.error ?? answer
    },
  )
}

/** Compiles a policy for the account. */
function compile(
  { localChain }: Pick<Scene, 'localChain'>,
  document: PolicyDocument,
) {
  const { chainId, contracts } = localChain
  return compilePolicy(document, {
    ...openZeppelin.getProfile({ validator: contracts.policyValidator }),
    chainId,
  })
}

/** Adds a payment that must have been included. */
function addPayment(
  report: DemoReport,
  name: string,
  answer: ToolAnswer,
): void {
  const isMined = answer.ok && answer.status === 'mined'
  report.add(
    {
      expected: 'mined',
      got: `${answer.error?.code ?? answer.status}`,
      name,
      ok: isMined,
      ...(isMined ? { gasUsed: `${answer.gasUsed}` } : {}),
    },
    isMined ? [`tx ${answer.transactionHash}`] : [],
  )
}

async function addOwnerAct(
  { account, report }: Scene,
  name: string,
  hash: Hash,
): Promise<void> {
  const { actualGasUsed, success } = await account.waitForOwner(hash)
  report.add({
    expected: 'included',
    gasUsed: `${actualGasUsed}`,
    got: success ? 'included' : 'reverted',
    name,
    ok: success,
  })
}

/** Adds something that must be denied for this reason, and must change nothing. */
async function addDenial(
  { account, localChain, report }: Scene,
  name: string,
  code: string,
  attempt: () => Promise<unknown>,
): Promise<void> {
  const before = await readState(localChain, account)
  const answer = (await attempt()) as
    | { code?: unknown; message?: unknown; ownerMessage?: unknown }
    | undefined
  const isSame = before === (await readState(localChain, account))
  const got = `${answer?.code ?? 'no denial'}, ${isSame ? nothingMoved : 'something moved'}`
  const expected = `${code}, ${nothingMoved}`
  const message = `${answer?.message ?? ''}`.replace(/^\[\w+\] /, '')

  report.add({ expected, got, name, ok: got === expected }, [
    ...(message === '' ? [] : [message]),
    ...(answer?.ownerMessage ? [`The owner says: ${answer.ownerMessage}`] : []),
  ])
}

function getDollarsLeft({ limits }: ToolAnswer): string | undefined {
  const list = (limits ?? []) as {
    asset: string
    per: string
    remainingFormatted: string
  }[]
  return list.find(({ asset, per }) => asset === 'TUSD' && per === 'day')
    ?.remainingFormatted
}
