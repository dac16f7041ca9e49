import { readFileSync } from 'node:fs'
import { type Address, type Hex, isAddressEqual } from 'viem'
import {
  entryPoint07Address,
  entryPoint08Address,
} from 'viem/account-abstraction'

import { type DeployParameters, predictAddress } from './deploy.ts'
import { EntryPointAddressMismatchError } from './errors.ts'
import { type OptionalPackage, resolvePackageFile } from './packages.ts'

export type EntryPointVersion = '0.7' | '0.8'

/** Canonical addresses, the same on every chain. */
export const entryPointAddresses = {
  '0.7': entryPoint07Address,
  '0.8': entryPoint08Address,
} as const satisfies Record<EntryPointVersion, Address>

const packages = {
  '0.7': {
    name: 'aa-contracts-v07',
    spec: 'aa-contracts-v07@npm:@account-abstraction/contracts@0.7.0',
  },
  '0.8': {
    name: '@account-abstraction/contracts',
    spec: '@account-abstraction/contracts@0.8.0',
  },
} as const satisfies Record<EntryPointVersion, OptionalPackage>

/** Salts with which the EntryPoints were deployed on public chains. */
const salts = {
  '0.7': '0x90d8084deab30c2a37c45e8d47f49f2f7965183cb6990a98943ef94940681de3',
  '0.8': '0x0a59dbff790c23c976a548690c27297883cc66b4c67024f9117b0238995e35e9',
} as const satisfies Record<EntryPointVersion, Hex>

/**
 * Returns what deploys an EntryPoint at its canonical address.
 *
 * @param entryPointVersion - {@link EntryPointVersion}
 */
export function readEntryPoint(
  entryPointVersion: EntryPointVersion,
): DeployParameters {
  const optionalPackage = packages[entryPointVersion]
  const path = resolvePackageFile(optionalPackage, 'artifacts/EntryPoint.json')
  const { bytecode } = JSON.parse(readFileSync(path, 'utf8')) as {
    bytecode: Hex
  }
  const deployment = { creationCode: bytecode, salt: salts[entryPointVersion] }

  const expected = entryPointAddresses[entryPointVersion]
  const actual = predictAddress(deployment)
  if (isAddressEqual(actual, expected)) return deployment
  throw new EntryPointAddressMismatchError({
    actual,
    entryPointVersion,
    expected,
    packageName: optionalPackage.name,
  })
}
