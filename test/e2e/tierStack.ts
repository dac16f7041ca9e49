import { createWalletClient, type Hex, http, keccak256, pad } from 'viem'
import { createBundlerClient } from 'viem/account-abstraction'
import { privateKeyToAccount } from 'viem/accounts'

import { toReferenceAccount } from '../../src/accounts/toReferenceAccount.ts'
import { developmentAccounts } from '../../src/local/developmentAccounts.ts'
import type { LocalChain } from '../../src/local/startLocalChain.ts'
import type { PolicyDocument } from '../../src/policy/document/policySchema.ts'
import { compileExample, createStack, ownerKey } from './sdkStack.ts'

export const alice = privateKeyToAccount(
  developmentAccounts.approver.privateKey,
)
export const bob = privateKeyToAccount(pad('0xb0b'))
export const guardian = privateKeyToAccount(
  developmentAccounts.guardian.privateKey,
)

/**
 * A stack whose policy tells of payments above 10 tokens an operation, delays those
 * above 20, and asks two of Alice, Bob and a smart account, the vault, about those
 * above 50.
 */
export async function createTierStack<
  version extends '0.7' | '0.8',
>(parameters: {
  changes?: Partial<PolicyDocument>
  localChain: LocalChain<'0.7' | '0.8', boolean>
  salt: Hex
  version: version
}) {
  const { changes, localChain, salt, version } = parameters
  const { bundlerUrl, chain, contracts, rpcUrl } = localChain
  const stack = await createStack(parameters)
  const { client } = stack

  const vaultAccount = await toReferenceAccount({
    client,
    entryPoint: version,
    factory: contracts.referenceAccountFactories[version],
    owner: ownerKey,
    salt: keccak256(salt),
  })
  const vault = createBundlerClient({
    account: vaultAccount,
    client,
    pollingInterval: 100,
    transport: http(bundlerUrl ?? 'http://127.0.0.1:1'),
  })
  const createWallet = (account: typeof alice) =>
    createWalletClient({
      account,
      cacheTime: 0,
      chain,
      pollingInterval: 50,
      transport: http(rpcUrl),
    })

  const policy = compileExample(stack.token, {
    contracts: {
      alice: alice.address,
      bob: bob.address,
      vault: vaultAccount.address,
    },
    guardian: guardian.address,
    limits: [
      { action: 'notify', amount: '10', asset: 'TUSD', per: 'operation' },
      { action: 'delay', amount: '20', asset: 'TUSD', per: 'operation' },
      { action: 'approval', amount: '50', asset: 'TUSD', per: 'operation' },
      { amount: '500', asset: 'TUSD', per: 'day' },
      { amount: '1', asset: 'ETH', per: 'day' },
    ],
    tiers: {
      approvals: { approvers: ['alice', 'bob', 'vault'], threshold: 2 },
      delay: '1s',
      lifetime: '1h',
    },
    ...changes,
  })
  const approvers = [
    { address: alice.address, name: 'alice' },
    { address: bob.address, name: 'bob' },
    { address: vaultAccount.address, name: 'vault' },
  ].toSorted((one, other) =>
    one.address.toLowerCase() < other.address.toLowerCase() ? -1 : 1,
  )
  return { ...stack, approvers, createWallet, policy, vault, vaultAccount }
}
