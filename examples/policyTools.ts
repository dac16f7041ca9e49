import {
  diffPolicy,
  explainWorstCase,
  lintPolicy,
  type PolicyDocument,
} from '../src/index.ts'
import type { LocalChain } from '../src/local/index.ts'
import { openAccount } from './openAccount.ts'

/** An owner looks at a policy before it is granted, at an update, and after. */
export async function policyTools(
  localChain: LocalChain,
  document: PolicyDocument,
) {
  const { account, client, compile, owner } = await openAccount(localChain, '1')
  const agent = localChain.accounts.agent.address

  // Before: what would be regretted, from the document and from the chain.
  const { chainId } = localChain
  const findings = [
    ...lintPolicy(document, { chainId }),
    ...(await client.lintPolicyOnChain({ account, policy: document })),
  ]
  const errors = findings.filter(({ severity }) => severity === 'error')
  const worstCase = explainWorstCase(document)

  // What the account has given away already, which no policy binds.
  const review = await client.reviewAccount({ account, policy: document })

  // An update: what it loosens.
  const updated = { ...document, maxCalls: 20 }
  const loosened = diffPolicy(document, updated).filter(
    ({ kind }) => kind === 'looser',
  )

  // After: what the chain's own bytes say, compared with a document.
  const hash = await owner.grantPolicy({ agent, policy: compile() })
  await owner.waitForUserOperationReceipt({ hash })
  const granted = { account, agent }
  const same = await client.verifyGrant({ ...granted, policy: document })
  const other = await client.verifyGrant({ ...granted, policy: updated })

  return { errors, loosened, other, review, same, worstCase }
}
