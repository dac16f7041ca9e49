/**
 * Returns an amount in base units; undefined where it has more decimals than
 * the asset. Never rounds.
 */
export function parseAmount(
  amount: number | string,
  decimals: number,
): bigint | undefined {
  const [whole = '', fraction = ''] = String(amount).split('.')
  const digits = fraction.replace(/0+$/, '')
  if (digits.length > decimals) return undefined
  return BigInt(whole + digits.padEnd(decimals, '0'))
}

/** Writes base units as a decimal amount, without trailing zeros. */
export function formatAmount(amount: bigint, decimals: number): string {
  const digits = amount.toString().padStart(decimals + 1, '0')
  const whole = digits.slice(0, digits.length - decimals)
  const fraction = digits.slice(digits.length - decimals).replace(/0+$/, '')
  return fraction === '' ? whole : `${whole}.${fraction}`
}
