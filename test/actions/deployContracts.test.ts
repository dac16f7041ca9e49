import { expect } from 'chai'
import {
  concatHex,
  createTestClient,
  getAddress,
  type Hex,
  http,
  keccak256,
  pad,
  publicActions,
  slice,
  walletActions,
  zeroHash,
} from 'viem'
import { privateKeyToAccount } from 'viem/accounts'

import { deployContracts } from '../../src/actions/deployContracts.ts'
import { DeployerMissingError } from '../../src/actions/errors.ts'
import {
  create2DeployerAddress,
  policyStoreAddress,
  policyStoreCreationCodeHash,
  policyValidatorAddress,
  policyValidatorCreationCodeHash,
} from '../../src/constants/addresses.ts'
import { policyValidatorAbi } from '../../src/constants/generated/abis.ts'
import {
  policyStoreCreationCode,
  policyValidatorCreationCode,
} from '../../src/constants/generated/creationCode.ts'
import { anvilHost, startAnvil } from '../../src/local/anvil.ts'
import { developmentAccounts } from '../../src/local/developmentAccounts.ts'
import type { Program } from '../../src/local/processes.ts'
import { createNode } from '../accounts/createNode.ts'

/** EIP-1014. */
const getCreate2Address = (codeHash: Hex) =>
  getAddress(
    slice(
      keccak256(
        concatHex(['0xff', create2DeployerAddress, zeroHash, codeHash]),
      ),
      12,
    ),
  )

describe('addresses of the contracts', () => {
  it('follow from their creation code', () => {
    expect(policyStoreCreationCodeHash).to.equal(
      keccak256(policyStoreCreationCode),
    )
    expect(policyStoreAddress).to.equal(
      getCreate2Address(policyStoreCreationCodeHash),
    )
    expect(policyValidatorCreationCodeHash).to.equal(
      keccak256(
        concatHex([policyValidatorCreationCode, pad(policyStoreAddress)]),
      ),
    )
    expect(policyValidatorAddress).to.equal(
      getCreate2Address(policyValidatorCreationCodeHash),
    )
  })
})

describe('deployContracts', () => {
  let anvil: Program
  let client: ReturnType<typeof createClient>

  const createClient = (port: number) =>
    createTestClient({
      account: privateKeyToAccount(developmentAccounts.stranger.privateKey),
      cacheTime: 0,
      mode: 'anvil',
      pollingInterval: 20,
      transport: http(`http://${anvilHost}:${port}`),
    })
      .extend(publicActions)
      .extend(walletActions)

  before(async () => {
    anvil = startAnvil({
      chainId: 31_337,
      logLevel: 'silent',
      port: undefined,
      timeout: 30_000,
      timestamp: undefined,
    })
    client = createClient(await anvil.ready)
  })
  after(() => anvil.stop())

  it('deploys what is missing, for anybody who pays', async () => {
    const { transactionHashes, ...addresses } = await deployContracts(client)

    expect(transactionHashes).to.have.length(2)
    expect(addresses).to.deep.equal({
      policyStore: policyStoreAddress,
      policyValidator: policyValidatorAddress,
    })
    expect(
      await client.readContract({
        abi: policyValidatorAbi,
        address: policyValidatorAddress,
        functionName: 'policyStore',
      }),
    ).to.equal(policyStoreAddress)
  })

  it('does nothing where they are there already', async () => {
    const { transactionHashes } = await deployContracts(client)

    expect(transactionHashes).to.deep.equal([])
  })

  it('says when the chain has no CREATE2 deployer', async () => {
    const { client } = createNode({})

    try {
      await deployContracts(client)
      expect.fail('contracts were deployed')
    } catch (error) {
      expect(error).to.be.instanceOf(DeployerMissingError)
    }
  })
})
