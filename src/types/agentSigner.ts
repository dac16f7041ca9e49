import type { LocalAccount } from 'viem'

/**
 * Key of an agent: an account of viem, or anything else that has an address and
 * signs typed data (an HSM, a wallet service).
 */
export type AgentSigner = Pick<LocalAccount, 'address' | 'signTypedData'>
