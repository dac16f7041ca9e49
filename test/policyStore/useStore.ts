import { expect } from 'chai'
import { network } from 'hardhat'
import type { Hex } from 'viem'

import { buildPolicy, type PolicyParts } from './buildPolicy.ts'

type Policy = Hex | Partial<PolicyParts>

/** Before the tests that follow, deploys a store on a chain of its own. */
export function useStore() {
  let store: Awaited<ReturnType<typeof deployStore>>
  before(async () => {
    store = await deployStore()
  })

  const toBlob = (policy: Policy) =>
    typeof policy === 'string' ? policy : buildPolicy(policy)

  /** The error's name and arguments, or `Published` and the id. */
  async function tryPublish(policy: Policy): Promise<readonly unknown[]> {
    try {
      const blobHash = await store.publish.staticCall(toBlob(policy))
      return ['Published', blobHash]
    } catch (error) {
      const { data } = error as { data?: Hex }
      const parsed =
        data === undefined ? null : store.interface.parseError(data)
      if (parsed === null) throw error
      return [parsed.name, ...parsed.args]
    }
  }

  return {
    get address() {
      return store.target as Hex
    },
    get store() {
      return store
    },
    tryPublish,
    async publish(policy: Policy): Promise<Hex> {
      const blobHash = await store.publish.staticCall(toBlob(policy))
      await (await store.publish(toBlob(policy))).wait()
      return blobHash as Hex
    },
    async expectRefusal(policy: Policy, ...error: unknown[]) {
      expect(await tryPublish(policy)).to.deep.equal(error)
    },
    async expectAccepted(policy: Policy) {
      expect((await tryPublish(policy))[0]).to.equal('Published')
    },
  }
}

async function deployStore() {
  const { ethers } = await network.create()
  return ethers.deployContract('PolicyStore')
}
