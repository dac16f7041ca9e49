import type { TypedDataParameter } from 'viem'

export type DescribeContentsParameters = {
  primaryType: string
  types: { readonly [name: string]: readonly TypedDataParameter[] }
}

/**
 * Describes the type of signed data to an account that nests signatures (ERC-7739).
 *
 * What is signed has the type among those of the account's own struct, which
 * EIP-712 sorts by name. So it does not stand first where it refers to a type with
 * a lower name; then the description says in the end which one it is.
 *
 * @param parameters - {@link DescribeContentsParameters}
 * @returns `contentsDescription` of ERC-7739
 */
export function describeContents(
  parameters: DescribeContentsParameters,
): string {
  const { primaryType, types } = parameters

  const names = new Set([primaryType])
  for (const name of names)
    for (const { type } of types[name] ?? []) {
      const referred = type.replace(/\[.*$/, '')
      if (types[referred]) names.add(referred)
    }
  const sorted = [...names].sort()
  const description = sorted
    .map((name) => {
      const fields = types[name] ?? []
      return `${name}(${fields.map(({ name, type }) => `${type} ${name}`)})`
    })
    .join('')
  return sorted[0] === primaryType ? description : description + primaryType
}
