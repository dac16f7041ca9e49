import type { PolicyErrorPolicy } from '../errors/policyErrorContext.ts'
import type { CompiledPolicy } from '../policy/compile/compiledPolicy.ts'
import type { PolicyData, PolicyLimit } from '../policy/format/types.ts'

/** What a compiled policy calls its parts. */
export type PolicyNames = Pick<
  CompiledPolicy,
  'approvers' | 'assets' | 'limits' | 'rules'
>

const lengths: { readonly [length: number]: string } = {
  3600: 'hour',
  86400: 'day',
  604800: 'week',
}

/**
 * Returns what errors need to speak of a policy by its owner's names.
 *
 * @param names - {@link PolicyNames}
 * @param data - The same policy, field by field
 */
export function getPolicyNames(
  names: PolicyNames,
  data: PolicyData,
): PolicyErrorPolicy {
  return {
    approvers: names.approvers,
    assets: names.assets,
    gasBudget: data.gasBudget * 10n ** BigInt(data.gasExponent),
    limits: data.limits.map((limit, index) => ({
      amount: limit.amount,
      asset: limit.asset,
      name: names.limits[index]?.name,
      onDeny: names.limits[index]?.onDeny,
      per: getPeriodName(limit),
    })),
    rules: names.rules,
  }
}

function getPeriodName({ kind, length }: PolicyLimit): string | undefined {
  switch (kind) {
    case 'fixed':
      return lengths[length] ?? `${length} seconds`
    case 'rollingAmount':
    case 'rollingCount':
      return `any ${length} seconds`
    default:
      return kind
  }
}
