import { library, type Mutant, validator } from './mutant.ts'

/** Bugs of tiers that random histories find. */
export const ghostTierMutants: readonly Mutant[] = [
  {
    law: 'INV-38',
    name: 'a threshold looks at the operation, not at the total',
    file: library('Meters'),
    find: '(, uint256 remaining) = _read(meter, limit, current);\n        if',
    replace:
      '(uint256 spent, uint256 remaining) = _read(meter, limit, current);\n        remaining += spent;\n        if',
  },
  {
    law: 'INV-38',
    name: 'a threshold that comes first raises nothing',
    file: library('Meters'),
    find: 'operation.raise(limit.action());\n            uint256 taken',
    replace: 'uint256 taken',
  },
  {
    law: 'INV-38',
    name: 'a threshold on one operation raises nothing',
    file: library('Meters'),
    find: 'operation.raise(limit.action());\n                    continue;',
    replace: 'continue;',
  },
  {
    law: 'INV-38',
    name: 'a rule forces no delay',
    file: library('Rules'),
    find: 'if (tier != 0) call.raise(tier);',
    replace: 'if (tier != 0 && tier != 2) call.raise(tier);',
  },
  {
    law: 'INV-38',
    name: 'notify is not logged',
    file: validator,
    find: 'emit TierReached(msg.sender, agent, userOpHash, operation.tier);\n        if (operation.tier == PolicyFormat.ACTION_NOTIFY) return;',
    replace:
      'if (operation.tier == PolicyFormat.ACTION_NOTIFY) return;\n        emit TierReached(msg.sender, agent, userOpHash, operation.tier);',
  },
  {
    law: 'INV-36',
    name: 'an announcement carries value',
    file: library('Announcements'),
    find: 'operation.value == 0 &&',
    replace: '',
  },
  {
    law: 'INV-36',
    name: 'an announcement is cut off behind the agent',
    file: library('Announcements'),
    find: 'operation.length >= 68 &&',
    replace: 'operation.length >= 67 &&',
  },
  {
    law: 'INV-36',
    name: 'an announcement has to be announced',
    file: validator,
    find: 'if (Announcements.announces(operation)) return;',
    replace: '',
  },
  {
    law: 'INV-18',
    name: 'the agent cancels what it has announced',
    file: validator,
    find: 'if (msg.sender != account && msg.sender != _guardian(account, agent)) {',
    replace:
      'if (msg.sender != account && msg.sender != agent && msg.sender != _guardian(account, agent)) {',
  },
  {
    law: 'INV-37',
    name: 'an approver on chain has approved everything',
    file: library('Approvals'),
    find: '[address(uint160(operation.account))].word != 0;',
    replace: '[address(uint160(operation.account))].word < 2;',
  },
  {
    law: 'INV-37',
    name: 'one approval fewer is looked at',
    file: library('Approvals'),
    find: 'for (uint256 i; i < count; ++i) {',
    replace: 'for (uint256 i; i + 1 < count; ++i) {',
  },
  {
    law: 'INV-37',
    name: 'an approval is good for any nonce of its lane',
    file: validator,
    find: 'uint256 nonce = userOp.nonce;',
    replace: 'uint256 nonce = (userOp.nonce >> 64) << 64;',
  },
  {
    law: 'INV-35',
    name: 'the hash of the calls passes over a wei',
    file: library('CallHashes'),
    find: 'abi.encode(CALL_TYPEHASH, target, value, dataHash)',
    replace: 'abi.encode(CALL_TYPEHASH, target, value & ~uint256(1), dataHash)',
  },
  {
    law: 'INV-35',
    name: 'the hash of the calls has the settle in it',
    file: library('CallHashes'),
    find: 'operation.charges == 0 ? count : count - 1',
    replace: 'count',
  },
  {
    law: 'INV-9',
    name: 'a stub may end on another day',
    file: library('GasMeter'),
    find: 'if (validUntil >= resetsAt) {',
    replace: 'if (validUntil >= resetsAt && !lenient) {',
  },
]
