import { z } from 'zod'

// A message is what is wrong, then, on a line of its own, what to write.

const amountError =
  'This is not an amount.\nWrite an amount with its unit such as "12.5 USDC", or base units as a text of digits.'

/**
 * An amount as a text, or as a number that is surely exact. Some clients turn a
 * text of digits into a number.
 */
const amountSchema = z
  .union(
    [z.string().min(1).max(100), z.int({ error: amountError }).nonnegative()],
    { error: amountError },
  )
  .describe(
    'Amount with its unit, such as "12.5 USDC" or "0.1 ETH"; or base units (wei), digits only.',
  )

const addressOrName = (description: string) =>
  z
    .string({
      error: 'This is not an address.\nWrite 0x and 40 hexadecimal digits.',
    })
    .min(1)
    .max(100)
    .describe(description)

const callSchema = z.strictObject({
  to: addressOrName(
    'Address that is called; or, with `transfer`, the recipient. A name from the policy document works too.',
  ),
  value: amountSchema
    .optional()
    .describe(
      'Native value that the call carries: "0.1 ETH", or wei as digits. Default: 0.',
    ),
  data: z
    .string()
    .optional()
    .describe('Calldata in hexadecimal. Not together with `function`.'),
  function: z
    .string()
    .max(2_000)
    .optional()
    .describe(
      'Signature of the function to call, such as "approve(address spender, uint256 amount)". Its arguments go into `args`.',
    ),
  args: z
    .array(z.unknown())
    .max(64)
    .optional()
    .describe(
      'Arguments for `function`, in its order. Integers as texts of digits; an integer may also be an amount with its unit, such as "12.5 USDC".',
    ),
  transfer: addressOrName(
    'Asset to send to `to`: "ETH" or another name of the native asset, the symbol of a token, or its address. Goes with `amount`.',
  ).optional(),
  amount: amountSchema
    .optional()
    .describe(
      'With `transfer`: how much. "12.5 USDC", or base units as digits.',
    ),
})

export type CallInput = z.output<typeof callSchema>

export const callsSchema = z
  .array(callSchema, {
    error: 'These are no calls.\nWrite a list with at least one call.',
  })
  .min(1, 'There is no call.\nWrite at least one.')
  .max(32, 'There are too many calls.\nWrite at most 32.')
  .describe(
    'Calls that the account makes in this order, all or none. Each is one of: { transfer, to, amount }, { to, function, args, value? }, or { to, data?, value? }.',
  )

export const idempotencyKeySchema = z
  .string({
    error:
      'This is not an idempotency key.\nWrite a text that names this one payment, such as "invoice-2041".',
  })
  .regex(
    /^[\x21-\x7e]{8,128}$/,
    'This cannot be an idempotency key.\nUse 8 to 128 letters, digits and marks without spaces.',
  )

export const userOpHashSchema = z
  .string()
  .regex(
    /^0x[0-9a-fA-F]{64}$/,
    'This is not the hash of an operation.\nWrite 0x and 64 hexadecimal digits.',
  )
