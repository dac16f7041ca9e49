import {
  type Address,
  concat,
  encodeAbiParameters,
  getContractAddress,
  type Hash,
  type Hex,
  keccak256,
  zeroHash,
} from 'viem'

/** Deploys `salt ‖ creation code` with CREATE2, on every chain that has it. */
const create2Deployer = '0x4e59b44847b379578588920cA78FbF26c0B4956C'

export type PredictedAddresses = {
  readonly policyStoreAddress: Address
  readonly policyStoreCreationCodeHash: Hash
  readonly policyValidatorAddress: Address
  readonly policyValidatorCreationCodeHash: Hash
}

function predictAddress(creationCode: Hex): Address {
  return getContractAddress({
    bytecode: creationCode,
    from: create2Deployer,
    opcode: 'CREATE2',
    salt: zeroHash,
  })
}

/** Where the store and the validator lie on every chain. */
export function predictAddresses(parameters: {
  readonly policyStoreCreationCode: Hex
  /** Without its constructor argument, the store's address. */
  readonly policyValidatorCreationCode: Hex
}): PredictedAddresses {
  const { policyStoreCreationCode, policyValidatorCreationCode } = parameters
  const policyStoreAddress = predictAddress(policyStoreCreationCode)
  const validatorCreationCode = concat([
    policyValidatorCreationCode,
    encodeAbiParameters([{ type: 'address' }], [policyStoreAddress]),
  ])
  return {
    policyStoreAddress,
    policyStoreCreationCodeHash: keccak256(policyStoreCreationCode),
    policyValidatorAddress: predictAddress(validatorCreationCode),
    policyValidatorCreationCodeHash: keccak256(validatorCreationCode),
  }
}
