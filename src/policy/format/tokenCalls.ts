import { type Hex, toFunctionSelector } from 'viem'

import type { PolicyAsset } from './types.ts'

/** Shape that a call on a token with a budget must have. */
export type TokenCall = {
  /** Word that must be the account. */
  account?: number | undefined
  asset: PolicyAsset['kind']
  exact: boolean
  headWords: number
  /** Word that must be the token id. */
  id?: number | undefined
  /** Word that must be bound to addresses. */
  party?: { role: 'recipient' | 'spender'; word: number } | undefined
  selector: Hex
  signature: string
  /** Word that is the amount; `one` for a token of its own, or the value. */
  spend: number | 'one' | 'value'
}

function toTokenCall<
  const shape extends Omit<TokenCall, 'selector' | 'signature'>,
>(
  signature: string,
  shape: shape,
): Pick<TokenCall, 'selector' | 'signature'> & shape {
  return { ...shape, selector: toFunctionSelector(signature), signature }
}

const transferred = {
  account: 0,
  party: { role: 'recipient', word: 1 },
} as const

/** Every call that a budgeted token may be sent. */
export const tokenCalls = {
  approve: toTokenCall('approve(address,uint256)', {
    asset: 'erc20',
    exact: true,
    headWords: 2,
    party: { role: 'spender', word: 0 },
    spend: 1,
  }),
  deposit: toTokenCall('deposit()', {
    asset: 'erc20',
    exact: true,
    headWords: 0,
    spend: 'value',
  }),
  erc1155SafeTransferFrom: toTokenCall(
    'safeTransferFrom(address,address,uint256,uint256,bytes)',
    {
      ...transferred,
      asset: 'erc1155',
      exact: false,
      headWords: 5,
      id: 2,
      spend: 3,
    },
  ),
  erc721SafeTransferFrom: toTokenCall(
    'safeTransferFrom(address,address,uint256)',
    {
      ...transferred,
      asset: 'erc721',
      exact: true,
      headWords: 3,
      spend: 'one',
    },
  ),
  erc721SafeTransferFromWithData: toTokenCall(
    'safeTransferFrom(address,address,uint256,bytes)',
    {
      ...transferred,
      asset: 'erc721',
      exact: false,
      headWords: 4,
      spend: 'one',
    },
  ),
  erc721TransferFrom: toTokenCall('transferFrom(address,address,uint256)', {
    ...transferred,
    asset: 'erc721',
    exact: true,
    headWords: 3,
    spend: 'one',
  }),
  transfer: toTokenCall('transfer(address,uint256)', {
    asset: 'erc20',
    exact: true,
    headWords: 2,
    party: { role: 'recipient', word: 0 },
    spend: 1,
  }),
  transferFrom: toTokenCall('transferFrom(address,address,uint256)', {
    ...transferred,
    asset: 'erc20',
    exact: true,
    headWords: 3,
    spend: 2,
  }),
  withdraw: toTokenCall('withdraw(uint256)', {
    asset: 'erc20',
    exact: true,
    headWords: 1,
    spend: 0,
  }),
} as const satisfies Record<string, TokenCall>

/** Selectors that may only be sent to a token with a budget. */
export const tokenOnlySelectors: ReadonlySet<Hex> = new Set(
  Object.values(tokenCalls)
    .filter((call) => call.selector !== tokenCalls.deposit.selector)
    .filter((call) => call.selector !== tokenCalls.withdraw.selector)
    .map(({ selector }) => selector),
)

/** Calls that hand out what no meter sees, refused on every target. */
export const forbiddenCalls: ReadonlyMap<Hex, string> = new Map(
  [
    'increaseAllowance(address,uint256)',
    'permit(address,address,uint256,uint256,uint8,bytes32,bytes32)',
    'permit(address,address,uint256,uint256,bytes)',
    'permit(address,address,uint256,uint256,bool,uint8,bytes32,bytes32)',
    'setApprovalForAll(address,bool)',
    'transferWithAuthorization(address,address,uint256,uint256,uint256,bytes32,uint8,bytes32,bytes32)',
    'transferWithAuthorization(address,address,uint256,uint256,uint256,bytes32,bytes)',
    'increaseApproval(address,uint256)',
    'approveAndCall(address,uint256,bytes)',
    'approveAndCall(address,uint256)',
    'transferAndCall(address,uint256,bytes)',
    'transferAndCall(address,uint256)',
    'transferFromAndCall(address,address,uint256,bytes)',
    'transferFromAndCall(address,address,uint256)',
    'send(address,uint256,bytes)',
    'operatorSend(address,address,uint256,bytes,bytes)',
    'authorizeOperator(address)',
    'safeBatchTransferFrom(address,address,uint256[],uint256[],bytes)',
    'setOperator(address,bool)',
  ].map((signature) => [toFunctionSelector(signature), signature]),
)
