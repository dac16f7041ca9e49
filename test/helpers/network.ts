import { network } from 'hardhat'

import { holdToRules } from './conformance.ts'

const connection = await network.create({
  override: { allowBlocksWithSameTimestamp: true },
})
holdToRules(connection)

/** The chain that the tests of the contracts share; fixtures roll it back. */
export const { ethers, networkHelpers, provider } = connection
