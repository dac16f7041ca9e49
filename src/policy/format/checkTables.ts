import { hexToBigInt } from 'viem'

import { highestReservedTarget, timeLimit, weekLength } from './constants.ts'
import { encodeAsset } from './encodePolicy.ts'
import type { FormatFault } from './fault.ts'
import type { PolicyAsset, PolicyData, PolicySpan } from './types.ts'

/** Checks assets, groups, sets, tiers, weekly windows and blackouts. */
export function checkTables(policy: PolicyData): readonly FormatFault[] {
  return [
    ...checkAssets(policy),
    ...checkGroups(policy),
    ...checkSets(policy),
    ...checkSpans('weekly', policy.weekly, weekLength),
    ...checkSpans('blackouts', policy.blackouts, timeLimit - 1),
  ]
}

function checkAssets({ assets }: PolicyData): readonly FormatFault[] {
  return assets.flatMap((asset, index) => {
    const faults: FormatFault[] = []
    const before = assets[index - 1]
    const refuse = (message: string, fix: string) =>
      faults.push({ at: ['assets', index], fix, message })

    if (before !== undefined && encodeAsset(before) >= encodeAsset(asset))
      refuse('The assets do not ascend.', 'Have each asset once.')
    if (!isWellFormed(asset))
      refuse('The asset is malformed.', 'Name a token contract.')
    const other = assets.find(
      ({ address, kind }) =>
        hexToBigInt(address) !== 0n &&
        address.toLowerCase() === asset.address.toLowerCase() &&
        kind !== asset.kind,
    )
    if (other !== undefined)
      refuse(
        `The same address is an asset of kind ${other.kind} too.`,
        'Give it its one type.',
      )
    return faults
  })
}

function isWellFormed({ address, id, kind }: PolicyAsset): boolean {
  const isToken = kind.startsWith('erc')
  const number = hexToBigInt(address)
  if (isToken ? number <= highestReservedTarget : number !== 0n) return false
  return id === 0n || kind === 'erc1155'
}

function checkGroups({ groups }: PolicyData): readonly FormatFault[] {
  return groups.flatMap((group, index) => {
    const faults: FormatFault[] = []
    const refuse = (message: string, fix: string) =>
      faults.push({ at: ['groups', index], fix, message })
    const before = groups[index - 1]
    if (hexToBigInt(group) === 0n)
      refuse('The group has no name.', 'Give it one.')
    if (
      before !== undefined &&
      before !== group &&
      hexToBigInt(before) > hexToBigInt(group)
    )
      refuse('The groups do not ascend.', 'Have them in order.')
    if (groups.indexOf(group) !== index)
      refuse('The group has the name of another.', 'Give it another name.')
    return faults
  })
}

function checkSets({ sets }: PolicyData): readonly FormatFault[] {
  const order = ['addresses', 'words', 'addressesBlob', 'wordsBlob']
  return sets.flatMap((set, index) => {
    const faults: FormatFault[] = []
    const refuse = (message: string, fix: string) =>
      faults.push({ at: ['sets', index], fix, message })
    const before = sets[index - 1]
    if (before !== undefined) {
      const step = order.indexOf(set.kind) - order.indexOf(before.kind)
      const isRepeated =
        'blobHash' in set &&
        'blobHash' in before &&
        set.blobHash <= before.blobHash
      if (step < 0 || (step === 0 && isRepeated))
        refuse('The sets do not ascend.', 'Have each set once.')
    }
    if (set.kind === 'addresses' || set.kind === 'words') {
      const elements: readonly string[] =
        set.kind === 'addresses'
          ? set.addresses.map((address) => address.toLowerCase())
          : set.words
      if (elements.length === 0)
        refuse('The set is empty.', 'Have one element or more.')
      if (elements.some((element, i) => element <= (elements[i - 1] ?? '')))
        refuse('The elements do not ascend.', 'Have each element once.')
    }
    return faults
  })
}

function checkSpans(
  name: 'blackouts' | 'weekly',
  spans: readonly PolicySpan[],
  maxEnd: number,
): readonly FormatFault[] {
  return spans.flatMap(({ end, start }, index) => {
    const before = spans[index - 1]?.end ?? -1
    return start < end && end <= maxEnd && start > before
      ? []
      : [
          {
            at: [name, index],
            fix: 'Have it end after it begins, apart from the others.',
            message: 'It is empty, too late, or touches the one before.',
          },
        ]
  })
}
