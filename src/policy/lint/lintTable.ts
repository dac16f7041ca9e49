/** How much a careful owner would mind. */
export type LintSeverity = 'error' | 'info' | 'warning'

type LintRow = {
  /** What to do about it. */
  fix: string
  severity: LintSeverity
  /** When it is found, and why it matters. */
  when: string
}

/** Found in the document alone. */
const documentRows = {
  DOCUMENT_FAULT: {
    fix: 'Correct it as the finding says; nothing else is looked at before.',
    severity: 'error',
    when: 'The document does not compile.',
  },
  COMPILER_WARNING: {
    fix: 'See whether that is what you mean.',
    severity: 'warning',
    when: 'It compiles to something else than what one may read in it.',
  },

  RECIPIENT_ANY: {
    fix: 'List the recipients.',
    severity: 'warning',
    when: 'Anybody may be paid, so whoever holds the key may pay itself up to the budget.',
  },
  RECIPIENT_LOST: {
    fix: 'Take the address out.',
    severity: 'error',
    when: 'A token may be sent to a token contract of the policy, which cannot send it back.',
  },
  RECIPIENT_OPEN: {
    fix: 'Say in `where` who it may be, such as `account`.',
    severity: 'warning',
    when: 'An argument that by its name says who gets something, or a right to it, may be anybody; so may a text that says where something goes.',
  },
  SET_UNSEEN: {
    fix: 'List its members, or read them from the chain before the grant.',
    severity: 'warning',
    when: 'A set is named by its id alone, so that nobody sees here whom it holds.',
  },
  TOKEN_ID_OPEN: {
    fix: 'Be ready to lose any token of the collection, or have the agent move none.',
    severity: 'warning',
    when: 'The policy counts the tokens of an ERC-721 collection; it does not say which ones may go.',
  },
  TRANSFER_FROM_ACCOUNT: {
    fix: 'Use `transfer`, unless the token wants it otherwise.',
    severity: 'info',
    when: 'Most ERC-20 tokens want an allowance for `transferFrom`, also from the account itself.',
  },
  APPROVAL_ABOVE_BUDGET: {
    fix: 'Lower it to the budget, which an approval counts against.',
    severity: 'warning',
    when: 'A spender may be approved more than a budget of the token permits.',
  },
  APPROVAL_OUTLIVES: {
    fix: 'Have the approval taken back (approve 0) before the policy ends.',
    severity: 'info',
    when: 'An allowance stays when its day, the policy or the grant has ended.',
  },

  AMOUNT_OPEN: {
    fix: 'Add `atLeast` and `atMost` to the argument in `where`.',
    severity: 'warning',
    when: 'An argument that is an amount has no lower or no upper bound; some contracts read 0 or the greatest number as "all". So has one of a signed type that is an amount, a size or a margin.',
  },
  MINIMUM_OPEN: {
    fix: 'Demand a least amount with `atLeast`; a swap without one may return nothing.',
    severity: 'warning',
    when: 'An argument that is the least return may be 0 or 1, also in a preset without `minOut`.',
  },
  DATA_OPEN: {
    fix: 'Pin it in `where`, such as `"0x"`.',
    severity: 'warning',
    when: 'An argument takes bytes of any kind, or any text where its name speaks of data, which the callee may read as instructions.',
  },
  ARGUMENTS_UNNAMED: {
    fix: 'Write the function with the names of its arguments.',
    severity: 'warning',
    when: 'A call is given without the names of its arguments, and some of them may be anything.',
  },
  CALL_HIDES_CALLS: {
    fix: 'Permit the inner calls themselves.',
    severity: 'error',
    when: "A call carries other calls (multicall, execute, aggregate, or bytes for a target of the agent's own) that no permission looks into.",
  },
  CALL_GRANTS_RIGHTS: {
    fix: 'Leave it to the owner.',
    severity: 'error',
    when: 'A call hands out a right, or moves tokens, in a way that no meter counts.',
  },
  CALL_ADMINISTERS: {
    fix: 'Leave it to the owner.',
    severity: 'error',
    when: 'A call changes who governs a contract, or what its code is.',
  },
  CALL_MANAGES_MODULES: {
    fix: 'Leave it to the owner.',
    severity: 'error',
    when: 'A call is one of accounts or of their modules; a target that is or becomes a module of the account lets the agent out of its policy.',
  },

  CAP_ABOVE_BUDGET: {
    fix: 'Lower the cap, or leave it out.',
    severity: 'warning',
    when: 'What one operation or one call may spend is above a budget, so that the cap never denies.',
  },
  CAP_MISSING: {
    fix: 'Add a limit on the asset per operation.',
    severity: 'info',
    when: 'One operation may spend the whole budget of an asset.',
  },
  BUDGET_UNREACHABLE: {
    fix: 'Lower it to what it is meant to hold, or leave it out.',
    severity: 'warning',
    when: 'A budget is above what the other limits permit in its period, so that it never denies.',
  },
  BUDGET_PER_CHAIN: {
    fix: 'Have a document for each chain, or budgets that may be spent on every one.',
    severity: 'info',
    when: 'The policy is for several chains, and each has meters of its own.',
  },
  OPERATIONS_UNLIMITED: {
    fix: 'Add a limit such as { operations: 50, per: hour }.',
    severity: 'warning',
    when: 'Nothing limits how many operations the agent sends.',
  },
  ROLLING_WINDOW_WIDE: {
    fix: 'Have a `window` well below the length of the rolling limit.',
    severity: 'warning',
    when: 'A signed window may be wider than a rolling limit is long: an amount then holds less (see INV-14), a count refuses more.',
  },
  PERIOD_SHORT: {
    fix: 'Have a period of five minutes or more.',
    severity: 'warning',
    when: 'A whole signed window must lie within a period that is shorter than five minutes.',
  },
  PERIOD_BEGINS_LATE: {
    fix: 'Have the period begin when the policy does.',
    severity: 'warning',
    when: 'A custom period begins after the policy, and denies everything it counts until then.',
  },
  PERIOD_NEVER_BEGINS: {
    fix: 'Have the period begin when the policy does.',
    severity: 'error',
    when: 'A custom period begins after the policy has ended: everything that it counts is denied.',
  },
  THRESHOLD_UNREACHABLE: {
    fix: 'Lower the threshold below the amount that denies.',
    severity: 'warning',
    when: 'A limit with an `action` begins where another one of the same kind denies already.',
  },
  GROUP_LIMIT_IDLE: {
    fix: 'Put what spends the asset into the group, or take the limit out.',
    severity: 'warning',
    when: 'A limit of a group is on an asset that no permission of the group spends.',
  },
  METERS_EXCEEDED: {
    fix: 'Have fewer limits on what it spends; a rolling count takes three words.',
    severity: 'error',
    when: 'One call of a permission touches more than 16 meter words, so that it is always denied.',
  },
  METERS_CROWDED: {
    fix: 'Tell the agent to split such operations, or have fewer limits.',
    severity: 'warning',
    when: 'Some calls together touch more than 16 meter words: each is permitted, but not all in one operation.',
  },
  CALLS_MANY: {
    fix: 'Lower `maxCalls` to what the agent needs.',
    severity: 'warning',
    when: 'One operation may have more than 32 calls, which nobody reads one by one.',
  },
  NAME_UNUSED: {
    fix: 'Use it, or take it out; it may be a slip.',
    severity: 'info',
    when: 'An asset, a contract, a set or a group is named and nothing uses it.',
  },

  NAME_LOOKS_ALIKE: {
    fix: 'Give it a name that nobody takes for another, in letters of one alphabet.',
    severity: 'warning',
    when: 'A name looks like another one that stands for something else, or mixes letters of several alphabets.',
  },

  VALIDITY_LONG: {
    fix: 'Have it end within a year, and renew it.',
    severity: 'warning',
    when: 'The policy is valid for more than a year.',
  },
  VALIDITY_START_MISSING: {
    fix: 'Add `validity.from`.',
    severity: 'info',
    when: 'Nothing says when the policy begins, so its length is not known.',
  },
  VALIDITY_OVER: {
    fix: 'Have it end in the future.',
    severity: 'error',
    when: 'The policy has ended already.',
  },
  SCHEDULE_NEVER_OPENS: {
    fix: 'Have hours that lie within the validity and outside the blackouts.',
    severity: 'error',
    when: 'Validity, weekly hours and blackouts leave no second in which an operation may run.',
  },
  SCHEDULE_BRIEF: {
    fix: 'Have longer hours.',
    severity: 'warning',
    when: 'The agent may never act for as long as five minutes together.',
  },
  BLACKOUT_IDLE: {
    fix: 'Correct its dates, or take it out.',
    severity: 'info',
    when: 'A blackout lies wholly outside the validity.',
  },
  WINDOW_WIDE: {
    fix: 'Have an hour or less.',
    severity: 'warning',
    when: 'A signed operation stays usable for more than four hours, and is charged before it lands.',
  },
  WINDOW_NARROW: {
    fix: 'Have five minutes or more.',
    severity: 'warning',
    when: 'A signed window may be a minute or less, in which few bundlers include an operation.',
  },

  GAS_ABOVE_BUDGET: {
    fix: 'Raise `gas.perDay`, or lower `maxGas` or `maxFeePerGas`.',
    severity: 'warning',
    when: 'An operation at both caps on gas costs more than the day has: none passes at the highest price, and one may use up the day.',
  },
  GAS_FEW_OPERATIONS: {
    fix: 'Raise `gas.perDay`, or lower `maxGas` or `maxFeePerGas`.',
    severity: 'info',
    when: 'Fewer than five operations at both caps on gas use up the day.',
  },
  GAS_OVERHEAD_HIGH: {
    fix: 'Lower `maxPreVerificationGas`; it is paid in full, whatever is used.',
    severity: 'warning',
    when: 'A bundler may take half of the gas budget of a day with one operation, by pre-verification gas.',
  },
  GAS_TOO_LOW: {
    fix: 'Have 200000 or more.',
    severity: 'error',
    when: 'The cap on the gas of an operation is below what validation takes.',
  },
  PAYMASTER_ALLOWED: {
    fix: 'Allow those only whom you trust with what they may charge the account.',
    severity: 'info',
    when: 'Somebody else may pay the gas.',
  },

  GUARDIAN_MISSING: {
    fix: 'Add a `guardian`, who may freeze the agent, cancel what it has announced, and do nothing else.',
    severity: 'warning',
    when: 'Nobody beside the owner and the agent can freeze the agent.',
  },
  GUARDIAN_INTERESTED: {
    fix: 'Have a guardian whom the agent cannot pay.',
    severity: 'warning',
    when: 'The guardian may be paid or approved by the agent, or is an approver.',
  },
  APPROVAL_SINGLE: {
    fix: 'Have two approvers or more, and a threshold of two.',
    severity: 'info',
    when: 'One approval is enough for what needs approval.',
  },
  APPROVER_INTERESTED: {
    fix: 'Have approvers whom the agent cannot pay.',
    severity: 'warning',
    when: 'An approver may be paid or approved by the agent.',
  },
  DELAY_SHORT: {
    fix: 'Have an hour or more.',
    severity: 'warning',
    when: 'A delayed operation waits for less than ten minutes, which is little time to cancel it.',
  },
} as const satisfies Record<string, LintRow>

/** Found when the chain is asked too. */
const chainRows = {
  CHAIN_UNREAD: {
    fix: 'Try again, or ask another node; until then the answer is unknown.',
    severity: 'warning',
    when: 'The node did not answer, so that something about an address is unknown.',
  },
  SPENDER_WITHOUT_CODE: {
    fix: 'Correct the address, or pay that person by a transfer.',
    severity: 'error',
    when: 'A spender has no code: an approval lets whoever has its key take the tokens.',
  },
  SPENDER_DELEGATED: {
    fix: 'Approve contracts only.',
    severity: 'error',
    when: "A spender is somebody's key with delegated code (EIP-7702), which that key can change.",
  },
  TARGET_WITHOUT_CODE: {
    fix: 'Correct the address, or the chain.',
    severity: 'error',
    when: 'A call goes to an address without code: it does nothing, and whatever is deployed there later gets it.',
  },
  TARGET_IS_ACCOUNT: {
    fix: 'Take it out; the validator refuses the grant.',
    severity: 'error',
    when: 'A target is the account itself.',
  },
  TARGET_IS_INSTALLED: {
    fix: 'Take it out, or uninstall the module.',
    severity: 'error',
    when: 'A target is a module of the account, which may act for it.',
  },
  TARGET_IS_MODULE: {
    fix: 'Take it out unless the account will never install it.',
    severity: 'warning',
    when: 'A target says that it is an ERC-7579 module: installed one day, it may act for the account.',
  },
  TARGET_IS_PROXY: {
    fix: 'Trust whoever may change its code, or permit another contract.',
    severity: 'info',
    when: 'A target, a spender or a token is a proxy, whose code may change after the grant.',
  },
  TOKEN_WITHOUT_CODE: {
    fix: 'Correct the address of the asset, or the chain.',
    severity: 'error',
    when: 'An asset has no code at its address.',
  },
  TOKEN_DECIMALS_DIFFER: {
    fix: "Write the token's own decimals.",
    severity: 'error',
    when: 'A token has other decimals than the document says: every amount is wrong by powers of ten.',
  },
  TOKEN_TYPE_DIFFERS: {
    fix: 'Correct the type of the asset.',
    severity: 'error',
    when: 'A collection says by ERC-165 that it is not of the type that the document names.',
  },
  PAYMASTER_WITHOUT_CODE: {
    fix: 'Correct the address.',
    severity: 'error',
    when: 'A paymaster has no code.',
  },
} as const satisfies Record<string, LintRow>

/** Everything that lint finds. `docs/lint.md` is written from it. */
export const lintTable = { ...documentRows, ...chainRows } as const

export type LintCode = keyof typeof lintTable

/** Codes that are found only when the chain is asked. */
export const chainLintCodes = Object.keys(chainRows) as readonly LintCode[]
