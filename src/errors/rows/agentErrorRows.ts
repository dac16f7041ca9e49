import { defineErrorRow as row } from '../defineErrorRow.ts'
import { nextSteps as step } from '../nextSteps.ts'

/** Denials for who sends, and with which key. */
export const agentErrorRows = {
  SENDER_MISMATCH: row({
    category: 'internal',
    retry: 'never',
    actor: 'operator',
    phase: 'validation',
    solidity: 'SenderMismatch',
    arguments: { sender: 'address', caller: 'address' },
    when: 'The module was called by somebody else than the account that the operation names as sender.',
    sentence: (a) =>
      `The operation names ${a.sender} as its sender, but ${a.caller} called the module.`,
    requiredAction: () =>
      'Send the operation through the EntryPoint of its own account, and check that the adapter is the one for this kind of account.',
  }),
  SIGNATURE_LENGTH_INVALID: row({
    category: 'validation',
    retry: 'never',
    actor: 'operator',
    phase: 'validation',
    solidity: 'SignatureLengthInvalid',
    arguments: { length: 'bytes' },
    when: 'The signature is not `agent ‖ validAfter ‖ validUntil ‖ r ‖ vs`, which is 96 bytes, with nothing behind it but the approvals that the policy asks for: 6 bytes, and 64 for each.',
    sentence: (a) =>
      `The signature has ${a.length}, but an agent's signature has exactly 96 bytes, and 6 more with 64 for each approval that the policy asks for.`,
    requiredAction: () =>
      "Sign with this package's agent account, and check that the adapter fits the account: some accounts add bytes of their own.",
  }),
  AGENT_NOT_GRANTED: row({
    category: 'auth',
    retry: 'never',
    actor: 'owner',
    phase: 'validation',
    solidity: 'AgentNotGranted',
    inExecution: true,
    arguments: { account: 'address', agent: 'address' },
    when: 'The account has granted this agent no policy, or has revoked it.',
    sentence: (a) =>
      `Account ${a.account} has granted agent ${a.agent} no policy, or has revoked it.`,
    requiredAction: () =>
      `Ask the owner to grant this agent a policy (with ${step.grantPolicy}); do not retry before that.`,
  }),
  AGENT_FROZEN: row({
    category: 'auth',
    retry: 'never',
    actor: 'owner',
    phase: 'validation',
    solidity: 'AgentFrozen',
    arguments: { account: 'address', agent: 'address' },
    when: 'The owner, the guardian or the agent itself has frozen this agent.',
    sentence: (a) => `Agent ${a.agent} is frozen on account ${a.account}.`,
    requiredAction: () =>
      `Stop, and tell the owner: only the owner can lift the freeze (with ${step.unfreezeAgent}).`,
  }),
}
