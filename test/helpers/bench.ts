import { expect } from 'chai'
import { type SigningKey, Wallet } from 'ethers'
import { concatHex, type Hex, keccak256, stringToHex, toHex } from 'viem'

import type { EntryPointVersion } from '../../src/local/entryPoints.ts'
import { deployEntryPoint } from './entryPoints.ts'
import { getMappedSlot } from './meters.ts'
import { ethers, networkHelpers } from './network.ts'
import {
  type Call,
  encodeCalls,
  encodeWindow,
  type Gas,
  hashWindow,
  type Operation,
  packPair,
  signHash,
  type Window,
} from './operations.ts'
import { findRuleOffset, readSetRuleOffset } from './policies.ts'
import { noon } from './time.ts'

const defaultGas: Gas = {
  verificationGasLimit: 500_000n,
  callGasLimit: 500_000n,
  preVerificationGas: 50_000n,
  maxFeePerGas: 10n ** 10n,
  maxPriorityFeePerGas: 10n ** 9n,
}

/** A key that the name determines. */
export function toKey(name: string): Wallet {
  return new Wallet(keccak256(stringToHex(name)), ethers.provider)
}

export type OperationParameters = {
  /** @default the bench's account */
  account?: { target: unknown }
  /** @default the bench's agent */
  agent?: Wallet
  calls?: readonly Call[]
  /** In place of `calls`. */
  callData?: Hex
  /** Bits of the nonce key that the account leaves free. @default 0 */
  lane?: number
  window?: Window
  gas?: Partial<Gas>
  initCode?: Hex
  paymasterAndData?: Hex
  /** @default the next one of the lane */
  nonce?: bigint
  /** Key that signs in place of the agent's. */
  signer?: SigningKey
}

async function deploy(version: EntryPointVersion) {
  const [bundler, owner, agent, otherAgent, alice, bob, stranger] = [
    toKey('bundler'),
    toKey('owner'),
    toKey('agent'),
    toKey('other agent'),
    toKey('alice'),
    toKey('bob'),
    toKey('stranger'),
  ] as const
  for (const { address } of [bundler, owner, stranger])
    await networkHelpers.setBalance(address, 10n ** 21n)

  const entryPoint = await deployEntryPoint(version, bundler)
  const store = await ethers.deployContract('PolicyStore', bundler)
  const validator = await ethers.deployContract(
    'PolicyValidator',
    [store.target],
    bundler,
  )
  const lens = await ethers.deployContract('PolicyLens', bundler)
  const factory = await ethers.deployContract(
    'ReferenceAccountFactory',
    [entryPoint.target],
    bundler,
  )
  const token = await ethers.deployContract(
    'TestToken',
    ['Test Dollar', 'TUSD', 6],
    bundler,
  )
  const chainId = (await ethers.provider.getNetwork()).chainId
  const watched = new Set<string>()
  const watch = (...addresses: readonly unknown[]) => {
    for (const address of addresses) watched.add(String(address))
  }
  watch(entryPoint.target, store.target, validator.target, token.target)
  watch(alice.address, bob.address, agent.address, otherAgent.address)

  /** Deploys a contract whose state the tests of denials watch too. */
  async function deployContract(name: string, args: readonly unknown[] = []) {
    const contract = await ethers.deployContract(name, [...args])
    watch(contract.target)
    return contract
  }

  const impersonate = (address: string) =>
    networkHelpers
      .setBalance(address, 10n ** 20n)
      .then(() => ethers.getImpersonatedSigner(address))

  const deployContractBundler = () =>
    ethers.deployContract('ContractBundler', bundler)

  async function deployHostileToken() {
    const hostile = await ethers.deployContract('HostileToken', bundler)
    watch(hostile.target)
    return hostile
  }

  /** Creates an account of the owner, with the module installed and funds. */
  async function createAccount(name: string, { installed = true } = {}) {
    const salt = keccak256(stringToHex(name))
    await factory.createAccount(owner.address, salt)
    const address = await factory.predictAccount(owner.address, salt)
    const account = await ethers.getContractAt(
      'ReferenceAccount',
      address,
      await ethers.getImpersonatedSigner(address),
    )
    await networkHelpers.setBalance(address, 10n ** 20n)
    if (installed) await account.installModule(1, validator.target, '0x')
    await token.mint(address, 10n ** 12n)
    watch(address)
    return account
  }

  /** Creates one whose operations are wrapped in `executeUserOp`. */
  async function createWrappingAccount() {
    const wrapping = await ethers.deployContract(
      'WrappingAccount',
      [entryPoint.target],
      bundler,
    )
    const address = String(wrapping.target)
    await networkHelpers.setBalance(address, 10n ** 20n)
    const account = await ethers.getContractAt(
      'ReferenceAccount',
      address,
      await ethers.getImpersonatedSigner(address),
    )
    await account.installModule(1, validator.target, '0x')
    watch(address)
    return account
  }

  const account = await createAccount('account')

  /** The validator, called by the account itself: the owner's levers. */
  const by = (of: { runner: unknown } = account) =>
    validator.connect(of.runner as Wallet)

  /** Publishes a policy or a set and returns its id. */
  async function publish(blob: Hex): Promise<Hex> {
    const blobHash = await store.publish.staticCall(blob)
    await store.publish(blob)
    return blobHash as Hex
  }

  /** Puts a policy in the store that the store itself would refuse. */
  async function publishUnchecked(blob: Hex): Promise<Hex> {
    const length = toHex((blob.length - 2) / 2, { size: 2 })
    const blobHash = keccak256(
      concatHex(['0x61', length, '0x80600a3d393df3', blob]),
    )
    await networkHelpers.setCode(
      await store.getFunction('getAddress')(blobHash),
      blob,
    )
    return blobHash
  }

  /** Policy that was granted last. */
  let granted: Hex = '0x'

  /** Offset of a rule in the policy that was granted last. */
  const getRule = (target: string, selector?: string): number =>
    findRuleOffset(granted, target, selector)
  const getSetRule = (permission: number): number =>
    readSetRuleOffset(granted, permission)

  /** Publishes the policy and grants it, in place of the one there is. */
  async function grant(
    policy: Hex,
    { of = account, to = agent }: { of?: typeof account; to?: Wallet } = {},
  ): Promise<Hex> {
    const policyHash = await publish(policy)
    granted = policy
    const { version } = await validator.getGrant(of.target, to.address)
    await by(of).grant(to.address, policyHash, version)
    return policyHash
  }

  /** The nonce key of the account that names the validator. */
  const toNonceKey = (lane = 0) =>
    (BigInt(String(validator.target)) << 32n) | BigInt(lane)

  const getUserOpHash = (operation: Operation): Promise<Hex> =>
    entryPoint.getFunction('getUserOpHash')(operation)

  /** Signs the operation for the window, in the name of `agent`. */
  async function sign(
    operation: Operation,
    window: Window,
    { as = agent, key = as.signingKey }: { as?: Wallet; key?: SigningKey } = {},
  ): Promise<Operation> {
    const hash = hashWindow(
      { chainId, validator: String(validator.target) },
      await getUserOpHash(operation),
      window,
    )
    const signature = concatHex([
      encodeWindow(as.address, window),
      signHash(key, hash),
    ])
    return { ...operation, signature }
  }

  const defaultWindow: Window = { validAfter: noon, validUntil: noon + 600 }

  /** Builds an operation and signs it as the agent. */
  async function operate({
    account: sender = account,
    agent: as = agent,
    calls = [],
    callData = encodeCalls(calls),
    gas: someGas = {},
    initCode = '0x',
    lane = 0,
    nonce,
    paymasterAndData = '0x',
    signer = as.signingKey,
    window = defaultWindow,
  }: OperationParameters): Promise<Operation> {
    const gas = { ...defaultGas, ...someGas }
    const operation: Operation = {
      sender: String(sender.target),
      nonce:
        nonce ??
        (await entryPoint.getFunction('getNonce')(
          sender.target,
          toNonceKey(lane),
        )),
      initCode,
      callData,
      accountGasLimits: packPair(gas.verificationGasLimit, gas.callGasLimit),
      preVerificationGas: gas.preVerificationGas,
      gasFees: packPair(gas.maxPriorityFeePerGas, gas.maxFeePerGas),
      paymasterAndData,
      signature: '0x',
    }
    return sign(operation, window, { as, key: signer })
  }

  /**
   * Sends the operations in one transaction, in the block of that second. Their
   * validations have to obey ERC-7562.
   */
  async function handle(
    operations: readonly Operation[],
    { at }: { at?: number | undefined } = {},
  ) {
    if (at !== undefined) await networkHelpers.time.setNextBlockTimestamp(at)
    const response = await entryPoint
      .getFunction('handleOps')
      .send(operations, bundler.address, { gasLimit: 15_000_000n })
    const receipt = await response.wait()
    if (receipt === null) throw new Error('The transaction was not mined.')
    return receipt
  }

  /** Sends the operations, of which every one must execute. */
  async function run(
    operations: Operation | readonly Operation[],
    options: { at?: number | undefined } = {},
  ) {
    const receipt = await handle([operations].flat() as Operation[], options)
    const outcomes = receipt.logs
      .map((log) => entryPoint.interface.parseLog(log))
      .filter((log) => log?.name === 'UserOperationEvent')
      .map((log) => log?.args.success)
    expect(outcomes, 'executions').to.deep.equal(
      [operations].flat().map(() => true),
    )
    return receipt
  }

  /** Builds an operation of these calls, sends it, and sees it executed. */
  async function act(
    calls: readonly Call[],
    { at, ...parameters }: OperationParameters & { at?: number } = {},
  ) {
    return run(await operate({ ...parameters, calls }), { at })
  }

  /** Balance, nonce and root of the storage of everything that takes part. */
  async function readState() {
    return Promise.all(
      [...watched].map(async (address) => {
        const { balance, nonce, storageHash } = await ethers.provider.send(
          'eth_getProof',
          [address, [], 'latest'],
        )
        return { address, balance, nonce, storageHash }
      }),
    )
  }

  /** What is used of each limit of the agent, as the lens says it. */
  const getUsage = (
    timestamp: number,
    {
      of = account,
      by: as = agent,
    }: { of?: { target: unknown }; by?: Wallet } = {},
  ) =>
    lens.getUsage(
      String(validator.target),
      String(of.target),
      as.address,
      timestamp,
    )

  /** What the agent has spent of each limit, at noon unless said otherwise. */
  async function getSpent(
    timestamp: number = noon,
    options?: Parameters<typeof getUsage>[1],
  ): Promise<bigint[]> {
    const usage = await getUsage(timestamp, options)
    return usage.map(({ spent }) => spent)
  }

  /** Builds an operation that the owner signs, beside the module. */
  async function operateAsOwner(calls: readonly Call[]): Promise<Operation> {
    const operation: Operation = {
      sender: String(account.target),
      nonce: await entryPoint.getFunction('getNonce')(account.target, 0),
      initCode: '0x',
      callData: encodeCalls(calls),
      accountGasLimits: packPair(
        defaultGas.verificationGasLimit,
        defaultGas.callGasLimit,
      ),
      preVerificationGas: defaultGas.preVerificationGas,
      gasFees: packPair(
        defaultGas.maxPriorityFeePerGas,
        defaultGas.maxFeePerGas,
      ),
      paymasterAndData: '0x',
      signature: '0x',
    }
    const hash = await getUserOpHash(operation)
    const signature = owner.signingKey.sign(hash).serialized as Hex
    return { ...operation, signature }
  }

  /** Sends calls in an operation that the owner signs. */
  const actAsOwner = async (calls: readonly Call[]) =>
    run(await operateAsOwner(calls))

  /** The name and the arguments of one of the validator's errors. */
  const parseError = (data: string): readonly unknown[] => {
    const error = validator.interface.parseError(data)
    return error === null ? [data] : [error.name, ...error.args]
  }

  /** Writes the version into the word of the agent's grant. */
  async function setVersion(
    of: string,
    version: number,
    on = String(account.target),
  ): Promise<void> {
    // The grants are the first mapping, behind two words of EIP712.
    const slot = getMappedSlot(2n, [of as Hex, on as Hex])
    const word = BigInt(
      await networkHelpers.getStorageAt(String(validator.target), slot),
    )
    const cleared = word & ~(0xffffn << 80n)
    await networkHelpers.setStorageAt(
      String(validator.target),
      slot,
      toHex(cleared | (BigInt(version) << 80n), { size: 32 }),
    )
  }

  /** What the validator answers when the account calls it with the operation. */
  async function validate(operation: Operation, of = account): Promise<bigint> {
    return by(of).validateUserOp.staticCall(
      operation,
      await getUserOpHash(operation),
    )
  }

  const encodeTransfer = (to: string, amount: bigint): Call => ({
    to: String(token.target),
    data: token.interface.encodeFunctionData('transfer', [to, amount]),
  })
  const encodeApprove = (spender: string, amount: bigint): Call => ({
    to: String(token.target),
    data: token.interface.encodeFunctionData('approve', [spender, amount]),
  })
  const encodeTransferFrom = (
    from: string,
    to: string,
    amount: bigint,
  ): Call => ({
    to: String(token.target),
    data: token.interface.encodeFunctionData('transferFrom', [
      from,
      to,
      amount,
    ]),
  })

  return {
    version,
    chainId,
    provider: ethers.provider,
    entryPoint,
    store,
    validator,
    lens,
    factory,
    token,
    account,
    bundler,
    owner,
    agent,
    otherAgent,
    alice,
    bob,
    stranger,
    defaultWindow,
    act,
    actAsOwner,
    by,
    createAccount,
    createWrappingAccount,
    deployContract,
    deployContractBundler,
    deployHostileToken,
    encodeApprove,
    encodeTransfer,
    encodeTransferFrom,
    getRule,
    getSetRule,
    getSpent,
    getUsage,
    getUserOpHash,
    grant,
    handle,
    impersonate,
    operate,
    operateAsOwner,
    parseError,
    publish,
    publishUnchecked,
    readState,
    run,
    setVersion,
    sign,
    toNonceKey,
    validate,
    watch,
  }
}

export type Bench = Awaited<ReturnType<typeof deploy>>

/** One snapshot for both: what is rolled back to it must not lie after another. */
async function deployBenches() {
  const benches = { '0.7': await deploy('0.7'), '0.8': await deploy('0.8') }
  await networkHelpers.time.setNextBlockTimestamp(noon)
  await networkHelpers.mine()
  return benches
}

/**
 * Contracts, keys, and an account with the module installed, at noon of
 * 2030-01-16. Each call rolls the chain back to that.
 */
export async function loadBench(
  version: EntryPointVersion = '0.8',
): Promise<Bench> {
  const benches = await networkHelpers.loadFixture(deployBenches)
  // Rolling back does not take back the time that earlier tests have lasted.
  await networkHelpers.time.setNextBlockTimestamp(noon + 1)
  return benches[version]
}

/** A word of the arguments that is an address with dirt above it. */
export function toDirtyWord(address: string): Hex {
  return toHex((1n << 160n) | BigInt(address), { size: 32 })
}
