import type { Account, Address, Chain, Client, Transport } from 'viem'

import { compareAddresses } from '../../accounts/encodeApprovals.ts'
import { policyStoreAddress } from '../../constants/addresses.ts'
import type { PolicyErrorPolicy } from '../../errors/policyErrorContext.ts'
import { decodeSet } from '../../policy/format/decodeSet.ts'
import { getBlobAddress } from '../../policy/format/getBlobAddress.ts'
import type { PolicyData } from '../../policy/format/types.ts'
import type { Approver } from '../../types/approval.ts'
import { readBlob } from '../read/readBlob.ts'

/**
 * Returns who may approve under a policy, ascending, with the names that its
 * document has for them; nobody where it asks for no approval.
 *
 * @param client - Client of the chain
 */
export async function getApprovers(
  client: Client<Transport, Chain | undefined, Account | undefined>,
  parameters: {
    data: PolicyData
    names: PolicyErrorPolicy | undefined
    policyStore?: Address | undefined
  },
): Promise<readonly Approver[]> {
  const { data, names, policyStore: store = policyStoreAddress } = parameters
  const set = data.sets[data.tiers?.approvers ?? -1]
  if (!set) return []

  const elements =
    'blobHash' in set
      ? decodeSet(
          (
            await readBlob(client, {
              address: getBlobAddress({ blobHash: set.blobHash, store }),
              store,
            })
          ).bytes,
        )
      : set
  if (elements.kind !== 'addresses') return []
  return elements.addresses.toSorted(compareAddresses).map((address) => {
    const name = names?.approvers?.find(
      (approver) => compareAddresses(approver.address, address) === 0,
    )?.name
    return { address, ...(name === undefined ? {} : { name }) }
  })
}
