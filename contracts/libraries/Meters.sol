// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPolicyErrors} from "../interfaces/IPolicyErrors.sol";
import {Usage} from "../interfaces/IPolicyValidator.sol";
import {Clock} from "./Clock.sol";
import {Limit, Limits} from "./Limits.sol";
import {Meter} from "./Meter.sol";
import {Operation} from "./Operations.sol";
import {PolicyFormat} from "./PolicyFormat.sol";
import {Policy} from "./PolicyReader.sol";
import {RollingAmount} from "./RollingAmount.sol";
import {RollingCount} from "./RollingCount.sol";
import {Settlement} from "./Settlement.sol";
import {Totals} from "./Totals.sol";

/// @title Meters
/// @notice Counts what is spent, and denies what would go beyond a limit.
library Meters {
    using RollingAmount for Meter;
    using RollingCount for Meter;
    using Settlement for Meter;

    /// @dev Most meter words that one operation may touch.
    uint256 internal constant MAX_METERS = 16;

    /// @dev Words that a rolling count touches: how many, the oldest that counts, and the newest.
    uint256 private constant RING_WORDS = 3;

    /// @notice Charges what the operation spends to the meter of every limit that it touches.
    /// @dev INV-2: afterwards no meter that was charged shows, with what is reserved of it, more than its limit. Reverts with
    /// `CapExceeded`, `BudgetExceeded`, `RateLimitExceeded`, `TooManyMeters`, `SettlementMismatch`, or an error of `period`.
    /// @param meters Meters of all accounts; the account is the innermost key (ERC-7562).
    /// @param agentNumber Number of the agent on the account.
    /// @param lenient Whether limits on gas deny nothing: the signature is a stub, and so is the gas.
    function charge(
        mapping(bytes32 meterId => mapping(address account => Meter)) storage meters,
        Operation memory operation,
        uint256 agentNumber,
        uint256 validAfter,
        uint256 validUntil,
        bool lenient
    ) internal {
        Policy policy = operation.policy;
        (uint256 offset, uint256 end) = policy.section(PolicyFormat.SECTION_LIMITS);
        uint256 touched;
        uint256 settled;
        uint256 start = offset;
        unchecked {
            // Safe unchecked: offsets and counts of at most 24,576.
            while (true) {
                Limit limit;
                uint256 amount;
                (offset, limit, amount) = _next(policy, operation.totals, offset, end);
                if (offset == end) break;

                uint256 index = (offset - start) / PolicyFormat.LIMIT_SIZE;
                offset += PolicyFormat.LIMIT_SIZE;
                uint256 kind = limit.kind();
                if (kind == PolicyFormat.PERIOD_OPERATION) {
                    revert IPolicyErrors.CapExceeded(index, limit.assetAddress(policy), amount, limit.amount());
                }
                touched += kind == PolicyFormat.PERIOD_ROLLING_COUNT ? RING_WORDS : 1;
                if (touched > MAX_METERS) revert IPolicyErrors.TooManyMeters(MAX_METERS);

                bytes32 meterId = limit.meterId(policy, agentNumber);
                Meter storage meter = meters[meterId][operation.account];
                if (kind >= PolicyFormat.PERIOD_ROLLING_AMOUNT) {
                    _chargeRolling(meter, limit, policy, index, amount, validAfter, validUntil);
                    continue;
                }
                uint256 current = period(limit, index, validAfter, validUntil);
                (uint256 spent, uint256 charged) = _charge(meter, limit, policy, index, current, amount, lenient);
                if (operation.charges != 0 && limit.assetKind(policy) < PolicyFormat.ASSET_OPERATIONS) {
                    uint256 reserved = (current << 128) | charged;
                    Settlement.check(operation.charges, operation.chargeCount, settled++, meterId, reserved);
                    meter.reserve(current, charged);
                } else {
                    // Safe: within the limit's amount, or what was spent before. Both have 128 bits.
                    meter.word = (current << 128) | (spent + charged);
                }
            }
        }
        if (operation.charges != 0 && settled != operation.chargeCount) {
            revert IPolicyErrors.SettlementMismatch(settled, 0, 0);
        }
    }

    /// @notice Returns what is used of every limit, for an operation that would run at `timestamp`.
    function usage(
        mapping(bytes32 meterId => mapping(address account => Meter)) storage meters,
        Policy policy,
        address account,
        uint256 agentNumber,
        uint256 timestamp
    ) internal view returns (Usage[] memory usages) {
        (uint256 start, uint256 end) = policy.section(PolicyFormat.SECTION_LIMITS);
        usages = new Usage[]((end - start) / PolicyFormat.LIMIT_SIZE);
        for (uint256 i; i < usages.length; ++i) {
            Limit limit = Limits.read(policy, start + i * PolicyFormat.LIMIT_SIZE);
            Meter storage meter = meters[limit.meterId(policy, agentNumber)][account];
            (uint256 spent, uint256 resetsAt) = _used(meter, limit, timestamp);
            // Safe cast: times below 2^48.
            usages[i] = Usage({amount: limit.amount(), spent: spent, resetsAt: uint48(resetsAt)});
        }
    }

    /// @notice Returns the period of the limit in which the signed window lies.
    /// @dev INV-4: both ends of the window lie in it. Reverts with `PeriodNotBegun` or `WindowSpansPeriods`.
    function period(
        Limit limit,
        uint256 index,
        uint256 validAfter,
        uint256 validUntil
    ) internal pure returns (uint256 current) {
        uint256 kind = limit.kind();
        uint256 last;
        if (kind == PolicyFormat.PERIOD_FIXED) {
            uint256 anchor = limit.anchor();
            if (validAfter < anchor) revert IPolicyErrors.PeriodNotBegun(index, uint48(anchor));
            unchecked {
                // Safe unchecked: the window begins at or after the anchor, and no length is 0.
                current = (validAfter - anchor) / limit.length();
                last = (validUntil - anchor) / limit.length();
            }
        } else if (kind == PolicyFormat.PERIOD_MONTH) {
            current = Clock.month(validAfter);
            last = Clock.month(validUntil);
        }
        if (current != last) revert IPolicyErrors.WindowSpansPeriods(index, uint48(_resetsAt(limit, current)));
    }

    /// @dev Finds the next limit that the operation touches, among the records from `offset` to `end`. Passes over limits on
    /// one operation that it keeps. Without any, returns `end`.
    function _next(
        Policy policy,
        Totals totals,
        uint256 offset,
        uint256 end
    ) private pure returns (uint256 next, Limit limit, uint256 amount) {
        uint256 onOperation = PolicyFormat.PERIOD_OPERATION;
        assembly ("memory-safe") {
            let assets := mload(totals)
            let amounts := add(totals, 32)
            let pointer := add(policy, offset)
            let last := add(policy, end)
            for {} lt(pointer, last) {
                pointer := add(pointer, 32)
            } {
                // `asset(1) ‖ scope(1) ‖ group(1) ‖ kind(1) ‖ ... ‖ amount(16)`
                limit := mload(pointer)
                amount := mload(add(amounts, shl(5, add(mul(byte(2, limit), assets), byte(0, limit)))))
                if amount {
                    if xor(byte(3, limit), onOperation) {
                        break
                    }
                    if gt(amount, shr(128, shl(128, limit))) {
                        break
                    }
                }
            }
            next := sub(pointer, policy)
        }
    }

    /// @dev Finds that the meter has room for `amount` in the period `current`. `charged` is less than `amount` for a stub's
    /// gas alone, whose meter is written like a real one so that its gas is estimated right.
    function _charge(
        Meter storage meter,
        Limit limit,
        Policy policy,
        uint256 index,
        uint256 current,
        uint256 amount,
        bool lenient
    ) private view returns (uint256 spent, uint256 charged) {
        uint256 word = meter.word;
        uint256 stored = word >> 128;
        // A later period than the window's cannot be. What cannot be is denied.
        if (stored > current) revert IPolicyErrors.PeriodElapsed(index, current, stored);
        if (stored == current) spent = uint128(word);

        unchecked {
            // Safe unchecked: both have 128 bits. A limit lowered below what was spent leaves nothing, not an underflow.
            uint256 taken = spent + meter.reserved(current);
            uint256 remaining = limit.amount() > taken ? limit.amount() - taken : 0;
            if (amount <= remaining) return (spent, amount);
            if (lenient && limit.assetKind(policy) == PolicyFormat.ASSET_GAS) return (spent, remaining);
            _deny(limit, policy, index, amount, remaining, _resetsAt(limit, current));
        }
    }

    function _chargeRolling(
        Meter storage meter,
        Limit limit,
        Policy policy,
        uint256 index,
        uint256 amount,
        uint256 validAfter,
        uint256 validUntil
    ) private {
        if (limit.kind() == PolicyFormat.PERIOD_ROLLING_COUNT) {
            (bool counted, uint256 opensAt) = meter.count(limit.amount(), limit.length(), validAfter, validUntil);
            if (!counted) _deny(limit, policy, index, amount, 0, opensAt);
        } else {
            (bool charged, uint256 remaining, uint256 wait) = meter.charge(
                limit.amount(),
                limit.length(),
                validAfter,
                amount
            );
            if (!charged) _deny(limit, policy, index, amount, remaining, wait == 0 ? 0 : validAfter + wait);
        }
    }

    function _used(
        Meter storage meter,
        Limit limit,
        uint256 timestamp
    ) private view returns (uint256 spent, uint256 resetsAt) {
        uint256 kind = limit.kind();
        if (kind == PolicyFormat.PERIOD_OPERATION) return (0, 0);
        if (kind == PolicyFormat.PERIOD_ROLLING_COUNT) {
            return meter.used(limit.amount(), limit.length(), timestamp);
        }
        if (kind == PolicyFormat.PERIOD_ROLLING_AMOUNT) {
            (uint256 clock, uint256 level) = meter.read(limit.amount(), timestamp);
            // Rounded up, as what is left is rounded down; full again when the level is 0.
            spent = (level + limit.length() - 1) / limit.length();
            return (spent, level == 0 ? 0 : clock + (level + limit.amount() - 1) / limit.amount());
        }
        if (timestamp < limit.anchor()) return (0, limit.anchor());
        uint256 current = period(limit, 0, timestamp, timestamp);
        if (meter.word >> 128 == current) spent = uint128(meter.word);
        resetsAt = _resetsAt(limit, current);
    }

    /// @dev First second of the period after this one; 0 where there is none.
    function _resetsAt(Limit limit, uint256 current) private pure returns (uint256) {
        uint256 kind = limit.kind();
        if (kind == PolicyFormat.PERIOD_FIXED) return limit.anchor() + (current + 1) * limit.length();
        if (kind == PolicyFormat.PERIOD_MONTH) return Clock.monthStart(current + 1);
        return 0;
    }

    function _deny(
        Limit limit,
        Policy policy,
        uint256 index,
        uint256 amount,
        uint256 remaining,
        uint256 resetsAt
    ) private pure {
        // Safe casts: times below 2^48.
        if (limit.assetKind(policy) == PolicyFormat.ASSET_OPERATIONS) {
            revert IPolicyErrors.RateLimitExceeded(index, limit.amount(), uint48(resetsAt));
        }
        revert IPolicyErrors.BudgetExceeded(index, limit.assetAddress(policy), amount, remaining, uint48(resetsAt));
    }
}
