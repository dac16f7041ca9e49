// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title IPolicyErrors
/// @notice Every reason for which `PolicyValidator` denies a UserOperation.
/// @dev A denial reverts inside `validateUserOp`, so that the operation never lands and costs the account nothing.
/// `callIndex` counts the calls of the operation from 0. `limit` is the index of a limit in the policy, or 2^256 - 1 for the
/// day's gas budget, and `rule` the offset of a rule in the policy's bytes; both lead to the owner's own name for it in the
/// policy document. `asset` is the token's address, zero for what has none. Amounts are in base units of the asset (wei for
/// the native asset and gas), times are Unix seconds. What no EntryPoint hands on reverts without one of these: fields that
/// leave the calldata, and gas whose cost is more than a word holds.
interface IPolicyErrors {
    /* WHO */

    /// @notice The module was called by somebody else than the account that the operation names as sender.
    error SenderMismatch(address sender, address caller);

    /// @notice The signature is not `agent ‖ validAfter ‖ validUntil ‖ r ‖ vs`, which is 96 bytes, with nothing behind it but
    /// the approvals that the policy asks for: 6 bytes, and 64 for each.
    error SignatureLengthInvalid(uint256 length);

    /// @notice The account has granted this agent no policy, or has revoked it.
    error AgentNotGranted(address account, address agent);

    /// @notice The owner, the guardian or the agent itself has frozen this agent.
    error AgentFrozen(address account, address agent);

    /* WHEN */

    /// @notice The signed window ends before it begins, at 0, or at 2^32 or later.
    error WindowInvalid(uint48 validAfter, uint48 validUntil);

    /// @notice The signed window is wider than the policy allows. Both in seconds.
    error WindowTooWide(uint256 width, uint256 maxWidth);

    /// @notice The signed window begins before the policy does.
    error PolicyNotYetValid(uint48 validAfter, uint48 policyValidAfter);

    /// @notice The signed window ends after the policy's last second. When it also begins after it, the policy has expired.
    error PolicyExpired(uint48 validAfter, uint48 validUntil, uint48 policyValidUntil);

    /// @notice The signed window does not lie inside one of the policy's weekly windows.
    /// @param opensAt Next second after `validAfter` at which a weekly window opens.
    error OutsideSchedule(uint48 validAfter, uint48 validUntil, uint48 opensAt);

    /// @notice The signed window touches a blackout. `end` is the first second after it.
    /// @param blackout Index of the blackout in the policy.
    error InBlackout(uint256 blackout, uint48 start, uint48 end);

    /// @notice The signed window crosses from one period of a limit to the next, which begins at `boundary`.
    error WindowSpansPeriods(uint256 limit, uint48 boundary);

    /// @notice The limit counts from `anchor`, which lies after the beginning of the signed window.
    error PeriodNotBegun(uint256 limit, uint48 anchor);

    /// @notice The meter has already counted in a later period than the signed window's.
    /// @param period Period of the window, as `docs/policy-format.md` counts them; a UTC day of the gas budget.
    /// @param current Period in which the meter has counted.
    error PeriodElapsed(uint256 limit, uint256 period, uint256 current);

    /* WHAT SURROUNDS THE CALLS */

    /// @notice An agent's operation may not deploy anything or carry a factory.
    error InitCodeNotAllowed();

    /// @notice The nonce key under the policy's mask is not the policy's value.
    error NonceNotAllowed(uint192 key, uint192 mask, uint192 value);

    /// @notice The policy does not list this paymaster.
    error PaymasterNotAllowed(address paymaster);

    /// @notice `paymasterAndData` is neither empty nor at least 52 bytes.
    error PaymasterDataInvalid(uint256 length);

    /// @notice The operation's callData does not begin with the selector that the policy pins.
    /// @param selector What it begins with; behind `executeUserOp`, what follows that; 0 for less than 4 bytes.
    error SelectorNotSupported(bytes4 selector);

    /// @notice The execution mode is neither a single call nor a batch that reverts on failure.
    error ModeNotSupported(bytes32 mode);

    /// @notice The bytes are not canonical ABI. `offset` counts from the start of the operation's callData.
    error CallDataMalformed(uint256 offset);

    /// @notice A batch without calls.
    error BatchEmpty();

    /// @notice More calls than the policy allows in one operation.
    error BatchTooLarge(uint256 calls, uint256 maxCalls);

    /* WHICH CALL */

    /// @notice The call goes to the account itself, to this module or to the zero address.
    error PrivilegedTarget(uint256 callIndex, address target);

    /// @notice The policy has no permission for this target.
    error TargetNotAllowed(uint256 callIndex, address target);

    /// @notice The policy permits other calls on this very target, but not this selector. A target that only a set permits
    /// gives `TargetNotAllowed`.
    error SelectorNotAllowed(uint256 callIndex, address target, bytes4 selector);

    /// @notice The policy does not list the recipient. `token` is zero for a native transfer, and `rule` where no rule was
    /// found for it.
    error RecipientNotAllowed(uint256 callIndex, uint256 rule, address token, address recipient);

    /// @notice The policy does not list the spender of an approval.
    error SpenderNotAllowed(uint256 callIndex, uint256 rule, address token, address spender);

    /// @notice The approval is greater than the spender's maximum.
    error ApprovalExceedsMax(
        uint256 callIndex,
        uint256 rule,
        address token,
        address spender,
        uint256 requested,
        uint256 max
    );

    /// @notice Tokens of somebody else than the account would be moved.
    error SourceNotAllowed(uint256 callIndex, uint256 rule, address token, address from);

    /// @notice An argument breaks a condition of the rule.
    /// @param word Position of the argument, in 32-byte words behind the selector.
    /// @param op Condition, numbered as in the policy format; 0 when no alternative of a switch has this value.
    /// @param actual The word that was found.
    error ArgumentNotAllowed(uint256 callIndex, uint256 rule, uint256 word, uint256 op, bytes32 actual);

    /// @notice The call's data is shorter than what the rule reads, not exactly as long as it must be, or 1 to 3 bytes; then
    /// `rule` is 0.
    error CallDataSizeInvalid(uint256 callIndex, uint256 rule, uint256 length, uint256 expected);

    /// @notice The call carries more wei than the rule allows.
    error ValueExceedsCap(uint256 callIndex, uint256 rule, uint256 value, uint256 cap);

    /* HOW MUCH */

    /// @notice The operation's calls together move more of the asset than one operation may.
    error CapExceeded(uint256 limit, address asset, uint256 requested, uint256 cap);

    /// @notice The operation would take the asset's budget below zero.
    /// @param remaining What is left now.
    /// @param resetsAt First second of the next period; of a rolling budget, the first at which there will be enough. 0 where
    /// there is none: a lifetime budget, or more than a rolling budget ever holds.
    error BudgetExceeded(uint256 limit, address asset, uint256 requested, uint256 remaining, uint48 resetsAt);

    /// @notice The agent has used up its number of operations. `resetsAt` as in `BudgetExceeded`.
    error RateLimitExceeded(uint256 limit, uint256 max, uint48 resetsAt);

    /// @notice The batch's `settle` does not carry exactly what the operation reserves, in the order of the limits.
    /// @param index Position among its charges.
    /// @param meterId Meter that belongs there; 0 when there is a charge too many.
    /// @param charge `period(128) ‖ amount(128)` that belongs there.
    error SettlementMismatch(uint256 index, bytes32 meterId, uint256 charge);

    /// @notice The policy demands that the operation ends in a `settle`.
    error SettlementRequired();

    /// @notice The operation would touch more meters than one operation may.
    error TooManyMeters(uint256 maxMeters);

    /* TIERS */

    /// @notice These calls have to be announced, and then to wait: they are not, or not since the owner's last act on the
    /// agent, or the announcement was cancelled or used.
    /// @param callsHash EIP-712's hash of the calls.
    /// @param delay Seconds from the announcement to the first second in which they may run.
    error AnnouncementRequired(bytes32 callsHash, uint256 delay);

    /// @notice The announced calls may not run yet: the signed window begins before `due`.
    error AnnouncementNotDue(uint48 validAfter, uint48 due);

    /// @notice The announced calls may not run any more: the signed window ends after `expires`.
    error AnnouncementExpired(uint48 validUntil, uint48 expires);

    /// @notice These calls need approvals, and the signature carries none.
    /// @param callsHash EIP-712's hash of the calls.
    /// @param threshold How many approvers must approve them.
    error ApprovalRequired(bytes32 callsHash, uint256 threshold);

    /// @notice The approvals are good until `deadline`, and the signed window ends after it.
    error ApprovalExpired(uint48 validUntil, uint48 deadline);

    /// @notice The approval at `index` is none of an approver that the policy lists: of somebody else, of the agent, of other
    /// calls, of another nonce or deadline; not on chain, where it says so; or its approver does not come after the one
    /// before.
    /// @param approver Who has given it; for a signature over something else, an address that means nothing.
    error ApprovalInvalid(uint256 index, address approver);

    /// @notice These calls were run with approvals for this nonce before, at another EntryPoint.
    error ApprovalUsed(bytes32 callsHash, uint256 nonce);

    /* GAS */

    /// @notice `maxFeePerGas` is above the policy's cap. Both in wei.
    error FeePerGasExceedsCap(uint256 maxFeePerGas, uint256 cap);

    /// @notice `preVerificationGas` is above the policy's cap. Both in gas units.
    error PreVerificationGasExceedsCap(uint256 preVerificationGas, uint256 cap);

    /// @notice The gas limits of the operation added up are above the policy's cap. Both in gas units.
    error GasExceedsCap(uint256 gas, uint256 cap);

    /// @notice The operation's maximal prefund is more than what is left of the day's gas budget.
    /// @param requested Maximal prefund, in wei.
    /// @param remaining What is left, in wei.
    /// @param resetsAt First second of the next UTC day.
    error GasBudgetExceeded(uint256 requested, uint256 remaining, uint48 resetsAt);
}
