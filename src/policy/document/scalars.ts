import { getAddress } from 'viem'
import { z } from 'zod'

// A message is what is wrong, then, on a line of its own, what to write.

const addressPattern = /^0[xX][0-9a-fA-F]{40}$/

/** Writes an address with the capitals of EIP-55; other text stays. */
export function toChecksummed(text: string): string {
  return addressPattern.test(text)
    ? getAddress(text.toLowerCase() as `0x${string}`)
    : text
}

/** Refuses an address whose capitals are not those of EIP-55. */
function hasChecksum(address: string): boolean {
  const digits = address.slice(2)
  if (digits === digits.toLowerCase() || digits === digits.toUpperCase())
    return true
  return toChecksummed(address).slice(2) === digits
}

function getChecksumError(address: unknown): string {
  return `The capitals of ${address} are not those of its checksum.\nCompare it with ${toChecksummed(String(address))}; a digit may be wrong.`
}

function isHexText(text: string): boolean {
  return /^0[xX]/.test(text)
}

/** Of one case, or with its checksum; read, it has the checksum's capitals. */
export const addressSchema = z
  .string()
  .regex(addressPattern, {
    error: 'This is not an address.\nWrite 0x and 40 hexadecimal digits.',
    abort: true,
  })
  .refine(hasChecksum, { error: ({ input }) => getChecksumError(input) })
  .overwrite(toChecksummed)

/** A name, or an address as it was written. */
export const writtenReferenceSchema = z
  .string({
    error:
      'This is neither a name nor an address.\nName a contract, or write its address in quotes.',
  })
  .min(1)
  .refine((text) => !isHexText(text) || addressPattern.test(text), {
    error: 'This is not an address.\nWrite 0x and 40 hexadecimal digits.',
    abort: true,
  })
  .refine((text) => !isHexText(text) || hasChecksum(text), {
    error: ({ input }) => getChecksumError(input),
  })

/** A name, or an address with the capitals of its checksum. */
export const referenceSchema = writtenReferenceSchema.overwrite(toChecksummed)

/**
 * Characters that change what one sees of a text or how a terminal shows it: of
 * control, without width, of direction, and tags. For a class of a pattern.
 */
const unseen = String.raw`\u0000-\u001f\u007f-\u009f\u00ad\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\udb40`

/** The same for texts: lines are lines, and emoji are joined and have variants. */
const unwanted = String.raw`\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\udb40`

/** Name of an asset, a contract or a set. */
export const nameSchema = z
  .string()
  .regex(
    new RegExp(
      `^(?!0[xX])(?!\\d+$)(?!(?:any|account|__proto__|constructor|prototype)$)[^\\s"'\`${unseen}]{1,64}$`,
    ),
    'This cannot be a name.\nUse up to 64 characters that one sees, without spaces or quotes, not a number or an address, and neither `any` nor `account`.',
  )

/** Name of a group, or the 16 bytes that the policy has of it. */
export const groupSchema = z
  .string()
  .regex(
    new RegExp(`^(?:0x[0-9a-f]{32}|(?!0[xX])[^"\`${unseen}]{1,64})$`),
    'This cannot be the name of a group.\nUse up to 64 characters that one sees, without quotes, that do not begin with 0x.',
  )

export const chainSchema = z
  .string()
  .regex(
    /^eip155:[1-9]\d{0,15}$/,
    'This is not a chain.\nWrite its CAIP-2 name, such as eip155:8453.',
  )

const amountError =
  'This is not an amount.\nWrite a decimal number such as "100.5", without separators or an exponent.'

/**
 * A decimal amount. A number is one only where its digits are surely those that
 * were written.
 */
export const amountSchema = z.union(
  [
    z.string().regex(/^\d{1,60}(?:\.\d{1,60})?$/, amountError),
    z
      .number()
      .nonnegative()
      .refine(
        (number) => /^(?=(?:\.?\d){1,15}$)\d+(?:\.\d+)?$/.test(String(number)),
        {
          error:
            'The number may have lost digits.\nWrite it in quotes, such as "100.5".',
        },
      ),
  ],
  { error: amountError },
)

const durationError =
  'This is not a duration.\nWrite it with units, such as 90m, 1h, 1d or 1h30m.'

export const durationSchema = z
  .string({ error: durationError })
  .regex(
    /^(?=\d)(?:\d{1,9}w)?(?:\d{1,9}d)?(?:\d{1,9}h)?(?:\d{1,9}m)?(?:\d{1,9}s)?$/,
    durationError,
  )

const timeError =
  'This is not a time.\nWrite a UTC date such as 2027-01-01, a time with its offset such as 2027-01-01T09:00:00+01:00, or Unix seconds.'

/** ISO 8601, or Unix seconds. */
export const timeSchema = z.union(
  [
    z
      .string()
      .regex(
        /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d)?(?:Z|[+-]\d\d:\d\d))?$/,
        timeError,
      ),
    z
      .int()
      .nonnegative()
      .max(
        253_402_300_799,
        'The time is after the year 9999.\nWrite seconds, not milliseconds, or a date such as 2027-01-01.',
      ),
  ],
  { error: timeError },
)

const feeError =
  'This is not a price of gas.\nWrite it with its unit, such as "50 gwei".'

/** Price of gas, with its unit. */
export const feeSchema = z
  .string({ error: feeError })
  .regex(/^\d{1,40}(?:\.\d{1,18})? ?(?:gwei|wei)$/, feeError)

const integerError = 'This is not a whole number.\nWrite digits only.'

/** A whole number from 1 to `max`. */
export function countSchema(max: number) {
  return z
    .int({ error: integerError })
    .min(1, `It is below 1.\nHave 1 to ${max}.`)
    .max(max, `It is above ${max}.\nHave 1 to ${max}.`)
}

export const textSchema = z
  .string({ error: 'This is not a text.\nWrite it in quotes.' })
  .min(1, 'The text is empty.\nWrite it, or leave it out.')
  .max(1000, 'The text is longer than 1,000 characters.\nShorten it.')
  .regex(
    new RegExp(`^[^${unwanted}]*$`),
    'The text holds characters that cannot be seen, or that a terminal obeys.\nTake them out.',
  )
