import { network } from 'hardhat'

/** The chain that the tests of the contracts share; fixtures roll it back. */
export const { ethers, networkHelpers, provider } = await network.create({
  override: { allowBlocksWithSameTimestamp: true },
})
