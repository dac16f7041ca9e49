import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { Contract, type InterfaceAbi, type Signer } from 'ethers'
import { concatHex, zeroHash } from 'viem'

import { create2Deployer } from '../../src/local/deploy.ts'
import {
  type EntryPointVersion,
  entryPointAddresses,
  readEntryPoint,
} from '../../src/local/entryPoints.ts'
import { networkHelpers } from './network.ts'

/** Code of the contract that passes `salt ‖ code` to CREATE2. */
const create2DeployerCode =
  '0x7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe03601600081602082378035828234f58015156039578182fd5b8082525050506014600cf3'

const artifacts = {
  '0.7': 'aa-contracts-v07/artifacts/EntryPoint.json',
  '0.8': '@account-abstraction/contracts/artifacts/EntryPoint.json',
} as const satisfies Record<EntryPointVersion, string>

const { resolve } = createRequire(import.meta.url)

/** Deploys the EntryPoint of this version at its canonical address. */
export async function deployEntryPoint(
  version: EntryPointVersion,
  runner: Signer,
): Promise<Contract> {
  const { creationCode, salt = zeroHash } = readEntryPoint(version)
  await networkHelpers.setCode(create2Deployer, create2DeployerCode)
  await runner.sendTransaction({
    to: create2Deployer,
    data: concatHex([salt, creationCode]),
  })
  const { abi } = JSON.parse(
    readFileSync(resolve(artifacts[version]), 'utf8'),
  ) as { abi: InterfaceAbi }
  return new Contract(entryPointAddresses[version], abi, runner)
}
