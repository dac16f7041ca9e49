import { type Address, erc20Abi } from 'viem'
import { entryPoint07Abi, entryPoint07Address } from 'viem/account-abstraction'

import { openZeppelin } from '../../src/accounts/adapters/openZeppelin.ts'
import { getGrant } from '../../src/actions/read/getGrant.ts'
import { getUsage } from '../../src/actions/read/getUsage.ts'
import type { LocalChain } from '../../src/local/startLocalChain.ts'
import type { LocalAccount } from './createLocalAccount.ts'

/** Lanes that an operation of the agent may have used. */
const lanes = [0n, 1n, 2n, 3n]

/**
 * Reads everything that a denied operation must leave as it was: balances,
 * allowances, nonces, meters, the grant and the account's code.
 *
 * @returns The state as text, so that two of them are compared as a whole
 */
export async function readState(
  localChain: LocalChain<'0.7' | '0.8', true>,
  { address, client, startedAt }: LocalAccount,
): Promise<string> {
  const { accounts, contracts } = localChain
  const { policyStore, policyValidator, testToken } = contracts
  const agent = accounts.agent.address
  const people = [
    accounts.recipient.address,
    accounts.guardian.address,
    accounts.approver.address,
    accounts.stranger.address,
  ]
  const subject = { account: address, agent, validator: policyValidator }

  const getToken = (holder: Address) =>
    client.readContract({
      abi: erc20Abi,
      address: testToken,
      args: [holder],
      functionName: 'balanceOf',
    })
  const getAllowance = (spender: Address) =>
    client.readContract({
      abi: erc20Abi,
      address: testToken,
      args: [address, spender],
      functionName: 'allowance',
    })
  const getNonce = (lane: bigint) =>
    client.readContract({
      abi: entryPoint07Abi,
      address: entryPoint07Address,
      args: [
        address,
        openZeppelin.getNonceKey({ lane, validator: policyValidator }),
      ],
      functionName: 'getNonce',
    })

  const state = await Promise.all([
    client.getBalance({ address }),
    client.readContract({
      abi: entryPoint07Abi,
      address: entryPoint07Address,
      args: [address],
      functionName: 'balanceOf',
    }),
    Promise.all([address, ...people].map(getToken)),
    Promise.all(people.map(getAllowance)),
    Promise.all(lanes.map(getNonce)),
    client.getBalance({ address: accounts.stranger.address }),
    getGrant(client, subject),
    // At one time for all, since budgets refill with time.
    getUsage(client, { ...subject, policyStore, timestamp: startedAt }),
  ])
  return JSON.stringify(state, (_, value) =>
    typeof value === 'bigint' ? `${value}` : value,
  )
}
