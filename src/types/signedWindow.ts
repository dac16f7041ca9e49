/**
 * Time in which a UserOperation may run, signed by the agent. Unix seconds, both
 * ends inclusive.
 *
 * Warning: EntryPoint 0.8 and later do not run it in its first second.
 */
export type SignedWindow = {
  validAfter: number
  validUntil: number
}
