import { library, libraryTest, type Mutant, validatorTest } from './mutant.ts'

/** Limits over a rolling window. */
export const rollingMutants: readonly Mutant[] = [
  {
    law: 'INV-15',
    name: 'one operation more in a rolling count',
    file: library('RollingCount'),
    find: 'if (total >= max) {\n                opensAt = _read(meter, total - max) + length;',
    replace:
      'if (total > max) {\n                opensAt = _read(meter, total - max - 1) + length;',
  },
  {
    law: 'INV-15',
    name: 'a rolling count takes the beginning of the window',
    file: library('RollingCount'),
    find: '_write(meter, total, validUntil);',
    replace: '_write(meter, total, validAfter + 0 * validUntil);',
  },
  {
    law: 'INV-14',
    name: 'a rolling amount refills twice as fast',
    file: library('RollingAmount'),
    find: 'level * Math.min(timestamp - clock, length)',
    replace: 'level * Math.min(2 * (timestamp - clock), length)',
  },
  {
    law: 'INV-14',
    name: 'the clock of a rolling amount goes back',
    file: library('RollingAmount'),
    find: '                clock = timestamp;\n            }\n        }',
    replace: '            }\n        }\n        clock = timestamp;',
    tests: [libraryTest('RollingAmount')],
  },
  {
    law: 'INV-14',
    name: 'a bucket holds one more',
    file: library('RollingAmount'),
    find: 'uint256 full = cap << SCALE_BITS;',
    replace: 'uint256 full = (cap + 1) << SCALE_BITS;',
    tests: [libraryTest('RollingAmount')],
  },
  {
    law: 'INV-15',
    name: 'the ring is one time shorter than the greatest count',
    file: library('RollingCount'),
    find: 'CAPACITY = PolicyFormat.MAX_ROLLING_COUNT;',
    replace: 'CAPACITY = PolicyFormat.MAX_ROLLING_COUNT - 1;',
    tests: [libraryTest('RollingCount')],
  },
  {
    law: 'INV-15',
    name: 'a rolling count opens a second early',
    file: library('RollingCount'),
    find: 'if (validAfter < opensAt) return',
    replace: 'if (validAfter + 1 < opensAt) return',
    tests: [validatorTest('rolling')],
  },
  {
    law: 'INV-15',
    name: 'a time in the ring wipes out its neighbours',
    file: library('RollingCount'),
    find: 'or(and(sload(slot), not(shl(shift, 0xffffffff))), shl(shift, time))',
    replace: 'shl(shift, time)',
    tests: [libraryTest('RollingCount')],
  },
]
