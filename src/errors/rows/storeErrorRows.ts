import {
  defineErrorRow,
  type ErrorArguments,
  type ErrorRow,
} from '../defineErrorRow.ts'
import { nextSteps as step } from '../nextSteps.ts'

const compileAgain =
  'Compile the policy document again with this package; bytes made by hand or by another version are refused.'

/** A policy or a set that `PolicyStore` refuses, by what the owner does. */
function row<const args extends ErrorArguments>(
  parameters: Pick<
    ErrorRow<args>,
    'arguments' | 'sentence' | 'solidity' | 'when'
  > &
    Partial<Pick<ErrorRow<args>, 'requiredAction' | 'retry'>>,
) {
  return defineErrorRow<args>({
    category: 'validation',
    retry: 'never',
    actor: 'owner',
    phase: 'execution',
    inExecution: true,
    requiredAction: () => compileAgain,
    ...parameters,
  })
}

/** Why `PolicyStore` refuses a policy or a set: `IPolicyStore.sol`. */
export const storeErrorRows = {
  BLOB_SIZE_INVALID: row({
    solidity: 'BlobSizeInvalid',
    arguments: { length: 'bytes' },
    when: 'The blob is too short for what it says it is, or longer than 24,576 bytes.',
    sentence: (a) =>
      `A blob of ${a.length} is too short for what it says it is, or longer than 24576 bytes.`,
    requiredAction: () =>
      'Move long lists of addresses into sets of their own, and compile the document again.',
  }),
  BLOB_KIND_UNKNOWN: row({
    solidity: 'BlobKindUnknown',
    arguments: { kind: 'count', version: 'count' },
    when: 'The first bytes name a kind or a version that this store does not know.',
    sentence: (a) =>
      `The store does not know blobs of kind ${a.kind} and version ${a.version}.`,
    requiredAction: () =>
      'Use the version of this package that belongs to this deployment of the contracts.',
  }),
  BLOB_NOT_DEPLOYED: row({
    solidity: 'BlobNotDeployed',
    retry: 'rebuild',
    arguments: { blobHash: 'hash' },
    when: 'The deployment of the blob failed, most likely because too little gas was given.',
    sentence: (a) => `Blob ${a.blobHash} could not be deployed.`,
    requiredAction: () => 'Publish again with more gas.',
  }),
  DIRECTORY_INVALID: row({
    solidity: 'DirectoryInvalid',
    arguments: { section: 'section' },
    when: "The directory's entry does not ascend, leaves the blob or is not a whole number of records.",
    sentence: (a) =>
      `The directory's entry for section ${a.section} does not ascend, leaves the blob or is no whole number of records.`,
  }),
  HEADER_INVALID: row({
    solidity: 'HeaderInvalid',
    arguments: { offset: 'offset' },
    when: 'A field of the header is out of range, or names an entry that does not exist or is not meant.',
    sentence: (a) =>
      `The field of the policy's header at byte ${a.offset} is out of range, or names an entry that does not exist or is not meant.`,
  }),
  RECORD_INVALID: row({
    solidity: 'RecordInvalid',
    arguments: { section: 'section', index: 'index' },
    when: 'A record has a field out of range, names an entry that does not exist, or is itself named by nothing.',
    sentence: (a) =>
      `Record ${a.index} of section ${a.section} has a field out of range, names an entry that does not exist, or is itself named by nothing.`,
  }),
  RECORD_NOT_ASCENDING: row({
    solidity: 'RecordNotAscending',
    arguments: { section: 'section', index: 'index' },
    when: 'A record is not greater than the one before it, so the table is unsorted or has a duplicate.',
    sentence: (a) =>
      `Record ${a.index} of section ${a.section} is not greater than the one before it: the table is unsorted or has a duplicate.`,
  }),
  BUDGET_MISSING: row({
    solidity: 'BudgetMissing',
    arguments: { asset: 'index' },
    when: "The asset has no budget that denies, or the limit's amount is zero.",
    sentence: (a) =>
      `Asset ${a.asset} of the policy has no budget that denies, or a limit of zero.`,
    requiredAction: () =>
      'Give every asset of the document a budget above zero; what has no budget cannot move.',
  }),
  SET_NOT_ASCENDING: row({
    solidity: 'SetNotAscending',
    arguments: { set: 'index', element: 'index' },
    when: 'An element of a set is not greater than the one before it.',
    sentence: (a) =>
      `Element ${a.element} of set ${a.set} is not greater than the one before it.`,
  }),
  SET_NOT_PUBLISHED: row({
    solidity: 'SetNotPublished',
    arguments: { set: 'index', blobHash: 'hash' },
    when: 'The set names a blob that is not published or has another kind.',
    sentence: (a) =>
      `Set ${a.set} names blob ${a.blobHash}, which is not published or has another kind.`,
    requiredAction: () =>
      `Publish the sets before the policy that names them; ${step.grantPolicy} does both.`,
  }),
  RULE_INVALID: row({
    solidity: 'RuleInvalid',
    arguments: { rule: 'rule' },
    when: 'The rule at this offset is malformed, or not where the rule before it ended.',
    sentence: (a) =>
      `The policy's ${a.rule} is malformed, or not where the one before it ended.`,
  }),
  CONDITION_INVALID: row({
    solidity: 'ConditionInvalid',
    arguments: { rule: 'rule', condition: 'index' },
    when: 'A condition or a spend of the rule is malformed, unsorted, or reads a word that no pin has opened.',
    sentence: (a) =>
      `Condition or spend ${a.condition} of ${a.rule} is malformed, unsorted, or reads a word that no pin has opened.`,
    requiredAction: () =>
      'Pin every offset and length on the way to an argument of dynamic type, or leave the condition out.',
  }),
  TARGET_RESERVED: row({
    solidity: 'TargetReserved',
    arguments: { permission: 'index', target: 'address' },
    when: "The permission's target, or one in the set that it names, is the store, zero or a precompile.",
    sentence: (a) =>
      `Permission ${a.permission} reaches ${a.target}: the store, zero or a precompile.`,
    requiredAction: () => 'Take this target out of the document.',
  }),
  TOKEN_CALL_UNKNOWN: row({
    solidity: 'TokenCallUnknown',
    arguments: { rule: 'rule', token: 'asset', selector: 'selector' },
    when: 'A call on a token with a budget that is not one of the known token calls in its exact shape, or that reaches it through a set.',
    sentence: (a) =>
      `The policy's ${a.rule} permits ${a.selector} on ${a.token}, which has a budget, but it is not one of the known token calls in its exact shape, or reaches it through a set.`,
    requiredAction: () =>
      'Permit only transfer, transferFrom, approve, deposit and withdraw on a token with a budget, with the conditions that the policy format lists.',
  }),
  TOKEN_WITHOUT_BUDGET: row({
    solidity: 'TokenWithoutBudget',
    arguments: { rule: 'rule', selector: 'selector' },
    when: 'A token call on a target that has no asset, and so no budget.',
    sentence: (a) =>
      `The policy's ${a.rule} permits the token call ${a.selector} on a target that has no budget.`,
    requiredAction: () =>
      'Add the token to the assets of the document, with a budget.',
  }),
  SELECTOR_FORBIDDEN: row({
    solidity: 'SelectorForbidden',
    arguments: { rule: 'rule', selector: 'selector' },
    when: 'The selector hands out what no meter sees, on any target.',
    sentence: (a) =>
      `The policy's ${a.rule} permits ${a.selector}, which hands out what no meter sees.`,
    requiredAction: () =>
      'Take this function out of the document; approve with a maximum does what is needed.',
  }),
  POLICY_EMPTY: row({
    solidity: 'PolicyEmpty',
    arguments: {},
    when: 'The policy permits nothing.',
    sentence: () => 'The policy permits nothing.',
    requiredAction: () =>
      'Add at least one permission; to stop an agent, freeze or revoke it.',
  }),
}
