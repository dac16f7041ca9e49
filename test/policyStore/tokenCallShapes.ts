export const forbiddenSelectors = [
  '0x39509351',
  '0xd505accf',
  '0x9fd5a6cf',
  '0x8fcbaf0c',
  '0xa22cb465',
  '0xe3ee160e',
  '0xcf092995',
  '0xd73dd623',
  '0xcae9ca51',
  '0x4000aea0',
  '0x1296ee62',
  '0x3177029f',
  '0xc1d34b89',
  '0xd8fbe994',
  '0x9bd9bbc6',
  '0x62ad1b83',
  '0x959b8c3f',
  '0x2eb2c2d6',
  '0x558a7297',
]

export type Role = 'account' | 'id' | 'recipient' | 'spender'
export type TokenCall = {
  head: number
  exact: boolean
  roles: readonly Role[]
  spend: number | 'one' | 'value'
}

export const tokenCalls: Record<string, TokenCall> = {
  '2:0xa9059cbb': { head: 2, exact: true, roles: ['recipient'], spend: 1 },
  '2:0x23b872dd': {
    head: 3,
    exact: true,
    roles: ['account', 'recipient'],
    spend: 2,
  },
  '2:0x095ea7b3': { head: 2, exact: true, roles: ['spender'], spend: 1 },
  '3:0x23b872dd': {
    head: 3,
    exact: true,
    roles: ['account', 'recipient'],
    spend: 'one',
  },
  '3:0x42842e0e': {
    head: 3,
    exact: true,
    roles: ['account', 'recipient'],
    spend: 'one',
  },
  '3:0xb88d4fde': {
    head: 4,
    exact: false,
    roles: ['account', 'recipient'],
    spend: 'one',
  },
  '4:0xf242432a': {
    head: 5,
    exact: false,
    roles: ['account', 'recipient', 'id'],
    spend: 3,
  },
  '2:0x2e1a7d4d': { head: 1, exact: true, roles: [], spend: 0 },
  '2:0xd0e30db0': { head: 0, exact: true, roles: [], spend: 'value' },
}

export const transferSelectors = Object.keys(tokenCalls)
  .map((key) => key.slice(2))
  .filter((selector) => !['0x2e1a7d4d', '0xd0e30db0'].includes(selector))
