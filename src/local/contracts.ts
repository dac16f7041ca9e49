import { type Address, concatHex, encodeDeployData, pad } from 'viem'

import {
  policyStoreCreationCode,
  policyValidatorCreationCode,
} from '../constants/generated/creationCode.ts'
import type { Deploy } from './deploy.ts'
import { type EntryPointVersion, entryPointAddresses } from './entryPoints.ts'
import {
  referenceAccountFactoryAbi,
  referenceAccountFactoryCreationCode,
  testTokenAbi,
  testTokenCreationCode,
} from './generated/contracts.ts'

export type LocalContracts<
  version extends EntryPointVersion = EntryPointVersion,
> = {
  policyStore: Address
  policyValidator: Address
  /** Factories of reference accounts, by the EntryPoint of the accounts. */
  referenceAccountFactories: Record<version, Address>
  /** Token with 6 decimals that anyone may mint. */
  testToken: Address
}

/**
 * Deploys the contracts of this package, each at an address that only its own
 * code determines.
 *
 * @param deploy - {@link Deploy}
 * @param parameters - EntryPoints that are on the chain
 * @returns Addresses. {@link LocalContracts}
 */
export async function deployContracts<version extends EntryPointVersion>(
  deploy: Deploy,
  parameters: { entryPointVersions: readonly version[] },
): Promise<LocalContracts<version>> {
  const { entryPointVersions } = parameters

  async function deployPolicyContracts() {
    const policyStore = await deploy({
      creationCode: policyStoreCreationCode,
    })
    const policyValidator = await deploy({
      creationCode: concatHex([policyValidatorCreationCode, pad(policyStore)]),
    })
    return { policyStore, policyValidator }
  }

  async function deployFactory(version: version) {
    const factory = await deploy({
      creationCode: encodeDeployData({
        abi: referenceAccountFactoryAbi,
        args: [entryPointAddresses[version]],
        bytecode: referenceAccountFactoryCreationCode,
      }),
    })
    return [version, factory] as const
  }

  const [policyContracts, factories, testToken] = await Promise.all([
    deployPolicyContracts(),
    Promise.all(entryPointVersions.map(deployFactory)),
    deploy({
      creationCode: encodeDeployData({
        abi: testTokenAbi,
        args: ['Test Dollar', 'TUSD', 6],
        bytecode: testTokenCreationCode,
      }),
    }),
  ])

  return {
    ...policyContracts,
    referenceAccountFactories: Object.fromEntries(factories) as Record<
      version,
      Address
    >,
    testToken,
  }
}
