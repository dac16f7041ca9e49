import {
  type Account,
  type Address,
  type Chain,
  type Client,
  concatHex,
  encodeDeployData,
  getContractAddress,
  type Hash,
  type Hex,
  type Transport,
  zeroHash,
} from 'viem'
import {
  getCode,
  type SendTransactionErrorType,
  sendTransaction,
  type WaitForTransactionReceiptErrorType,
  waitForTransactionReceipt,
} from 'viem/actions'
import { getAction } from 'viem/utils'

import { create2DeployerAddress } from '../constants/addresses.ts'
import { policyValidatorAbi } from '../constants/generated/abis.ts'
import {
  policyStoreCreationCode,
  policyValidatorCreationCode,
} from '../constants/generated/creationCode.ts'
import {
  ContractNotDeployedError,
  type ContractNotDeployedErrorType,
  DeployerMissingError,
  type DeployerMissingErrorType,
} from './errors.ts'

export type DeployContractsParameters = {
  /** Account that pays. @default client.account */
  account?: Account | Address | undefined
}

export type DeployContractsReturnType = {
  policyStore: Address
  policyValidator: Address
  /** One for each contract that was not there yet; all of them are mined. */
  transactionHashes: readonly Hash[]
}

export type DeployContractsErrorType =
  | ContractNotDeployedErrorType
  | DeployerMissingErrorType
  | SendTransactionErrorType
  | WaitForTransactionReceiptErrorType

/**
 * Deploys the policy store and the policy validator at their addresses, which are
 * the same on every chain. Anyone may: nobody owns them. It does nothing for what
 * is there already.
 *
 * @param client - Client of the wallet that pays
 * @param parameters - {@link DeployContractsParameters}
 * @returns Addresses. {@link DeployContractsReturnType}
 */
export async function deployContracts<
  chain extends Chain | undefined,
  account extends Account | undefined,
>(
  client: Client<Transport, chain, account>,
  parameters: DeployContractsParameters = {},
): Promise<DeployContractsReturnType> {
  const { account = client.account } = parameters

  const hasCode = async (address: Address) =>
    Boolean(await getAction(client, getCode, 'getCode')({ address }))

  if (!(await hasCode(create2DeployerAddress)))
    throw new DeployerMissingError({ address: create2DeployerAddress })

  const policyStore = getDeterministicAddress(policyStoreCreationCode)
  const validatorCode = encodeDeployData({
    abi: policyValidatorAbi,
    args: [policyStore],
    bytecode: policyValidatorCreationCode,
  })
  const policyValidator = getDeterministicAddress(validatorCode)

  const transactionHashes: Hash[] = []
  for (const [address, code] of [
    [policyStore, policyStoreCreationCode],
    [policyValidator, validatorCode],
  ] as const) {
    if (await hasCode(address)) continue

    const hash = await getAction(
      client,
      sendTransaction,
      'sendTransaction',
    )({
      account,
      chain: client.chain,
      data: concatHex([zeroHash, code]),
      to: create2DeployerAddress,
    } as never)
    await getAction(
      client,
      waitForTransactionReceipt,
      'waitForTransactionReceipt',
    )({ hash })
    if (!(await hasCode(address)))
      throw new ContractNotDeployedError({ address, hash })
    transactionHashes.push(hash)
  }
  return { policyStore, policyValidator, transactionHashes }
}

/** Returns where the CREATE2 deployer puts a contract. */
function getDeterministicAddress(creationCode: Hex): Address {
  return getContractAddress({
    bytecode: creationCode,
    from: create2DeployerAddress,
    opcode: 'CREATE2',
    salt: zeroHash,
  })
}
