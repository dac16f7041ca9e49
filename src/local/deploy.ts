import {
  type Address,
  BaseError,
  type Client,
  concatHex,
  getContractAddress,
  type Hex,
  type Transport,
  zeroHash,
} from 'viem'
import {
  getCode,
  sendTransaction,
  waitForTransactionReceipt,
} from 'viem/actions'

import { developmentAccounts } from './developmentAccounts.ts'
import { DeploymentFailedError } from './errors.ts'

/** Contract that anvil predeploys, which passes `salt ++ code` to CREATE2. */
export const create2Deployer: Address =
  '0x4e59b44847b379578588920cA78FbF26c0B4956C'

export type DeployParameters = {
  /** Creation code followed by the encoded constructor arguments. */
  creationCode: Hex
  /** CREATE2 salt. @default zeroHash */
  salt?: Hex | undefined
}

/** Deploys a contract and resolves to its address. */
export type Deploy = (parameters: DeployParameters) => Promise<Address>

/** Returns the address at which a {@link Deploy} puts a contract. */
export function predictAddress(parameters: DeployParameters): Address {
  const { creationCode, salt = zeroHash } = parameters
  return getContractAddress({
    bytecode: creationCode,
    from: create2Deployer,
    opcode: 'CREATE2',
    salt,
  })
}

/**
 * Returns what deploys contracts with CREATE2 through the deterministic
 * deployer. It does nothing for a contract that is there already.
 *
 * Deployments that are asked for at the same time run one after another: the
 * node numbers their transactions, and would give two the same number.
 *
 * @param client - Client of a local chain
 * @returns {@link Deploy}
 */
export function toDeploy(client: Client<Transport>): Deploy {
  let previous: Promise<unknown> = Promise.resolve()

  return (parameters) => {
    const deployment = previous.then(() => deploy(client, parameters))
    previous = deployment.catch(() => {})
    return deployment
  }
}

async function deploy(
  client: Client<Transport>,
  parameters: DeployParameters,
): Promise<Address> {
  const { creationCode, salt = zeroHash } = parameters
  const address = predictAddress(parameters)

  try {
    if (await getCode(client, { address })) return address
    const hash = await sendTransaction(client, {
      account: developmentAccounts.deployer.address,
      chain: null,
      data: concatHex([salt, creationCode]),
      to: create2Deployer,
    })
    await waitForTransactionReceipt(client, { hash })
  } catch (error) {
    if (!(error instanceof BaseError)) throw error
    throw new DeploymentFailedError({ address, details: error.details, salt })
  }

  if (await getCode(client, { address })) return address
  throw new DeploymentFailedError({ address, salt })
}
