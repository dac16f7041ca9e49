/**
 * Names of the tools and actions that a required action may send somebody to.
 * They stand here once, so that a renamed tool leaves no stale advice behind.
 */
export const nextSteps = {
  /* TOOLS OF THE MCP SERVER */

  /** Dry run of calls. */
  checkCalls: '`check_calls`',
  /** What is left of each budget. */
  getBudget: '`get_budget`',
  /** State of a UserOperation that was sent. */
  getOperation: '`get_operation`',
  /** The agent's own policy. */
  getPolicy: '`get_policy`',

  /* ACTIONS OF THE SDK */

  /** Agent: announces calls of the delay tier. */
  announceCalls: "the SDK's `announceCalls`",
  /** Owner: freezes an agent. */
  freezeAgent: "the SDK's `freezeAgent`",
  /** Owner: publishes a policy and grants it, in place of an earlier one. */
  grantPolicy: "the SDK's `grantPolicy`",
  /** Owner: installs the module on an account. */
  install: "the SDK's `installPolicyValidator`",
  /** Agent: says what approvers have to sign. */
  prepareApproval: "the SDK's `prepareApproval`",
  /** Anyone: reads what an account has granted to an agent. */
  readGrant: "the SDK's `getGrant` and `getPolicy`",
  /** Owner: takes an agent's grant away. */
  revokeAgent: "the SDK's `revokeAgent`",
  /** Owner: lifts a freeze. */
  unfreezeAgent: "the SDK's `unfreezeAgent`",
} as const
