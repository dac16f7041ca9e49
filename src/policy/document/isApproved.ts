import type { PolicyDocument } from './policySchema.ts'

/**
 * Whether a permission lets a contract be approved to take a token, so that
 * what it takes was counted by the approval.
 */
export function isApproved(
  document: PolicyDocument,
  asset: string,
  spender: string,
): boolean {
  const place = getPlace(document, spender)
  return document.permissions.some(
    (permission) =>
      'approve' in permission &&
      permission.approve === asset &&
      Object.entries(permission.spenders).some(
        ([name, max]) => Number(max) > 0 && getPlace(document, name) === place,
      ),
  )
}

/** Where a name leads, on all chains. Equal texts are one place. */
function getPlace(
  { assets, contracts = {} }: PolicyDocument,
  reference: string,
): string {
  const asset = Object.hasOwn(assets, reference) ? assets[reference] : undefined
  const location = Object.hasOwn(contracts, reference)
    ? contracts[reference]
    : asset !== undefined && 'address' in asset
      ? asset.address
      : reference
  return JSON.stringify(location).toLowerCase()
}
