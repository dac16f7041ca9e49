import { expect } from 'chai'
import {
  type Address,
  concat,
  createTestClient,
  encodeFunctionData,
  getAddress,
  type Hex,
  hashMessage,
  http,
  keccak256,
  pad,
  publicActions,
  toHex,
  walletActions,
} from 'viem'
import { createBundlerClient } from 'viem/account-abstraction'
import { privateKeyToAccount } from 'viem/accounts'
import { signMessage } from 'viem/experimental/erc7739'

import { developmentAccounts } from '../../src/local/developmentAccounts.ts'
import {
  referenceAccountAbi,
  referenceAccountFactoryAbi,
  testTokenAbi,
} from '../../src/local/generated/contracts.ts'
import {
  type LocalChain,
  startLocalChain,
} from '../../src/local/startLocalChain.ts'
import { stopConforming } from '../helpers/stopConforming.ts'
import { toOwnedReferenceAccount } from './toOwnedReferenceAccount.ts'

const owner = privateKeyToAccount(developmentAccounts.owner.privateKey)
const stranger = privateKeyToAccount(developmentAccounts.stranger.privateKey)
const recipient = developmentAccounts.recipient.address

const isValid = '0x1626ba7e'
const isNotValid = '0xffffffff'

/**
 * Runtime code of a validator that finds every ERC-1271 signature valid: it
 * answers `isValidSignatureWithSender` with the magic value and all else with 1.
 */
const agreeingValidatorCode =
  '0x5f3560e01c63f551e2ee1460165760015f5260205ff35b631626ba7e60e01b5f5260205ff3'

/**
 * Runtime code of a validator that accepts every UserOperation: it answers
 * `validateUserOp` with 0 and all else with 1.
 */
const acceptingValidatorCode =
  '0x5f3560e01c63970032031460165760015f5260205ff35b5f505f5f5260205ff3'

/** The same, but reads the time first (`TIMESTAMP` in place of `PUSH0`). */
const clockReadingValidatorCode = acceptingValidatorCode.replace(
  '5b5f50',
  '5b4250',
) as Hex

function getClient({ chain, rpcUrl }: Pick<LocalChain, 'chain' | 'rpcUrl'>) {
  return createTestClient({
    account: stranger,
    cacheTime: 0,
    chain,
    mode: 'anvil',
    pollingInterval: 50,
    transport: http(rpcUrl),
  })
    .extend(publicActions)
    .extend(walletActions)
}

let saltCount = 0
/** A salt that no other test uses. */
const getSalt = () => pad(toHex(++saltCount), { size: 32 })

describe('ReferenceAccount and its factory', () => {
  let localChain: LocalChain<'0.7' | '0.8', true>
  let client: ReturnType<typeof getClient>
  let factory: Address

  before(async () => {
    localChain = await startLocalChain()
    client = getClient(localChain)
    factory = localChain.contracts.referenceAccountFactories['0.8']
  })
  after(() => stopConforming(localChain))

  const getBundlerClient = () =>
    createBundlerClient({
      chain: localChain.chain,
      client,
      pollingInterval: 50,
      transport: http(localChain.bundlerUrl),
    })

  const predict = (address: Address, salt: Hex) =>
    client.readContract({
      abi: referenceAccountFactoryAbi,
      address: factory,
      args: [address, salt],
      functionName: 'predictAccount',
    })

  /** Creates an account as a stranger. */
  async function create(address: Address, salt: Hex) {
    const { request, result } = await client.simulateContract({
      abi: referenceAccountFactoryAbi,
      address: factory,
      args: [address, salt],
      functionName: 'createAccount',
    })
    const hash = await client.writeContract(request)
    return {
      account: result,
      receipt: await client.waitForTransactionReceipt({ hash }),
    }
  }

  /** Puts the code of a validator on the chain. */
  async function putValidator(bytecode: Hex) {
    const address = getAddress(`0x${keccak256(getSalt()).slice(-40)}`)
    await client.setCode({ address, bytecode })
    return address
  }

  /** Installs a validator in the name of the account. */
  async function install(account: Address, validator: Address) {
    await client.impersonateAccount({ address: account })
    await client.setBalance({ address: account, value: 10n ** 18n })
    const hash = await client.sendTransaction({
      account,
      data: encodeFunctionData({
        abi: referenceAccountAbi,
        args: [1n, validator, '0x'],
        functionName: 'installModule',
      }),
      to: account,
    })
    const receipt = await client.waitForTransactionReceipt({ hash })
    expect(receipt.status).to.equal('success')
  }

  describe('createAccount', () => {
    it('creates the account at the predicted address, with its owner', async () => {
      const salt = getSalt()
      const { account, receipt } = await create(owner.address, salt)

      expect(account).to.equal(await predict(owner.address, salt))
      expect(
        await client.readContract({
          abi: referenceAccountAbi,
          address: account,
          functionName: 'signer',
        }),
      ).to.equal(owner.address)
      const logs = await client.getContractEvents({
        abi: referenceAccountFactoryAbi,
        address: factory,
        blockHash: receipt.blockHash,
        eventName: 'AccountCreated',
      })
      expect(logs.map(({ args }) => args)).to.deep.equal([
        { account, owner: owner.address, salt },
      ])
    })

    it('returns an account that exists, and says nothing', async () => {
      const salt = getSalt()
      const first = await create(owner.address, salt)
      const second = await create(owner.address, salt)

      expect(second.account).to.equal(first.account)
      expect(second.receipt.status).to.equal('success')
      expect(second.receipt.logs).to.deep.equal([])
    })

    it('binds the address to the owner and to the salt', async () => {
      const [salt, otherSalt] = [getSalt(), getSalt()]
      const addresses = await Promise.all([
        predict(owner.address, salt),
        predict(owner.address, otherSalt),
        predict(stranger.address, salt),
      ])

      expect(new Set(addresses)).to.have.property('size', 3)
    })

    it('leaves nobody a chance to initialise the account', async () => {
      const { account } = await create(owner.address, getSalt())
      const error = await client
        .simulateContract({
          abi: referenceAccountAbi,
          address: account,
          args: [stranger.address],
          functionName: 'initialize',
        })
        .catch((error) => error)

      expect(error.cause.data.errorName).to.equal('InvalidInitialization')
    })
  })

  describe('the implementation', () => {
    it('is locked and has no owner', async () => {
      const implementation = await client.readContract({
        abi: referenceAccountFactoryAbi,
        address: factory,
        functionName: 'IMPLEMENTATION',
      })
      const error = await client
        .simulateContract({
          abi: referenceAccountAbi,
          address: implementation,
          args: [stranger.address],
          functionName: 'initialize',
        })
        .catch((error) => error)

      expect(error.cause.data.errorName).to.equal('InvalidInitialization')
      expect(
        await client.readContract({
          abi: referenceAccountAbi,
          address: implementation,
          functionName: 'signer',
        }),
      ).to.equal('0x0000000000000000000000000000000000000000')
    })
  })

  describe('entryPoint', () => {
    it('is the one that the factory was made for', async () => {
      for (const version of ['0.7', '0.8'] as const) {
        const account = await toOwnedReferenceAccount({
          client,
          localChain,
          owner,
          salt: getSalt(),
          version,
        })
        const { factory, factoryData } = await account.getFactoryArgs()
        const hash = await client.sendTransaction({
          data: factoryData ?? '0x',
          to: factory ?? null,
        })
        await client.waitForTransactionReceipt({ hash })

        expect(
          await client.readContract({
            abi: referenceAccountAbi,
            address: account.address,
            functionName: 'entryPoint',
          }),
        ).to.equal(localChain.entryPoints[version])
      }
    })
  })

  describe('a UserOperation in safe mode', () => {
    /** Creates a funded account by its first UserOperation, which pays 5 wei. */
    async function sendFirst(version: '0.7' | '0.8') {
      const salt = getSalt()
      const account = await toOwnedReferenceAccount({
        client,
        localChain,
        owner,
        salt,
        version,
      })
      await client.setBalance({ address: account.address, value: 10n ** 18n })
      const before = await client.getBalance({ address: recipient })

      const bundler = getBundlerClient()
      const hash = await bundler.sendUserOperation({
        account,
        calls: [{ to: recipient, value: 5n }],
      })
      const receipt = await bundler.waitForUserOperationReceipt({ hash })

      const paid = (await client.getBalance({ address: recipient })) - before
      return { account, bundler, paid, receipt, salt }
    }

    it("mines the owner's on EntryPoint 0.8, with and without creation", async () => {
      const { account, bundler, paid, receipt } = await sendFirst('0.8')

      expect(receipt.success).to.equal(true)
      expect(getAddress(receipt.entryPoint)).to.equal(
        localChain.entryPoints['0.8'],
      )
      expect(paid).to.equal(5n)
      expect(await account.isDeployed()).to.equal(true)

      const hash = await bundler.sendUserOperation({
        account,
        calls: [
          {
            abi: testTokenAbi,
            args: [recipient, 7n],
            functionName: 'mint',
            to: localChain.contracts.testToken,
          },
        ],
      })
      const second = await bundler.waitForUserOperationReceipt({ hash })
      expect(second.success).to.equal(true)
      expect(
        await client.readContract({
          abi: testTokenAbi,
          address: localChain.contracts.testToken,
          args: [recipient],
          functionName: 'balanceOf',
        }),
      ).to.equal(7n)
    })

    it("mines the owner's on EntryPoint 0.7, with and without creation", async () => {
      const { account, bundler, paid, receipt } = await sendFirst('0.7')

      expect(receipt.success).to.equal(true)
      expect(getAddress(receipt.entryPoint)).to.equal(
        localChain.entryPoints['0.7'],
      )
      expect(paid).to.equal(5n)

      const hash = await bundler.sendUserOperation({
        account,
        calls: [{ to: recipient, value: 1n }],
      })
      const second = await bundler.waitForUserOperationReceipt({ hash })
      expect(second.success).to.equal(true)
    })

    it('is refused if somebody else signed it', async () => {
      const { account, bundler, salt } = await sendFirst('0.8')
      const forged = await toOwnedReferenceAccount({
        client,
        localChain,
        owner,
        salt,
        signer: stranger,
        version: '0.8',
      })
      expect(forged.address).to.equal(account.address)

      const error = await bundler
        .sendUserOperation({
          account: forged,
          calls: [{ to: recipient, value: 1n }],
        })
        .catch((error) => error)

      expect(error.name).to.equal('UserOperationExecutionError')
      expect(error.details).to.equal('AA24 signature error')
    })
  })

  describe('a UserOperation of an installed validator in safe mode', () => {
    async function send(validatorCode: Hex) {
      const salt = getSalt()
      const account = await toOwnedReferenceAccount({
        client,
        localChain,
        owner,
        salt,
        version: '0.8',
      })
      await create(owner.address, salt)
      const validator = await putValidator(validatorCode)
      await install(account.address, validator)

      const bundler = getBundlerClient()
      const hash = await bundler.sendUserOperation({
        account,
        calls: [{ to: recipient, value: 1n }],
        nonce: await account.getNonce({ key: BigInt(validator) << 32n }),
      })
      return bundler.waitForUserOperationReceipt({ hash })
    }

    it('is mined if the validator obeys ERC-7562', async () => {
      expect(await send(acceptingValidatorCode)).to.have.property(
        'success',
        true,
      )
    })

    it('is refused if the validator reads the time', async () => {
      const error = await send(clockReadingValidatorCode).catch(
        (error) => error,
      )

      expect(error.details).to.match(/uses banned opcode: TIMESTAMP/)
    })
  })

  describe('isValidSignature', () => {
    const hash = hashMessage('Hello')

    const ask = (account: Address, signature: Hex) =>
      client.readContract({
        abi: referenceAccountAbi,
        address: account,
        args: [hash, signature],
        functionName: 'isValidSignature',
      })

    it("accepts the owner's nested signature", async () => {
      const { account } = await create(owner.address, getSalt())
      const signature = await signMessage(client, {
        account: owner,
        message: 'Hello',
        verifier: account,
      })

      expect(await ask(account, signature)).to.equal(isValid)
    })

    it("refuses somebody else's, and the owner's for another account", async () => {
      const { account } = await create(owner.address, getSalt())
      const { account: other } = await create(owner.address, getSalt())
      const byStranger = await signMessage(client, {
        account: stranger,
        message: 'Hello',
        verifier: account,
      })
      const forOther = await signMessage(client, {
        account: owner,
        message: 'Hello',
        verifier: other,
      })

      expect(await ask(account, byStranger)).to.equal(isNotValid)
      expect(await ask(account, forOther)).to.equal(isNotValid)
      expect(await ask(other, forOther)).to.equal(isValid)
    })

    it("refuses the owner's plain signature", async () => {
      const { account } = await create(owner.address, getSalt())

      expect(
        await ask(account, await owner.signMessage({ message: 'Hello' })),
      ).to.equal(isNotValid)
    })

    it('refuses what is no signature', async () => {
      const { account } = await create(owner.address, getSalt())

      expect(await ask(account, '0x')).to.equal(isNotValid)
      expect(await ask(account, '0x1234')).to.equal(isNotValid)
      expect(await ask(account, concat([account, '0x1234']))).to.equal(
        isNotValid,
      )
    })

    it('hands a signature to the validator that it begins with, if installed', async () => {
      const { account } = await create(owner.address, getSalt())
      const validator = await putValidator(agreeingValidatorCode)
      const signature = concat([validator, keccak256('0x')])
      expect(await ask(account, signature)).to.equal(isNotValid)

      await install(account, validator)

      expect(await ask(account, signature)).to.equal(isValid)
      const ownerSignature = await signMessage(client, {
        account: owner,
        message: 'Hello',
        verifier: account,
      })
      expect(await ask(account, ownerSignature)).to.equal(isValid)
    })

    it('answers the detection request of ERC-7739', async () => {
      const { account } = await create(owner.address, getSalt())

      expect(
        await client.readContract({
          abi: referenceAccountAbi,
          address: account,
          args: [
            '0x7739773977397739773977397739773977397739773977397739773977397739',
            '0x',
          ],
          functionName: 'isValidSignature',
        }),
      ).to.equal('0x77390001')
    })
  })

  describe('the owner', () => {
    it('is the only one who can execute, through the EntryPoint', async () => {
      const { account } = await create(owner.address, getSalt())
      const execute = (from: Address) =>
        client.simulateContract({
          abi: referenceAccountAbi,
          account: from,
          address: account,
          args: [pad('0x01', { dir: 'right' }), '0x'],
          functionName: 'execute',
        })

      for (const from of [owner.address, stranger.address]) {
        const error = await execute(from).catch((error) => error)
        expect(error.cause.data.errorName).to.equal('AccountUnauthorized')
      }
    })
  })
})
