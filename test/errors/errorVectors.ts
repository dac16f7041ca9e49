import { encodeErrorResult, parseAbi } from 'viem'
import {
  UserOperationReceiptNotFoundError,
  WaitForUserOperationReceiptTimeoutError,
} from 'viem/account-abstraction'

import {
  AgentSignatureRefusedError,
  WindowUnavailableError,
} from '../../src/accounts/errors.ts'
import {
  ContractNotDeployedError,
  DeployerMissingError,
} from '../../src/actions/errors.ts'
import type { PolicyErrorCode } from '../../src/errors/errorTable.ts'
import { PolicyDocumentError } from '../../src/errors/policyDocument.ts'
import { PolicyError } from '../../src/errors/policyError.ts'
import type { PolicyErrorContext } from '../../src/errors/policyErrorContext.ts'
import {
  PackageNotInstalledError,
  PortTakenError,
  ProgramExitedError,
} from '../../src/local/errors.ts'
import {
  account,
  agent,
  context,
  encode,
  failToCall,
  failToSend,
  midnight,
  native,
  now,
  policyHash,
  type RpcAnswer,
  refuse,
  revert,
  router,
  shop,
  stranger,
  transactionHash,
  usdc,
  userOpHash,
} from './fixtures.ts'

const unlimited = 2n ** 256n - 1n
const word = (value: bigint) => `0x${value.toString(16).padStart(64, '0')}`
const noon = now
const hour = 3_600
const margin = { after: 60, before: 30 }
const transfer = '0xa9059cbb'
const tokenErrors = parseAbi([
  'error ERC20InsufficientBalance(address sender, uint256 balance, uint256 needed)',
])

/**
 * Arguments for each Solidity error by which validation denies. A bundler
 * answers them the way Alto does.
 */
export const denials: { readonly [errorName: string]: readonly unknown[] } = {
  AgentFrozen: [account, agent],
  AgentNotGranted: [account, agent],
  AnnouncementExpired: [noon + 60, noon],
  AnnouncementNotDue: [noon, noon + hour],
  AnnouncementRequired: [policyHash, 86_400n],
  ApprovalExceedsMax: [1n, 402n, usdc, router, unlimited, 100_000_000n],
  ApprovalExpired: [noon + 60, noon],
  ApprovalInvalid: [1n, stranger],
  ApprovalRequired: [policyHash, 2n],
  ApprovalUsed: [policyHash, 7n],
  ArgumentNotAllowed: [0n, 731n, 3n, 7n, word(BigInt(stranger))],
  BatchEmpty: [],
  BatchTooLarge: [9n, 4n],
  BudgetExceeded: [1n, usdc, 250_000_000n, 12_500_000n, midnight],
  CallDataMalformed: [68n],
  CallDataSizeInvalid: [0n, 402n, 67n, 68n],
  CapExceeded: [1n, usdc, 75_000_000n, 50_000_000n],
  FeePerGasExceedsCap: [90_000_000_000n, 50_000_000_000n],
  GasBudgetExceeded: [2_000_000_000_000_000n, 100_000_000_000_000n, midnight],
  GasExceedsCap: [2_500_000n, 2_000_000n],
  InBlackout: [0n, noon - hour, noon + hour],
  InitCodeNotAllowed: [],
  ModeNotSupported: [`0x0101${'00'.repeat(30)}`],
  NonceNotAllowed: [7n, 255n, 0n],
  OutsideSchedule: [noon, noon + 60, noon + 45 * hour],
  PaymasterDataInvalid: [20n],
  PaymasterNotAllowed: [stranger],
  PeriodElapsed: [1n, 20_777n, 20_778n],
  PeriodNotBegun: [1n, noon + hour],
  PolicyExpired: [noon, noon + 60, noon - 24 * hour],
  PolicyNotYetValid: [noon, noon + hour],
  PreVerificationGasExceedsCap: [500_000n, 100_000n],
  PrivilegedTarget: [0n, account],
  RateLimitExceeded: [2n, 10n, noon + hour],
  RecipientNotAllowed: [0n, 402n, usdc, stranger],
  SelectorNotAllowed: [0n, usdc, '0x39509351'],
  SelectorNotSupported: ['0x9517e29f'],
  SenderMismatch: [account, stranger],
  SettlementMismatch: [0n, policyHash, (20_778n << 128n) | 250_000_000n],
  SettlementRequired: [],
  SignatureLengthInvalid: [65n],
  SourceNotAllowed: [0n, 402n, usdc, shop],
  SpenderNotAllowed: [0n, 402n, usdc, stranger],
  TargetNotAllowed: [0n, router],
  TooManyMeters: [16n],
  ValueExceedsCap: [
    0n,
    731n,
    2_000_000_000_000_000_000n,
    1_000_000_000_000_000_000n,
  ],
  WindowInvalid: [noon, 2 ** 32],
  WindowSpansPeriods: [1n, midnight],
  WindowTooWide: [7_200n, 3_600n],
}

/** Arguments for each Solidity error by which an act of the owner fails. */
export const refusals: { readonly [errorName: string]: readonly unknown[] } = {
  AgentInvalid: [native],
  AnnouncementUnknown: [account, agent, policyHash],
  BlobKindUnknown: [9n, 1n],
  BlobNotDeployed: [policyHash],
  BlobSizeInvalid: [24_577n],
  BudgetMissing: [1n],
  CancelNotAuthorized: [account, agent],
  ConditionInvalid: [731n, 2n],
  DelayNotConfigured: [],
  DirectoryInvalid: [8n],
  FreezeNotAuthorized: [account, agent],
  HeaderInvalid: [16n],
  InstallDataInvalid: [20n],
  LeverExpired: [noon - 60],
  LeverInvalid: ['Thaw'],
  LeverNotAuthorized: [account],
  NotInstalled: [account],
  PolicyEmpty: [],
  PolicyForOtherChain: [1n, 8_453n],
  PolicyNotPublished: [policyHash],
  RecordInvalid: [2n, 0n],
  RecordNotAscending: [8n, 4n],
  RelayingDisabled: [account],
  RuleInvalid: [731n],
  SelectorForbidden: [731n, '0xd505accf'],
  SetNotAscending: [0n, 12n],
  SetNotPublished: [1n, policyHash],
  TargetForbidden: [account],
  TargetReserved: [0n, native],
  TokenCallUnknown: [731n, usdc, '0x9bd9bbc6'],
  TokenWithoutBudget: [731n, transfer],
  TooManyAgents: [32n],
  VersionMismatch: [3n, 4n],
}

type Vector = {
  context?: PolicyErrorContext
  error: () => unknown
}

const alto = (code: number, message: string) => () =>
  failToSend({ code, message })
const altoSimulation = (code: number, reason: string) =>
  alto(code, `UserOperation reverted during simulation with reason: ${reason}`)
const http = (status: number, body: string) => () =>
  failToSend(async () => new Response(body, { status }))
const broken = (cause: string) => () =>
  failToCall(async () => {
    throw new TypeError('fetch failed', {
      cause: Object.assign(new Error(`connect ${cause}`), { code: cause }),
    })
  })
const denial = (errorName: string, args: readonly unknown[]) => () =>
  failToSend(refuse(encode(errorName, args)))

/** One error for each code that is no Solidity error's only meaning. */
export const otherVectors: {
  readonly [code in PolicyErrorCode]?: Vector
} = {
  APPROVAL_UNKNOWN: {
    error: () =>
      new PolicyError({
        arguments: { digest: userOpHash },
        code: 'APPROVAL_UNKNOWN',
      }),
  },
  APPROVAL_STATE_CONFLICT: {
    error: () =>
      new PolicyError({
        arguments: { act: 'send', digest: userOpHash, state: 'denied' },
        code: 'APPROVAL_STATE_CONFLICT',
      }),
  },
  APPROVAL_PENDING: {
    error: () =>
      new PolicyError({
        arguments: { digest: userOpHash, given: 1, threshold: 2 },
        code: 'APPROVAL_PENDING',
      }),
  },
  APPROVAL_REFUSED: {
    error: () =>
      new PolicyError({
        arguments: {
          approver: stranger,
          digest: userOpHash,
          reason: 'the policy does not list this approver',
        },
        code: 'APPROVAL_REFUSED',
      }),
  },
  APPROVAL_NONCE_TAKEN: {
    error: () =>
      new PolicyError({
        arguments: { holder: userOpHash, nonce: 7n },
        code: 'APPROVAL_NONCE_TAKEN',
      }),
  },
  /* SPECIAL CASES */

  AMOUNT_ABOVE_BUDGET: {
    error: denial('BudgetExceeded', [
      1n,
      usdc,
      600_000_000n,
      500_000_000n,
      midnight,
    ]),
  },
  GAS_ABOVE_BUDGET: {
    error: denial('GasBudgetExceeded', [
      20_000_000_000_000_000n,
      10_000_000_000_000_000n,
      midnight,
    ]),
  },
  LIFETIME_BUDGET_EXCEEDED: {
    error: denial('BudgetExceeded', [
      3n,
      native,
      50_000_000_000_000_000n,
      0n,
      0,
    ]),
  },
  LIFETIME_RATE_LIMIT_EXCEEDED: {
    error: denial('RateLimitExceeded', [2n, 10n, 0]),
  },
  WINDOW_BEYOND_POLICY: {
    error: denial('PolicyExpired', [noon, noon + 600, noon + 300]),
  },

  /* ENTRY POINT */

  ACCOUNT_ALREADY_DEPLOYED: {
    error: altoSimulation(-32500, 'AA10 sender already constructed'),
  },
  ACCOUNT_DEPLOYMENT_FAILED: {
    error: altoSimulation(-32500, 'AA13 initCode failed or OOG'),
  },
  ACCOUNT_NOT_DEPLOYED: {
    error: altoSimulation(-32521, 'AA20 account not deployed'),
  },
  FEE_TOO_LOW: {
    error: () =>
      failToSend({
        message:
          'maxFeePerGas must be at least 1000000 (current maxFeePerGas: 1) - use pimlico_getUserOperationGasPrice to get the current gas price',
      } satisfies RpcAnswer),
  },
  GAS_LIMIT_TOO_LOW: {
    error: altoSimulation(-32500, 'AA26 over verificationGasLimit'),
  },
  GAS_VALUES_OVERFLOW: {
    error: altoSimulation(-32500, 'AA94 gas values overflow'),
  },
  NONCE_CONFLICT: {
    error: alto(
      -32602,
      'UserOperation failed validation with reason: AA25 invalid account nonce',
    ),
  },
  OPERATION_ALREADY_PENDING: {
    error: alto(
      -32602,
      'AA25 invalid account nonce: User operation already present in mempool',
    ),
  },
  PREFUND_TOO_LOW: {
    error: altoSimulation(-32521, "AA21 didn't pay prefund"),
  },
  SIGNATURE_INVALID: { error: alto(-32507, 'AA24 signature error') },
  WINDOW_NOT_BEGUN: {
    error: alto(
      -32503,
      `User operation is not valid yet, validAfter=${now + 60}, now=${now}`,
    ),
  },
  WINDOW_PASSED: {
    error: alto(
      -32503,
      `UserOperation expires too soon, validUntil=${now + 9}, now=${now}`,
    ),
  },

  /* PAYMASTER */

  PAYMASTER_DEPOSIT_LOW: {
    error: alto(-32508, 'AA31 paymaster deposit too low'),
  },
  PAYMASTER_EXPIRED: {
    error: altoSimulation(-32500, 'AA32 paymaster expired or not due'),
  },
  PAYMASTER_REJECTED: {
    error: alto(-32501, 'paymaster validation failed: quota used up'),
  },

  /* BUNDLER */

  BUNDLER_FAULT: { error: alto(-32500, 'AA91 failed send to beneficiary') },
  MODULE_RULE_VIOLATION: {
    error: alto(-32502, 'account uses banned opcode: TIMESTAMP'),
  },
  REPUTATION_THROTTLED: {
    error: alto(-32504, `paymaster ${stranger} is throttled by the pimlico`),
  },
  STAKE_TOO_LOW: {
    error: alto(
      -32505,
      `factory ${stranger} is unstaked and must stake minimum 1 to use pimlico`,
    ),
  },
  USER_OPERATION_INVALID: {
    error: alto(-32602, 'Missing/invalid userOpHash'),
  },

  /* EXECUTION */

  CALL_REVERTED: {
    context: { ...context, calls: [{ to: router }] },
    error: () =>
      failToSend(
        revert(
          encodeErrorResult({
            abi: parseAbi(['error Error(string)']),
            args: ['Too little received'],
            errorName: 'Error',
          }),
        ),
      ),
  },
  INSUFFICIENT_BALANCE: {
    context: { ...context, calls: [{ to: usdc }] },
    error: () =>
      failToSend(
        revert(
          encodeErrorResult({
            abi: tokenErrors,
            args: [account, 3_000_000n, 25_000_000n],
            errorName: 'ERC20InsufficientBalance',
          }),
        ),
      ),
  },
  OUTCOME_UNKNOWN: {
    context: { ...context, userOpHash },
    error: () =>
      new WaitForUserOperationReceiptTimeoutError({ hash: userOpHash }),
  },
  UNKNOWN_REVERT: { error: () => failToSend(refuse('0xdeadbeef')) },

  /* NODE */

  CHAIN_MISMATCH: {
    error: () =>
      Object.assign(new Error('The current chain of the wallet is 1.'), {
        name: 'ChainMismatchError',
      }),
  },
  INSUFFICIENT_FUNDS: {
    error: alto(-32000, 'insufficient funds for gas * price + value'),
  },
  METHOD_NOT_SUPPORTED: {
    error: alto(-32601, 'Method not supported: eth_sendUserOperation'),
  },
  REQUEST_REJECTED: {
    error: () =>
      Object.assign(new Error('User rejected the request.'), { code: 4001 }),
  },
  RPC_RATE_LIMITED: { error: http(429, 'slow down') },
  RPC_UNAUTHORIZED: { error: http(401, 'no such key') },
  RPC_UNAVAILABLE: { error: broken('ECONNREFUSED') },

  /* CALLER */

  CONTRACT_NOT_DEPLOYED: {
    error: () => new DeployerMissingError({ address: shop }),
  },
  HEADLINE_MISMATCH: {
    error: () =>
      new PolicyError({
        arguments: { cap: 2n },
        code: 'HEADLINE_MISMATCH',
        context: { ...context, phase: 'preflight' },
        source: { kind: 'sdk' },
      }),
  },
  IDEMPOTENCY_CONFLICT: {
    error: () =>
      new PolicyError({
        arguments: { key: 'invoice-17' },
        code: 'IDEMPOTENCY_CONFLICT',
      }),
  },
  INPUT_INVALID: {
    error: () =>
      new PolicyDocumentError({
        issues: [
          {
            fix: 'Write a number such as 250.',
            message: 'The amount is no number.',
            path: 'budgets[0].amount',
          },
        ],
      }),
  },
  LOCAL_CHAIN_FAILED: {
    error: () =>
      new ProgramExitedError({
        exitCode: 1,
        output: ['what anvil printed'],
        program: 'anvil',
      }),
  },
  MESSAGE_SIGNING_REFUSED: {
    error: () => new AgentSignatureRefusedError({ account, agent }),
  },
  OWNER_MODE_REQUIRED: {
    error: () =>
      new PolicyError({
        arguments: { tool: 'grant_policy' },
        code: 'OWNER_MODE_REQUIRED',
      }),
  },
  PACKAGE_MISSING: {
    error: () =>
      new PackageNotInstalledError({
        installCommand: 'npm install @pimlico/alto',
        packageName: '@pimlico/alto',
      }),
  },
  TOOL_RATE_LIMITED: {
    error: () =>
      new PolicyError({
        arguments: { resetsAt: now + 30 },
        code: 'TOOL_RATE_LIMITED',
      }),
  },
  UNKNOWN_ERROR: { error: () => new Error('Something nobody has thought of') },
  WINDOW_UNAVAILABLE: {
    error: () =>
      new WindowUnavailableError({
        margin,
        now,
        retryAfter: now + 90,
        validAfter: now - 60,
        validUntil: now + 10,
      }),
  },
  WINDOW_NEVER_AVAILABLE: {
    error: () =>
      new WindowUnavailableError({
        margin,
        now,
        validAfter: now - 60,
        validUntil: now + 10,
      }),
  },
}

/** More than one way to the same code. */
export const moreVectors: readonly (Vector & { code: PolicyErrorCode })[] = [
  {
    code: 'OUTCOME_UNKNOWN',
    error: () => new UserOperationReceiptNotFoundError({ hash: userOpHash }),
  },
  {
    code: 'CONTRACT_NOT_DEPLOYED',
    error: () =>
      new ContractNotDeployedError({ address: shop, hash: transactionHash }),
  },
  {
    code: 'LOCAL_CHAIN_FAILED',
    error: () => new PortTakenError({ port: 8545, program: 'anvil' }),
  },
  { code: 'OUTCOME_UNKNOWN', error: http(502, 'bad gateway') },
  {
    code: 'OUTCOME_UNKNOWN',
    error: () =>
      failToSend(async () => {
        throw new TypeError('fetch failed', {
          cause: Object.assign(new Error('read'), { code: 'ECONNRESET' }),
        })
      }),
  },
  {
    code: 'RPC_UNAVAILABLE',
    error: () => failToCall(async () => new Response('', { status: 502 })),
  },
  {
    code: 'WINDOW_PASSED',
    error: altoSimulation(-32500, 'AA22 expired or not due'),
  },
  {
    code: 'SIGNATURE_INVALID',
    error: alto(-32507, 'Invalid UserOp signature'),
  },
  {
    code: 'PAYMASTER_REJECTED',
    error: alto(-32507, 'Invalid UserOp paymasterData'),
  },
  {
    code: 'GAS_LIMIT_TOO_LOW',
    error: alto(
      -32500,
      'preVerificationGas is not enough, required: 9, got: 1',
    ),
  },
  {
    code: 'FEE_TOO_LOW',
    error: alto(-32000, 'replacement transaction underpriced'),
  },
  { code: 'RPC_UNAVAILABLE', error: alto(-32603, 'internal error') },
  { code: 'UNKNOWN_REVERT', error: altoSimulation(-32500, 'AA23 reverted 0x') },
  {
    code: 'INSUFFICIENT_BALANCE',
    error: () =>
      failToCall({
        code: 3,
        message: 'execution reverted: ERC20: transfer amount exceeds balance',
      }),
  },
  { code: 'CALL_REVERTED', error: altoSimulation(-32521, '0x') },
]
