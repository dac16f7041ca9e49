import { maxUint256 } from 'viem'

import type { LocalChain } from '../../src/local/startLocalChain.ts'
import type { LocalAccount } from './createLocalAccount.ts'

/** Something that the policy forbids, asked for through the server's tools. */
export type Violation = {
  calls: readonly Record<string, unknown>[]
  code: string
  name: string
}

/** What the agent tries in vain, in the order in which it tries it. */
export function getViolations(
  { accounts, contracts }: LocalChain<'0.7' | '0.8', true>,
  { address }: LocalAccount,
): readonly Violation[] {
  const stranger = accounts.stranger.address
  const { policyValidator, testToken } = contracts

  return [
    {
      calls: [{ amount: '0.01 ETH', to: stranger, transfer: 'ETH' }],
      code: 'RECIPIENT_NOT_ALLOWED',
      name: 'sends ETH to somebody who is not listed',
    },
    {
      calls: [{ amount: '1 TUSD', to: stranger, transfer: 'TUSD' }],
      code: 'RECIPIENT_NOT_ALLOWED',
      name: 'sends dollars to somebody who is not listed',
    },
    {
      calls: [{ data: '0xd0e30db0', to: stranger, value: '0.01 ETH' }],
      code: 'TARGET_NOT_ALLOWED',
      name: 'calls a contract that is not listed',
    },
    {
      calls: [
        {
          args: [stranger, '1000 TUSD'],
          function: 'mint(address to, uint256 amount)',
          to: testToken,
        },
      ],
      code: 'SELECTOR_NOT_ALLOWED',
      name: 'calls another function of the token',
    },
    {
      calls: [
        { amount: '60 TUSD', to: 'vendor', transfer: 'TUSD' },
        { amount: '60 TUSD', to: 'landlord', transfer: 'TUSD' },
      ],
      code: 'CAP_EXCEEDED',
      name: 'splits a payment over the cap into a batch',
    },
    {
      calls: [{ amount: '95 TUSD', to: 'vendor', transfer: 'TUSD' }],
      code: 'BUDGET_EXCEEDED',
      name: "pays more than is left of the day's budget",
    },
    {
      calls: [
        {
          args: ['subscriptions', `${maxUint256}`],
          function: 'approve(address spender, uint256 amount)',
          to: testToken,
        },
      ],
      code: 'APPROVAL_EXCEEDS_MAX',
      name: 'approves a listed spender without limit',
    },
    {
      calls: [
        {
          args: [stranger, '1 TUSD'],
          function: 'approve(address spender, uint256 amount)',
          to: testToken,
        },
      ],
      code: 'SPENDER_NOT_ALLOWED',
      name: 'approves a spender who is not listed',
    },
    {
      calls: [
        {
          args: ['1', stranger, '0x'],
          function:
            'installModule(uint256 moduleTypeId, address module, bytes initData)',
          to: address,
        },
      ],
      code: 'PRIVILEGED_TARGET',
      name: 'has the account install a module of its own',
    },
    {
      calls: [
        {
          args: [accounts.agent.address, `0x${'11'.repeat(32)}`, '1'],
          function:
            'grant(address agent, bytes32 policyHash, uint32 expectedVersion)',
          to: policyValidator,
        },
      ],
      code: 'PRIVILEGED_TARGET',
      name: 'grants itself another policy',
    },
  ]
}
