/** Most bytes of a blob: it is the code of a contract (EIP-170). */
export const maxBlobSize = 24_576

export const headerSize = 192
export const directoryOffset = 160
export const sectionCount = 12

/** Size of a record of each section, in bytes; 1 where it varies. */
export const recordSizes = [53, 16, 32, 33, 12, 6, 12, 1, 27, 8, 1, 1] as const

/** Most records of each section that has such a bound. */
export const recordCounts = {
  assets: 32,
  blackouts: 64,
  groups: 16,
  limits: 64,
  setPermissions: 64,
  sets: 64,
  weekly: 64,
} as const

export const setHeaderSize = 4
/** Most elements of a set in a blob of its own. */
export const maxBlobElements = { addresses: 1228, words: 767 } as const

/** Times lie below this, in Unix seconds. */
export const timeLimit = 2 ** 47
/** Greatest width of a signed window, in seconds. */
export const maxSignedWindow = 86_400
/** Shortest period of a limit, in seconds. */
export const minPeriodLength = 60
export const maxRollingCount = 1000
export const maxGasExponent = 15
/** Seconds of a week; weekly windows count from Monday 00:00 UTC. */
export const weekLength = 604_800
/** First second of the first Monday after the epoch, in Unix seconds. */
export const weekAnchor = 345_600
/** Targets up to this one are precompiles, or kept for them. */
export const highestReservedTarget = 0xffffn

/** Names of the numbered kinds, where the index is the number. */
export const assetKinds = [
  undefined,
  'native',
  'erc20',
  'erc721',
  'erc1155',
  'operations',
  'gas',
] as const
export const periodKinds = [
  undefined,
  'operation',
  'fixed',
  'month',
  'lifetime',
  'rollingAmount',
  'rollingCount',
] as const
export const actions = ['deny', 'notify', 'delay', 'approval'] as const
export const tiers = ['none', 'notify', 'delay', 'approval'] as const
export const setKinds = [
  undefined,
  'addresses',
  'words',
  'addressesBlob',
  'wordsBlob',
] as const
export const callKinds = ['transfer', 'call'] as const

export const zeroSelector = '0x00000000'
