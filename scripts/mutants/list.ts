import { callMutants } from './calls.ts'
import { gasMutants } from './gas.ts'
import { ghostTierMutants } from './ghostTiers.ts'
import { grantMutants } from './grants.ts'
import { meterMutants } from './meters.ts'
import type { Mutant } from './mutant.ts'
import { rollingMutants } from './rolling.ts'
import { ruleMutants } from './rules.ts'
import { settlementMutants } from './settlement.ts'
import { signatureMutants } from './signatures.ts'
import { storeHeaderMutants } from './storeHeaders.ts'
import { storeRuleMutants } from './storeRules.ts'
import { storeTableMutants } from './storeTables.ts'
import { tierMutants } from './tiers.ts'
import { timeMutants } from './time.ts'

/** Bugs that the tests have to find. */
export const mutants: readonly Mutant[] = [
  ...meterMutants,
  ...settlementMutants,
  ...rollingMutants,
  ...gasMutants,
  ...timeMutants,
  ...grantMutants,
  ...signatureMutants,
  ...callMutants,
  ...ruleMutants,
  ...tierMutants,
  ...ghostTierMutants,
  ...storeHeaderMutants,
  ...storeTableMutants,
  ...storeRuleMutants,
]
