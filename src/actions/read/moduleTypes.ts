import { parseAbi } from 'viem'

/** ERC-7579 module types, by name. */
export const moduleTypes = [
  ['validator', 1n],
  ['executor', 2n],
  ['fallback', 3n],
  ['hook', 4n],
] as const

export type ModuleType = (typeof moduleTypes)[number][0]

/** What modules and collections are asked, and what accounts log. */
export const moduleAbi = parseAbi([
  'function isModuleType(uint256 moduleTypeId) view returns (bool)',
  'function supportsInterface(bytes4 interfaceId) view returns (bool)',
  'event ModuleInstalled(uint256 moduleTypeId, address module)',
])
