/** One bug: the text that is replaced stands once in the file. */
export type Mutant = {
  readonly name: string
  readonly file: string
  readonly find: string
  readonly replace: string
}

const validator = 'contracts/PolicyValidator.sol'
const library = (name: string) => `contracts/libraries/${name}.sol`

/**
 * Bugs that the invariant test has to find. A window that crosses a month is none
 * of them: it crosses a day of the gas budget too, and is denied for that.
 */
export const mutants: readonly Mutant[] = [
  {
    name: 'a budget is one greater than the limit',
    file: library('Meters'),
    find: 'iszero(gt(stored, current))), sub(cap, taken))',
    replace: 'iszero(gt(stored, current))), add(sub(cap, taken), 1))',
  },
  {
    name: 'a charge in validation is forgotten',
    file: library('Meters'),
    find: 'meter.word = (current << 128) | (spent + charged);',
    replace: 'meter.word = (current << 128) | spent;',
  },
  {
    name: 'what was spent is carried into the next period',
    file: library('Meters'),
    find: 'spent := mul(eq(stored, current), shr(128, shl(128, word)))',
    replace: 'spent := shr(128, shl(128, word))',
  },
  {
    name: 'what the bundle has reserved does not count',
    file: library('Meters'),
    find: 'uint256 taken = meter.reserved(current);\n        assembly',
    replace: 'uint256 taken;\n        assembly',
  },
  {
    name: 'a window may cross a period by its last second',
    file: library('Meters'),
    find: 'lt(sub(validUntil, start), length))',
    replace: 'iszero(gt(sub(validUntil, start), length)))',
  },
  {
    name: 'one meter more than may be touched',
    file: library('Meters'),
    find: 'MAX_METERS = 16;',
    replace: 'MAX_METERS = 17;',
  },
  {
    name: 'all agents of an account have a meter each',
    file: library('Limits'),
    find: 'mul(agentNumber, iszero(and(scope_, 1)))',
    replace: 'agentNumber',
  },
  {
    name: 'the meter of a group is that of all permissions',
    file: library('Limits'),
    find: 'mstore(add(free, 0x20), name)',
    replace: 'mstore(add(free, 0x20), 0)',
  },
  {
    name: 'what a group spends is not counted',
    file: library('Totals'),
    find: 'if group {',
    replace: 'if eq(group, 256) {',
  },
  {
    name: 'settle writes double',
    file: library('Settlement'),
    find: 'meter.word = (period << 128) | (spent + amount);',
    replace: 'meter.word = (period << 128) | (spent + 2 * amount);',
  },
  {
    name: 'settle leaves the reservation',
    file: library('Settlement'),
    find: '(period << 128) | (waiting - amount)',
    replace: '(period << 128) | waiting',
  },
  {
    name: 'settle writes what was not reserved',
    file: library('Settlement'),
    find: 'if (amount > waiting) amount = waiting;',
    replace: 'if (amount > waiting) waiting = amount;',
  },
  {
    name: 'settle forgets what was spent before',
    file: library('Settlement'),
    find: 'uint256 spent = word >> 128 == period ? uint128(word) : 0;',
    replace: 'uint256 spent;',
  },
  {
    name: 'one operation more in a rolling count',
    file: library('RollingCount'),
    find: 'if (total >= max) {\n                opensAt = _read(meter, total - max) + length;',
    replace:
      'if (total > max) {\n                opensAt = _read(meter, total - max - 1) + length;',
  },
  {
    name: 'a rolling count takes the beginning of the window',
    file: library('RollingCount'),
    find: '_write(meter, total, validUntil);',
    replace: '_write(meter, total, validAfter + 0 * validUntil);',
  },
  {
    name: 'a rolling amount refills twice as fast',
    file: library('RollingAmount'),
    find: 'level * Math.min(timestamp - clock, length)',
    replace: 'level * Math.min(2 * (timestamp - clock), length)',
  },
  {
    name: 'the clock of a rolling amount goes back',
    file: library('RollingAmount'),
    find: '                clock = timestamp;\n            }\n        }',
    replace: '            }\n        }\n        clock = timestamp;',
  },
  {
    name: 'gas is rounded down',
    file: library('GasMeter'),
    find: 'add(div(cost, unit), iszero(iszero(mod(cost, unit))))',
    replace: 'div(cost, unit)',
  },
  {
    name: 'gas forgets what was spent in another unit',
    file: library('GasMeter'),
    find: 'spent = _convert(spent, stored, exponent);',
    replace: 'spent = 0;',
  },
  {
    name: "the paymaster's gas is not counted",
    file: library('GasMeter'),
    find: 'gas += (limits >> 128) + uint128(limits);',
    replace: 'gas += 0 * limits;',
  },
  {
    name: 'a blackout begins a second late',
    file: library('Clock'),
    find: 'if (validUntil >= begins && validAfter < ends)',
    replace: 'if (validUntil > begins && validAfter < ends)',
  },
  {
    name: 'a weekly window ends a second late',
    file: library('Clock'),
    find: '(validUntil - validAfter) < interval & 0xffffff',
    replace: '(validUntil - validAfter) <= interval & 0xffffff',
  },
  {
    name: 'a policy expires a second late',
    file: library('Clock'),
    find: 'gt(validUntil, ends))',
    replace: 'gt(validUntil, add(ends, 1)))',
  },
  {
    name: 'rotation begins new meters',
    file: validator,
    find: '_grants[newAgent][account].word = word;',
    replace:
      '_grants[newAgent][account].word = word.withNumber(++_registries[account].lastNumber);',
  },
  {
    name: 'rotation forgets the gas',
    file: validator,
    find: '_grants[newAgent][account].word = word;',
    replace: '_grants[newAgent][account].word = word.withGas(0, 0, 0);',
  },
  {
    name: 'rotation lifts the freeze',
    file: validator,
    find: '_grants[newAgent][account].word = word;',
    replace: '_grants[newAgent][account].word = word.withFrozen(false);',
  },
  {
    name: 'a key that was rotated away may have a grant again',
    file: validator,
    find: '_grants[agent][account].word = word.retire();',
    replace:
      '_grants[agent][account].word = GrantWord.wrap(0).withVersion(word.version());',
  },
  {
    name: 'a new grant lifts the freeze',
    file: validator,
    find: 'word = word.withPolicy(blob)',
    replace: 'word = word.withFrozen(false).withPolicy(blob)',
  },
  {
    name: 'a new grant begins new meters',
    file: validator,
    find: 'if (word.number() == 0) word',
    replace: 'if (word.policy() == address(0)) word',
  },
  {
    name: 'a reinstallation keeps the grants',
    file: validator,
    find: '_grants[agents[i]][account].word = word.withPolicy(address(0));',
    replace: '_grants[agents[i]][account].word = word;',
  },
  {
    name: 'a reinstallation leaves relaying on',
    file: validator,
    find: '_registries[msg.sender].installed = true;\n        _registries[msg.sender].relaying = false;',
    replace: '_registries[msg.sender].installed = true;',
  },
  {
    name: 'an act does not raise the version',
    file: validator,
    find: 'return word.withVersion(_increment(word.version()));',
    replace: 'return word;',
  },
  {
    name: 'an act does not look at the version',
    file: validator,
    find: 'revert AgentNotGranted(account, agent);\n        if (word.version() != expectedVersion)',
    replace:
      'revert AgentNotGranted(account, agent);\n        if (word.version() < expectedVersion)',
  },
  {
    name: 'freezeAll passes over the first agent',
    file: validator,
    find: 'if (word.frozen()) continue;',
    replace: 'if (word.frozen() || i == 0) continue;',
  },
  {
    name: 'anybody freezes',
    file: validator,
    find: 'if (msg.sender == agent || msg.sender == guardian) by = msg.sender;',
    replace: 'by = msg.sender;',
  },
  {
    name: 'a frozen agent goes on',
    file: validator,
    find: 'if (grant_.frozen()) revert',
    replace: 'if (grant_.frozen() && grant_.version() == 0) revert',
  },
]
