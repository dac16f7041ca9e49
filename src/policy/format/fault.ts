/** One reason for which a store would refuse a policy. */
export type FormatFault = {
  /** Place in the policy's fields, such as `['limits', 2]`. */
  at: readonly (number | string)[]
  /** What to change. */
  fix: string
  message: string
}
