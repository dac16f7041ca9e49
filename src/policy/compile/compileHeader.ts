import type { Address } from 'viem'

import { formatTime, parseDuration } from '../document/times.ts'
import type { PolicyData } from '../format/types.ts'
import { attempt, type CompileContext, CompileFault } from './context.ts'
import { getAddressOf } from './getAddressOf.ts'
import { getTime } from './getTime.ts'

/** What the account adapter says of the account. */
export type AccountProfile = {
  /**
   * Whether the account calls `executeUserOp` around `execute`.
   *
   * @default false
   */
  executeUserOp?: boolean | undefined
  /**
   * What the nonce key, the nonce's upper 192 bits, must be.
   *
   * @default `{ mask: 0n, value: 0n }`
   */
  nonce?: { mask: bigint; value: bigint } | undefined
}

export type CompiledHeader = Pick<
  PolicyData,
  | 'executeUserOp'
  | 'guardian'
  | 'maxCalls'
  | 'maxWindow'
  | 'nonceMask'
  | 'nonceValue'
  | 'settlement'
  | 'validAfter'
  | 'validUntil'
>

/** Compiles what stands for itself. */
export function compileHeader(
  context: CompileContext,
  profile: AccountProfile,
): CompiledHeader {
  const { document } = context
  const { guardian } = document
  return {
    ...(attempt(context, () => compileValidity(context)) ?? {
      validAfter: 0,
      validUntil: 0,
    }),
    ...(attempt(context, () => compileAccount(context, profile)) ?? {
      executeUserOp: false,
      nonceMask: 0n,
      nonceValue: 0n,
    }),
    guardian:
      guardian === undefined
        ? undefined
        : attempt(context, () => getGuardian(context, guardian)),
    maxCalls: document.maxCalls ?? 8,
    maxWindow: parseDuration(document.window ?? '1h'),
    settlement: document.settlement === 'demanded',
  }
}

function compileValidity({
  document,
}: CompileContext): Pick<PolicyData, 'validAfter' | 'validUntil'> {
  const { from, until } = document.validity
  const validAfter =
    from === undefined ? 0 : getTime(from, ['validity', 'from'])
  const end = getTime(until, ['validity', 'until'])
  if (end <= validAfter)
    throw new CompileFault(
      ['validity', 'until'],
      `The validity ends at ${formatTime(end)}, before it begins.`,
      'Have it end after it begins.',
    )
  return { validAfter, validUntil: end - 1 }
}

function getGuardian(context: CompileContext, guardian: string): Address {
  const address = getAddressOf(context, guardian, ['guardian'])
  if (BigInt(address) !== 0n) return address
  throw new CompileFault(
    ['guardian'],
    'The guardian is the zero address.',
    'Name somebody, or leave it out.',
  )
}

/** The document may pin what the adapter says, and never differ from it. */
function compileAccount(
  { document }: CompileContext,
  { executeUserOp, nonce }: AccountProfile,
): Pick<PolicyData, 'executeUserOp' | 'nonceMask' | 'nonceValue'> {
  const { account } = document
  const pick = <value>(
    key: keyof NonNullable<typeof account>,
    pinned: value | undefined,
    given: value | undefined,
    otherwise: value,
  ): value => {
    if (pinned !== undefined && given !== undefined && pinned !== given)
      throw new CompileFault(
        ['account', key],
        'The account has another.',
        'Leave it out: it follows from the account.',
      )
    return pinned ?? given ?? otherwise
  }
  const toBigInt = (text: string | undefined) =>
    text === undefined ? undefined : BigInt(text)
  return {
    executeUserOp: pick(
      'executeUserOp',
      account?.executeUserOp,
      executeUserOp,
      false,
    ),
    nonceMask: pick('nonceMask', toBigInt(account?.nonceMask), nonce?.mask, 0n),
    nonceValue: pick(
      'nonceValue',
      toBigInt(account?.nonceValue),
      nonce?.value,
      0n,
    ),
  }
}
