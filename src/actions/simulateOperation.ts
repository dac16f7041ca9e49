import {
  type Account,
  type Address,
  type Chain,
  type Client,
  encodeFunctionData,
  type Hash,
  type Hex,
  hexToBigInt,
  parseAbi,
  size,
  type Transport,
  zeroHash,
} from 'viem'
import {
  toPackedUserOperation,
  type UserOperation,
} from 'viem/account-abstraction'
import { PolicyError } from '../errors/policyError.ts'
import type { PolicyErrorContext } from '../errors/policyErrorContext.ts'
import { toPolicyError } from '../errors/toPolicyError.ts'
import type { SignedWindow } from '../types/signedWindow.ts'
import {
  type SimulateCallParameters,
  type SupposedState,
  simulateCall,
} from './simulateCall.ts'

/** The same struct in the account and in the validator. */
const packedUserOperation =
  'struct PackedUserOperation { address sender; uint256 nonce; bytes initCode; bytes callData; bytes32 accountGasLimits; uint256 preVerificationGas; bytes32 gasFees; bytes paymasterAndData; bytes signature; }'

const accountAbi = parseAbi([
  packedUserOperation,
  'function validateUserOp(PackedUserOperation userOp, bytes32 userOpHash, uint256 missingAccountFunds) returns (uint256)',
])

const validatorAbi = parseAbi([
  packedUserOperation,
  'function validateUserOp(PackedUserOperation userOp, bytes32 userOpHash) returns (uint256)',
])

/** Encodes the EntryPoint's question to an account. */
export function encodeValidateUserOp(
  userOperation: UserOperation,
  parameters: {
    /** Wei that the account has to deposit. @default 0n */
    missingAccountFunds?: bigint | undefined
    /** @default zeroHash */
    userOpHash?: Hash | undefined
  } = {},
): Hex {
  const { missingAccountFunds = 0n, userOpHash = zeroHash } = parameters
  return encodeFunctionData({
    abi: accountAbi,
    args: [
      toPackedUserOperation(userOperation),
      userOpHash,
      missingAccountFunds,
    ],
    functionName: 'validateUserOp',
  })
}

export type SimulateValidationParameters = {
  context: PolicyErrorContext
  entryPoint: Address
  /** Whether the signature is the agent's, and not a stub. */
  isSigned: boolean
  /**
   * State to suppose. With it the validator is asked itself, in the account's
   * name: the account may have no validator yet.
   */
  state?: SupposedState | undefined
  userOperation: UserOperation
  /** @default zeroHash */
  userOpHash?: Hash | undefined
  validator: Address
  /** Window in the signature. */
  window: SignedWindow
}

/** Why the operation is denied; nothing where it is not. */
export type SimulateValidationReturnType = PolicyError | undefined

/**
 * Asks the chain whether it would validate an operation: the account's own
 * `validateUserOp`, called by its EntryPoint. Throws when the node fails, and only
 * then.
 *
 * @param client - Client to use
 * @param parameters - {@link SimulateValidationParameters}
 * @returns Denial. {@link SimulateValidationReturnType}
 */
export async function simulateValidation(
  client: Client<Transport, Chain | undefined, Account | undefined>,
  parameters: SimulateValidationParameters,
): Promise<SimulateValidationReturnType> {
  const { isSigned, userOperation, window } = parameters
  const context = { phase: 'preflight' as const, ...parameters.context }

  const result = await simulateCall(client, toQuestion(parameters))
  if (result.status === 'reverted') return toDenial(result.error, context)
  if (size(result.data) < 32)
    return new PolicyError({
      arguments: { account: userOperation.sender },
      code: 'ACCOUNT_NOT_DEPLOYED',
      context,
      source: { kind: 'sdk' },
    })

  const answer = decodeValidationData(result.data)
  // The policy validator answers with the window that was signed. Anything else
  // is the answer of somebody to whom the account has turned instead.
  if (
    answer.validAfter !== window.validAfter ||
    answer.validUntil !== window.validUntil
  )
    return new PolicyError({
      arguments: { account: userOperation.sender },
      code: 'MODULE_NOT_INSTALLED',
      context,
      source: { kind: 'sdk' },
    })
  if (isSigned && answer.authorizer !== 0n)
    return new PolicyError({
      arguments: { account: userOperation.sender, agent: context.agent },
      code: 'SIGNATURE_INVALID',
      context,
      source: { kind: 'sdk' },
    })
  return undefined
}

/** The call that asks for the validation of an operation. */
export function toQuestion(
  parameters: SimulateValidationParameters,
): SimulateCallParameters {
  const {
    entryPoint,
    state,
    userOperation,
    userOpHash = zeroHash,
    validator,
  } = parameters
  return state
    ? {
        data: encodeFunctionData({
          abi: validatorAbi,
          args: [toPackedUserOperation(userOperation), userOpHash],
          functionName: 'validateUserOp',
        }),
        from: userOperation.sender,
        state,
        to: validator,
      }
    : {
        data: encodeValidateUserOp(userOperation, { userOpHash }),
        from: entryPoint,
        to: userOperation.sender,
      }
}

/** `authorizer(20) ‖ validUntil(6) ‖ validAfter(6)` from the lowest bit. */
function decodeValidationData(
  data: Hex,
): SignedWindow & { authorizer: bigint } {
  const word = hexToBigInt(data, { size: 32 })
  return {
    authorizer: BigInt.asUintN(160, word),
    validAfter: Number(word >> 208n),
    validUntil: Number(BigInt.asUintN(48, word >> 160n)),
  }
}

export type SimulateExecutionParameters = {
  context: PolicyErrorContext
  entryPoint: Address
  userOperation: { callData: Hex; sender: Address }
}

/**
 * Asks the chain whether the calls of an operation would succeed now. Throws when
 * the node fails, and only then.
 *
 * @param client - Client to use
 * @param parameters - {@link SimulateExecutionParameters}
 * @returns Failure; nothing where there is none
 */
export async function simulateExecution(
  client: Client<Transport, Chain | undefined, Account | undefined>,
  parameters: SimulateExecutionParameters,
): Promise<PolicyError | undefined> {
  const { context, entryPoint, userOperation } = parameters

  const result = await simulateCall(client, {
    data: userOperation.callData,
    from: entryPoint,
    to: userOperation.sender,
  })
  return result.status === 'reverted'
    ? toDenial(result.error, { ...context, phase: 'execution' })
    : undefined
}

/** Throws what is no answer of the chain: a fault of those in between. */
function toDenial(error: Error, context: PolicyErrorContext): PolicyError {
  const denial = toPolicyError(error, context)
  if (denial.category === 'upstream') throw denial
  return denial
}
