import { defineErrorRow as row } from '../defineErrorRow.ts'
import { because } from './because.ts'

/** What a bundler refuses of its own. */
export const bundlerErrorRows = {
  MODULE_RULE_VIOLATION: row({
    category: 'internal',
    retry: 'never',
    actor: 'operator',
    phase: 'validation',
    arguments: { reason: 'text' },
    when: 'The validation breaks a rule of ERC-7562: a banned opcode or foreign storage (-32502).',
    sentence: (a) =>
      `The bundler found that the validation breaks its rules${because(a.reason)}`,
    requiredAction: () =>
      'Report it with the whole error: this is a fault of the module, the account or the paymaster, never of the calls.',
  }),
  REPUTATION_THROTTLED: row({
    category: 'upstream',
    retry: 'same',
    actor: 'operator',
    phase: 'validation',
    arguments: { reason: 'text' },
    when: 'The bundler throttles or bans a party of the operation (-32504).',
    sentence: (a) =>
      `The bundler throttles a party of the operation${because(a.reason)}`,
    requiredAction: () =>
      'Wait some minutes, or use another bundler or no paymaster.',
  }),
  STAKE_TOO_LOW: row({
    category: 'upstream',
    retry: 'never',
    actor: 'operator',
    phase: 'validation',
    arguments: { reason: 'text' },
    when: 'The bundler wants a stake of a party of the operation (-32505).',
    sentence: (a) =>
      `The bundler demands a stake or a longer unstake delay${because(a.reason)}`,
    requiredAction: () =>
      'Use another bundler or no paymaster; the module itself needs no stake.',
  }),
  BUNDLER_FAULT: row({
    category: 'upstream',
    retry: 'same',
    actor: 'operator',
    phase: 'inclusion',
    arguments: { reason: 'text' },
    when: 'The bundler called the EntryPoint wrongly (AA90, AA91, AA92, AA96, -32506).',
    sentence: (a) =>
      `The bundler made a mistake of its own${because(a.reason)}`,
    requiredAction: () => 'Send the operation again, or use another bundler.',
  }),
  USER_OPERATION_INVALID: row({
    category: 'validation',
    retry: 'never',
    actor: 'operator',
    phase: 'input',
    arguments: { reason: 'text' },
    when: "The bundler or the node cannot make sense of the request's fields (-32602).",
    sentence: (a) =>
      `The fields of the request are invalid${because(a.reason)}`,
    requiredAction: () =>
      'Prepare the operation with this package, and check that EntryPoint, chain and bundler belong together.',
  }),
}
