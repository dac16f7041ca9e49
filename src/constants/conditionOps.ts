/** Names of the policy format's numbered conditions, where the index is the number. */
export const conditionOps = [
  undefined,
  'equal',
  'notEqual',
  'atMost',
  'atLeast',
  'signedAtMost',
  'signedAtLeast',
  'in',
  'notIn',
  'mask',
  'account',
  'address',
  'pointer',
  'length',
] as const
