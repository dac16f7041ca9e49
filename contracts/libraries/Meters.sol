// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IPolicyErrors} from "../interfaces/IPolicyErrors.sol";
import {Clock} from "./Clock.sol";
import {Limit, Limits} from "./Limits.sol";
import {Meter} from "./Meter.sol";
import {Operation, Operations} from "./Operations.sol";
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
    using Operations for Operation;

    /// @dev Most meter words that one operation may touch.
    uint256 internal constant MAX_METERS = 16;

    /// @dev Words that a rolling count touches: how many, the oldest that counts, and the newest.
    uint256 private constant RING_WORDS = 3;

    /// @notice Charges what the operation spends to the meter of every limit that it touches.
    /// @dev INV-2: afterwards no meter that was charged shows, with what is reserved of it, more than a limit that denies.
    /// INV-38: raises the operation to the tier of every other limit that it goes beyond. Reverts with
    /// `CapExceeded`, `BudgetExceeded`, `RateLimitExceeded`, `TooManyMeters`, `SettlementMismatch`, or an error of `period`.
    /// @param meters Meters of all accounts; the account is the innermost key (ERC-7562).
    function charge(
        mapping(bytes32 meterId => mapping(address account => Meter)) storage meters,
        Operation memory operation
    ) internal {
        Policy policy = operation.policy;
        (uint256 start, uint256 end) = policy.section(PolicyFormat.SECTION_LIMITS);
        uint256 touched;
        uint256 settled;
        unchecked {
            // Safe unchecked: offsets and counts of at most 24,576.
            for (uint256 offset = start; ; offset += PolicyFormat.LIMIT_SIZE) {
                uint256 amount;
                (offset, amount) = _next(policy, operation.totals, offset, end);
                if (offset == end) break;

                Limit limit = Limits.read(policy, offset);
                uint256 index = (offset - start) / PolicyFormat.LIMIT_SIZE;
                uint256 kind = limit.kind();
                if (kind == PolicyFormat.PERIOD_OPERATION) {
                    if (limit.action() == PolicyFormat.ACTION_DENY) {
                        revert IPolicyErrors.CapExceeded(index, limit.assetAddress(policy), amount, limit.amount());
                    }
                    operation.raise(limit.action());
                    continue;
                }
                ++touched;
                if (kind == PolicyFormat.PERIOD_ROLLING_COUNT) touched += RING_WORDS - 1;
                if (touched > MAX_METERS) revert IPolicyErrors.TooManyMeters(MAX_METERS);

                bytes32 meterId = limit.meterId(policy, operation.agentNumber);
                Meter storage meter = _at(meters, meterId, operation.account);
                if (kind >= PolicyFormat.PERIOD_ROLLING_AMOUNT) {
                    _chargeRolling(meter, limit, operation, index, amount);
                    continue;
                }
                uint256 current = period(limit, index, operation.validAfter, operation.validUntil);
                (uint256 spent, uint256 remaining) = _read(meter, limit, current);
                uint256 charged = amount;
                if (amount > remaining) charged = _exceed(meter, limit, operation, index, current, amount, remaining);
                // Limits that differ in their action alone follow each other, and have one meter, charged once. What lies
                // behind the last limit is no record of one, but may look like it.
                while (limit.sharesMeter(Limits.read(policy, offset + PolicyFormat.LIMIT_SIZE))) {
                    if (offset + PolicyFormat.LIMIT_SIZE == end) break;
                    offset += PolicyFormat.LIMIT_SIZE;
                    _checkThreshold(meter, Limits.read(policy, offset), operation, current, amount);
                }
                if (operation.charges != 0 && limit.assetKind(policy) < PolicyFormat.ASSET_OPERATIONS) {
                    Settlement.check(operation.charges, settled++, meterId, (current << 128) | charged);
                    meter.reserve(current, charged);
                } else {
                    // Safe: within the limit's amount, or what was spent before; or bounded. All have 128 bits.
                    meter.word = (current << 128) | (spent + charged);
                }
            }
        }
        if (operation.charges != 0) {
            if (settled != Settlement.count(operation.charges)) revert IPolicyErrors.SettlementMismatch(settled, 0, 0);
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
        bool within = true;
        if (kind == PolicyFormat.PERIOD_FIXED) {
            uint256 anchor = limit.anchor();
            uint256 length = limit.length();
            assembly ("memory-safe") {
                current := div(sub(validAfter, anchor), length)
                let start := add(anchor, mul(current, length))
                // With the window at or after the anchor, the start is not after it, and nothing here is negative.
                within := and(iszero(lt(validAfter, anchor)), lt(sub(validUntil, start), length))
            }
        } else if (kind == PolicyFormat.PERIOD_MONTH) {
            current = Clock.month(validAfter);
            within = Clock.month(validUntil) == current;
        }
        if (!within) {
            // Safe casts: times below 2^48. Only fixed periods have an anchor.
            if (validAfter < limit.anchor()) revert IPolicyErrors.PeriodNotBegun(index, uint48(limit.anchor()));
            revert IPolicyErrors.WindowSpansPeriods(index, uint48(resetsAt(limit, current)));
        }
    }

    /// @notice Returns the first second of the period after this one; 0 where there is none.
    function resetsAt(Limit limit, uint256 current) internal pure returns (uint256) {
        uint256 kind = limit.kind();
        if (kind == PolicyFormat.PERIOD_FIXED) return limit.anchor() + (current + 1) * limit.length();
        if (kind == PolicyFormat.PERIOD_MONTH) return Clock.monthStart(current + 1);
        return 0;
    }

    /// @dev Returns `meters[meterId][account]`.
    function _at(
        mapping(bytes32 meterId => mapping(address account => Meter)) storage meters,
        bytes32 meterId,
        uint256 account
    ) private pure returns (Meter storage meter) {
        assembly ("memory-safe") {
            // Solidity's layout: a value lies at keccak256(key ‖ slot of the mapping), with the key in 32 bytes.
            mstore(0x00, meterId)
            mstore(0x20, meters.slot)
            mstore(0x20, keccak256(0x00, 0x40))
            mstore(0x00, account)
            meter.slot := keccak256(0x00, 0x40)
        }
    }

    /// @dev Finds the next limit that the operation touches, among the records from `offset` to `end`. Passes over limits on
    /// one operation that it keeps. Without any, returns `end`.
    function _next(
        Policy policy,
        Totals totals,
        uint256 offset,
        uint256 end
    ) private pure returns (uint256 next, uint256 amount) {
        uint256 onOperation = PolicyFormat.PERIOD_OPERATION;
        assembly ("memory-safe") {
            let assets := mload(totals)
            let amounts := add(totals, 32)
            for {} lt(offset, end) {
                offset := add(offset, 32)
            } {
                // `asset(1) ‖ scope(1) ‖ group(1) ‖ kind(1) ‖ ... ‖ amount(16)`
                let limit := mload(add(policy, offset))
                amount := mload(add(amounts, shl(5, add(mul(byte(2, limit), assets), byte(0, limit)))))
                if amount {
                    // Up to here it passes without a meter.
                    let free := mul(eq(byte(3, limit), onOperation), shr(128, shl(128, limit)))
                    if gt(amount, free) {
                        break
                    }
                }
            }
            next := offset
        }
    }

    /// @dev Returns what is spent of the meter in the period `current`, and what remains with what is reserved. A later
    /// period than the window's cannot be, and leaves nothing; nor does a limit lowered below what was spent.
    function _read(
        Meter storage meter,
        Limit limit,
        uint256 current
    ) private view returns (uint256 spent, uint256 remaining) {
        uint256 cap = limit.amount();
        uint256 word = meter.word;
        uint256 taken = meter.reserved(current);
        assembly ("memory-safe") {
            let stored := shr(128, word)
            spent := mul(eq(stored, current), shr(128, shl(128, word)))
            // A sum of two numbers of 128 bits.
            taken := add(taken, spent)
            remaining := mul(and(gt(cap, taken), iszero(gt(stored, current))), sub(cap, taken))
        }
    }

    /// @dev Denies what goes beyond a limit, or raises the operation to the tier that the limit names. Returns what to charge:
    /// all of it that 128 bits can count. Passes a stub's gas alone, whose meter is written like a real one so that its gas
    /// is estimated right.
    function _exceed(
        Meter storage meter,
        Limit limit,
        Operation memory operation,
        uint256 index,
        uint256 current,
        uint256 amount,
        uint256 remaining
    ) private view returns (uint256) {
        uint256 stored = meter.word >> 128;
        if (stored > current) revert IPolicyErrors.PeriodElapsed(index, current, stored);
        Policy policy = operation.policy;
        if (limit.action() != PolicyFormat.ACTION_DENY) {
            operation.raise(limit.action());
            uint256 taken = meter.reserved(current);
            if (stored == current) taken += uint128(meter.word);
            return Math.min(amount, type(uint128).max - taken);
        }
        if (operation.lenient && limit.assetKind(policy) == PolicyFormat.ASSET_GAS) return remaining;
        _deny(limit, policy, index, amount, remaining, resetsAt(limit, current));
    }

    /// @dev Raises the operation to the tier of a limit whose meter is being charged by the limit before it.
    function _checkThreshold(
        Meter storage meter,
        Limit limit,
        Operation memory operation,
        uint256 current,
        uint256 amount
    ) private view {
        (, uint256 remaining) = _read(meter, limit, current);
        if (amount > remaining) operation.raise(limit.action());
    }

    function _chargeRolling(
        Meter storage meter,
        Limit limit,
        Operation memory operation,
        uint256 index,
        uint256 amount
    ) private {
        uint256 max = limit.amount();
        uint256 length = limit.length();
        uint256 validAfter = operation.validAfter;
        bool charged;
        uint256 remaining;
        uint256 opensAt;
        if (limit.kind() == PolicyFormat.PERIOD_ROLLING_COUNT) {
            (charged, opensAt) = meter.count(max, length, validAfter, operation.validUntil);
        } else {
            (charged, remaining, opensAt) = meter.charge(max, length, validAfter, amount);
            // Never, where the bucket does not hold as much.
            if (opensAt != 0) opensAt += validAfter;
        }
        if (!charged) _deny(limit, operation.policy, index, amount, remaining, opensAt);
    }

    function _deny(
        Limit limit,
        Policy policy,
        uint256 index,
        uint256 amount,
        uint256 remaining,
        uint256 opensAt
    ) private pure {
        // Safe casts: times below 2^48.
        if (limit.assetKind(policy) == PolicyFormat.ASSET_OPERATIONS) {
            revert IPolicyErrors.RateLimitExceeded(index, limit.amount(), uint48(opensAt));
        }
        revert IPolicyErrors.BudgetExceeded(index, limit.assetAddress(policy), amount, remaining, uint48(opensAt));
    }
}
