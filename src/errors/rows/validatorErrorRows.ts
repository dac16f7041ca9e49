import {
  defineErrorRow,
  type ErrorArguments,
  type ErrorRow,
} from '../defineErrorRow.ts'
import { nextSteps as step } from '../nextSteps.ts'

/** An act of the owner that `PolicyValidator` refuses. */
function row<const args extends ErrorArguments>(
  parameters: Pick<
    ErrorRow<args>,
    'arguments' | 'category' | 'requiredAction' | 'sentence' | 'when'
  > & { retry?: ErrorRow['retry'] | undefined; solidity: string },
) {
  return defineErrorRow<args>({
    actor: 'owner',
    phase: 'execution',
    inExecution: true,
    ...parameters,
    retry: parameters.retry ?? 'never',
  })
}

/**
 * Why `PolicyValidator` refuses an act of the owner: what
 * `IPolicyValidator.sol` adds to `IPolicyErrors.sol`.
 */
export const validatorErrorRows = {
  MODULE_NOT_INSTALLED: row({
    category: 'flow',
    solidity: 'NotInstalled',
    arguments: { account: 'address' },
    when: 'The module is not installed on this account.',
    sentence: (a) =>
      `The module is not installed on ${a.account ? `account ${a.account}` : 'the account'}.`,
    requiredAction: () =>
      `Ask the owner to install the module (with ${step.install}); do not retry before that.`,
  }),
  INSTALL_DATA_INVALID: row({
    category: 'validation',
    solidity: 'InstallDataInvalid',
    arguments: { length: 'bytes' },
    when: 'The install data is neither empty nor `abi.encode(agent, policyHash)`.',
    sentence: (a) =>
      `Install data of ${a.length} is neither empty nor an agent with a policy's hash.`,
    requiredAction: () =>
      `Install the module with ${step.install}, or with empty install data.`,
  }),
  AGENT_INVALID: row({
    category: 'validation',
    solidity: 'AgentInvalid',
    arguments: { agent: 'address' },
    when: 'The agent is zero, the account, this module or the policy store; or a new key that has, or had, a grant of its own.',
    sentence: (a) =>
      `The address ${a.agent} cannot be an agent: it is zero, the account, the module or the store, or it has, or had, a grant of its own.`,
    requiredAction: () => 'Use a fresh key for the agent.',
  }),
  TOO_MANY_AGENTS: row({
    category: 'policy',
    solidity: 'TooManyAgents',
    arguments: { maxAgents: 'count' },
    when: 'The account has as many agents as it may have.',
    sentence: (a) =>
      `The account has ${a.maxAgents} agents, which is the most it may have.`,
    requiredAction: () =>
      `Revoke an agent that is no longer needed (with ${step.revokeAgent}).`,
  }),
  VERSION_MISMATCH: row({
    category: 'flow',
    retry: 'rebuild',
    solidity: 'VersionMismatch',
    arguments: { expected: 'count', actual: 'count' },
    when: "The agent's version is another: somebody has acted on it in between.",
    sentence: (a) =>
      `The agent is at version ${a.actual}, not at ${a.expected}: somebody has acted on it in between.`,
    requiredAction: (a) =>
      `Look at what has changed (with ${step.readGrant}), then do it again for version ${a.actual}.`,
  }),
  POLICY_NOT_PUBLISHED: row({
    category: 'flow',
    solidity: 'PolicyNotPublished',
    arguments: { policyHash: 'hash' },
    when: 'The store holds no policy with this id.',
    sentence: (a) => `The store holds no policy with id ${a.policyHash}.`,
    requiredAction: () =>
      `Publish the policy first; ${step.grantPolicy} publishes and grants.`,
  }),
  POLICY_FOR_OTHER_CHAIN: row({
    category: 'validation',
    solidity: 'PolicyForOtherChain',
    arguments: { policyChainId: 'count', chainId: 'count' },
    when: 'The policy is for another chain.',
    sentence: (a) =>
      `The policy is for chain ${a.policyChainId}, but this is chain ${a.chainId}.`,
    requiredAction: (a) =>
      `Compile the document for chain ${a.chainId}, or grant it on chain ${a.policyChainId}.`,
  }),
  TARGET_FORBIDDEN: row({
    category: 'validation',
    solidity: 'TargetForbidden',
    arguments: { target: 'address' },
    when: 'The policy permits calls to the account, to this module, to the store or to an EntryPoint.',
    sentence: (a) =>
      `The policy permits calls to ${a.target}: the account, the module, the store or an EntryPoint.`,
    requiredAction: () => 'Take this target out of the document.',
  }),

  /* SIGNED ACTS */

  RELAYING_DISABLED: row({
    category: 'flow',
    solidity: 'RelayingDisabled',
    arguments: { account: 'address' },
    when: 'The account does not let signed levers be relayed.',
    sentence: (a) =>
      `Account ${a.account} does not let signed levers be relayed.`,
    requiredAction: () =>
      "Let the owner send the act from the account itself, or first switch relaying on from there (the module's `setRelaying`).",
  }),
  LEVER_EXPIRED: row({
    category: 'flow',
    solidity: 'LeverExpired',
    arguments: { deadline: 'time' },
    when: 'The last second at which the signed lever could be relayed is over.',
    sentence: (a) => `The signed lever could be relayed until ${a.deadline}.`,
    requiredAction: () =>
      'Let the owner sign the act again, with a later deadline.',
  }),
  LEVER_NOT_AUTHORIZED: row({
    category: 'auth',
    solidity: 'LeverNotAuthorized',
    arguments: { account: 'address' },
    when: "The account's ERC-1271 does not accept the lever's signature. An agent's signature it never accepts.",
    sentence: (a) =>
      `Account ${a.account} does not accept the signature of the lever.`,
    requiredAction: () =>
      "Let the owner sign exactly this lever, in this module's domain and for this chain, in the form in which the account takes signatures.",
  }),
  LEVER_INVALID: row({
    category: 'validation',
    solidity: 'LeverInvalid',
    arguments: { action: 'text' },
    when: 'The lever names no act, or carries a field that is not of that act.',
    sentence: (a) =>
      `The lever for ${a.action || 'no act'} names no act, or carries a field that is not of that act.`,
    requiredAction: () =>
      'Name one of Grant, Revoke, Freeze, Unfreeze and Rotate, and leave empty what the act has no use for; then let the owner sign it anew.',
  }),
  FREEZE_NOT_AUTHORIZED: row({
    category: 'auth',
    solidity: 'FreezeNotAuthorized',
    arguments: { account: 'address', agent: 'address' },
    when: 'Neither the agent nor the guardian that its policy names has asked for the freeze.',
    sentence: (a) =>
      `Neither agent ${a.agent} nor the guardian that its policy names has asked to freeze it on account ${a.account}.`,
    requiredAction: () =>
      `Let the agent or the guardian call it, or sign the freeze of the agent's present version; the owner freezes with ${step.freezeAgent}.`,
  }),
}
