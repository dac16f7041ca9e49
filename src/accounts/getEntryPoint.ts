import {
  entryPoint07Abi,
  entryPoint07Address,
  entryPoint08Abi,
  entryPoint08Address,
} from 'viem/account-abstraction'

/** EntryPoints that the accounts of this package work with. */
export type PolicyEntryPointVersion = '0.7' | '0.8'

const entryPoints = {
  '0.7': {
    abi: entryPoint07Abi,
    address: entryPoint07Address,
    version: '0.7',
  },
  '0.8': {
    abi: entryPoint08Abi,
    address: entryPoint08Address,
    version: '0.8',
  },
} as const

export type EntryPointOf<version extends PolicyEntryPointVersion> =
  (typeof entryPoints)[version]

/** Returns ABI and canonical address of an EntryPoint. */
export function getEntryPoint<version extends PolicyEntryPointVersion>(
  version: version,
): EntryPointOf<version> {
  return entryPoints[version]
}
