import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { expect } from 'chai'
import {
  createPublicClient,
  createWalletClient,
  encodeDeployData,
  getContractAddress,
  http,
  zeroHash,
} from 'viem'
import { createBundlerClient } from 'viem/account-abstraction'
import { privateKeyToAccount } from 'viem/accounts'

import { policyStoreCreationCode } from '../../src/constants/generated/creationCode.ts'
import { create2Deployer } from '../../src/local/deploy.ts'
import {
  PortTakenError,
  ProgramExitedError,
  ProgramStartTimeoutError,
} from '../../src/local/errors.ts'
import {
  testTokenAbi,
  testTokenCreationCode,
} from '../../src/local/generated/contracts.ts'
import {
  type LocalChain,
  startLocalChain,
} from '../../src/local/startLocalChain.ts'
import { findFreePort, findProcesses, waitUntil } from './findProcesses.ts'

describe('startLocalChain', () => {
  let localChain: LocalChain<'0.7' | '0.8', true>

  before(async () => {
    localChain = await startLocalChain()
  })
  after(() => localChain.stop())

  const getClient = ({ chain, rpcUrl }: Pick<LocalChain, 'chain' | 'rpcUrl'>) =>
    createPublicClient({ cacheTime: 0, chain, transport: http(rpcUrl) })

  describe('the node', () => {
    it('holds both EntryPoints at their canonical addresses', async () => {
      const client = getClient(localChain)

      expect(localChain.entryPoints).to.deep.equal({
        '0.7': '0x0000000071727De22E5E9d8BAf0edAc6f37da032',
        '0.8': '0x4337084D9E255Ff0702461CF8895CE9E3b5Ff108',
      })
      for (const address of Object.values(localChain.entryPoints))
        expect((await client.getCode({ address }))?.length).greaterThan(30_000)
    })

    it('mines a transaction at once', async () => {
      const client = getClient(localChain)
      const before = await client.getBlockNumber()
      const wallet = createWalletClient({
        account: privateKeyToAccount(localChain.accounts.owner.privateKey),
        chain: localChain.chain,
        transport: http(localChain.rpcUrl),
      })

      const hash = await wallet.sendTransaction({
        to: localChain.accounts.recipient.address,
        value: 1n,
      })
      const receipt = await client.waitForTransactionReceipt({ hash })

      expect(receipt.status).to.equal('success')
      expect(receipt.blockNumber).to.equal(before + 1n)
    })

    it('has the time of the machine', async () => {
      const { timestamp } = await getClient(localChain).getBlock()

      const now = Math.floor(Date.now() / 1_000)
      expect(Number(timestamp)).to.be.closeTo(now, 60)
    })

    it('funds every account that it names', async () => {
      const client = getClient(localChain)

      for (const account of Object.values(localChain.accounts)) {
        const { address } = privateKeyToAccount(account.privateKey)
        expect(address).to.equal(account.address)
        expect((await client.getBalance({ address })) > 10n ** 21n).to.equal(
          true,
        )
      }
    })
  })

  describe('the contracts', () => {
    it('are at addresses that only their creation code determines', async () => {
      const toAddress = (bytecode: `0x${string}`) =>
        getContractAddress({
          bytecode,
          from: create2Deployer,
          opcode: 'CREATE2',
          salt: zeroHash,
        })
      const { policyStore, testToken } = localChain.contracts

      expect(policyStore).to.equal(toAddress(policyStoreCreationCode))
      expect(testToken).to.equal(
        toAddress(
          encodeDeployData({
            abi: testTokenAbi,
            args: ['Test Dollar', 'TUSD', 6],
            bytecode: testTokenCreationCode,
          }),
        ),
      )
    })

    it('are at the same addresses on another chain', async () => {
      const other = await startLocalChain({ bundler: false, chainId: 1_337 })
      try {
        expect(await getClient(other).getChainId()).to.equal(1_337)
        expect(other.contracts).to.deep.equal(localChain.contracts)
      } finally {
        await other.stop()
      }
    })

    it('have code', async () => {
      const client = getClient(localChain)
      const { referenceAccountFactories, ...others } = localChain.contracts

      for (const address of [
        ...Object.values(referenceAccountFactories),
        ...Object.values(others),
      ])
        expect(await client.getCode({ address })).to.match(/^0x[0-9a-f]+$/)
    })

    it('can be deployed side by side, and twice', async () => {
      const client = getClient(localChain)
      const toCreationCode = (name: string) =>
        encodeDeployData({
          abi: testTokenAbi,
          args: [name, 'TEST', 18],
          bytecode: testTokenCreationCode,
        })

      const [first, second, again] = await Promise.all([
        localChain.deploy({ creationCode: toCreationCode('First') }),
        localChain.deploy({ creationCode: toCreationCode('Second') }),
        localChain.deploy({ creationCode: toCreationCode('First') }),
      ])

      expect(again).to.equal(first)
      expect(second).not.to.equal(first)
      const readName = (address: `0x${string}`) =>
        client.readContract({
          abi: testTokenAbi,
          address,
          functionName: 'name',
        })
      expect(await readName(first)).to.equal('First')
      expect(await readName(second)).to.equal('Second')
    })

    it('fail with a typed error when their constructor reverts', async () => {
      // PUSH0 PUSH0 REVERT
      const error = await localChain
        .deploy({ creationCode: '0x5f5ffd' })
        .catch((error) => error)

      expect(error).to.have.property('name', 'DeploymentFailedError')
    })
  })

  describe('the bundler', () => {
    it('serves both EntryPoints', async () => {
      const bundlerClient = createBundlerClient({
        transport: http(localChain.bundlerUrl),
      })

      expect(await bundlerClient.getSupportedEntryPoints()).to.have.members([
        '0x0000000071727De22E5E9d8BAf0edAc6f37da032',
        '0x4337084D9E255Ff0702461CF8895CE9E3b5Ff108',
      ])
    })

    it('is on the same chain as the node', async () => {
      const bundlerClient = createBundlerClient({
        transport: http(localChain.bundlerUrl),
      })

      expect(await bundlerClient.getChainId()).to.equal(localChain.chainId)
    })
  })

  describe('its options', () => {
    it('leaves out the bundler and an EntryPoint', async () => {
      const small = await startLocalChain({
        bundler: false,
        entryPointVersions: ['0.8'],
      })
      try {
        expect(small.bundlerUrl).to.equal(undefined)
        expect(small.entryPoints).to.have.all.keys('0.8')
        expect(small.contracts.referenceAccountFactories).to.have.all.keys(
          '0.8',
        )
        const code = await getClient(small).getCode({
          address: localChain.entryPoints['0.7'],
        })
        expect(code).to.equal(undefined)
      } finally {
        await small.stop()
      }
    })

    it('takes ports, a time of genesis and a time between blocks', async () => {
      const port = await findFreePort()
      const timestamp = 2_000_000_000
      const slow = await startLocalChain({
        blockTime: 1,
        bundler: false,
        ports: { anvil: port },
        timestamp,
      })
      try {
        const client = getClient(slow)
        expect(slow.rpcUrl).to.equal(`http://127.0.0.1:${port}`)
        const { number, timestamp: now } = await client.getBlock()
        expect(Number(now)).to.be.closeTo(timestamp, 30)

        // Blocks come without any transaction.
        await new Promise((resolve) => setTimeout(resolve, 2_500))
        const later = await client.getBlock()
        expect(later.number > number).to.equal(true)
        expect(later.transactions).to.deep.equal([])
      } finally {
        await slow.stop()
      }
    })
  })

  describe('when it cannot start', () => {
    it('names the program whose port is taken, and starts nothing', async () => {
      const anvilPort = await findFreePort()
      const server = createServer().listen(0, '127.0.0.1')
      await once(server, 'listening')
      const { port } = server.address() as AddressInfo
      try {
        const forAnvil = await startLocalChain({
          ports: { anvil: port },
        }).catch((error) => error)
        expect(forAnvil).to.be.instanceOf(PortTakenError)
        expect(forAnvil.message).to.match(
          new RegExp(`^Port ${port}, asked for anvil, is taken\\.`),
        )

        const forAlto = await startLocalChain({
          ports: { alto: port, anvil: anvilPort },
        }).catch((error) => error)
        expect(forAlto).to.be.instanceOf(PortTakenError)
        expect(forAlto.message).to.match(
          new RegExp(`^Port ${port}, asked for Alto, is taken\\.`),
        )
        expect(findProcesses(anvilPort)).to.deep.equal([])
      } finally {
        server.close()
      }
    })

    it('quotes what the node said last, and leaves no process', async () => {
      const port = await findFreePort()
      const error = await startLocalChain({
        ports: { anvil: port },
        timestamp: -1,
      }).catch((error) => error)

      expect(error).to.be.instanceOf(ProgramExitedError)
      expect(error.shortMessage).to.equal('anvil ended by itself.')
      expect(error.message).to.match(/invalid value '-1' for '--timestamp/)
      expect(findProcesses(port)).to.deep.equal([])
    })

    it('gives up after the time-out, and leaves no process', async () => {
      const port = await findFreePort()
      const error = await startLocalChain({
        ports: { anvil: port },
        timeout: 1,
      }).catch((error) => error)

      expect(error).to.be.instanceOf(ProgramStartTimeoutError)
      expect(error.shortMessage).to.equal('anvil was not ready within 1 ms.')
      expect(findProcesses(port)).to.deep.equal([])
    })

    it('stops the node when the bundler fails, and leaves no process', async () => {
      const port = await findFreePort()
      const starting = startLocalChain({ ports: { anvil: port } }).catch(
        (error) => error,
      )

      const findAlto = () =>
        findProcesses(port).find(
          ({ args }) => args.includes('alto.js') && !args.includes('watchdog'),
        )
      await waitUntil(() => findAlto() !== undefined)
      expect(findProcesses(port)).to.have.length(4)
      process.kill(findAlto()?.id ?? 0, 'SIGKILL')

      const error = await starting
      expect(error).to.be.instanceOf(ProgramExitedError)
      expect(error.shortMessage).to.equal('Alto ended by itself.')
      expect(findProcesses(port)).to.deep.equal([])
    })
  })
})
