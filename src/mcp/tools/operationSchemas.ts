import { z } from 'zod'

import { integerText } from './schemas.ts'

/** What an answer says of an operation. */
export const operationShape = {
  status: z
    .enum(['pending', 'mined', 'failed', 'dropped', 'unknown'])
    .describe(
      'pending: sent, not included yet. mined: included, and all calls succeeded. failed: included, and the calls reverted. dropped: never included, and it never can be. unknown: the chain does not tell; do not send again with another key',
    ),
  idempotencyKey: z.string(),
  userOpHash: z.string().describe('Handle of the operation'),
  nonce: integerText('Nonce that the key is bound to'),
  transactionHash: z.string(),
  blockNumber: integerText('Block that it was included in'),
  gasUsed: integerText('Gas used'),
  gasCost: integerText('What the account paid for gas, in wei'),
  nextStep: z.string().describe('What to do next'),
}
