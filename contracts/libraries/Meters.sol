// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Usage} from "../interfaces/IPolicyValidator.sol";
import {IPolicyErrors} from "../interfaces/IPolicyErrors.sol";
import {Clock} from "./Clock.sol";
import {PolicyFormat} from "./PolicyFormat.sol";
import {Policy} from "./PolicyReader.sol";
import {Totals} from "./Totals.sol";

/// @dev One limit of a policy, as its record has it.
type Limit is uint256;

/// @dev What is spent of one asset, by one agent or all agents of an account, in one kind of period.
struct Meter {
    /// @dev `period(64) ‖ spent(128)`, right-aligned.
    uint256 word;
}

/// @title Meters
/// @notice Counts what is spent, and denies what would go beyond a limit.
/// @dev A meter is one word, `period(64) ‖ spent(128)`. Its key is made of what it counts and for whom, never of the
/// policy that limits it, so that only time refills it (INV-8).
library Meters {
    /// @dev Most meter words that one operation may touch.
    uint256 internal constant MAX_METERS = 16;

    /// @notice Charges what the operation spends to the meter of every limit that it touches.
    /// @dev INV-2: afterwards no meter that was charged shows more than its limit. Reverts with `CapExceeded`,
    /// `BudgetExceeded`, `RateLimitExceeded`, `TooManyMeters`, or an error of `period`.
    /// @param meters Meters of all accounts; the account is the innermost key (ERC-7562).
    /// @param number Number of the agent on the account.
    /// @param lenient Whether limits on gas deny nothing: the signature is a stub, and so is the gas.
    function charge(
        mapping(bytes32 meterId => mapping(address account => Meter)) storage meters,
        Policy policy,
        Totals totals,
        address account,
        uint256 number,
        uint256 validAfter,
        uint256 validUntil,
        bool lenient
    ) internal {
        (uint256 record, uint256 end) = policy.section(PolicyFormat.SECTION_LIMITS);
        unchecked {
            // Safe unchecked: offsets and counts of at most 24,576, and times below 2^48.
            uint256 touched;
            for (uint256 index; record < end; ++index) {
                Limit limit = Limit.wrap(policy.field(record, 32));
                record += PolicyFormat.LIMIT_SIZE;
                uint256 amount = totals.get(_group(limit), _asset(limit));
                if (amount == 0) continue;

                if (_kind(limit) == PolicyFormat.PERIOD_OPERATION) {
                    if (amount > _amount(limit)) {
                        revert IPolicyErrors.CapExceeded(index, _assetAddress(policy, limit), amount, _amount(limit));
                    }
                    continue;
                }
                if (++touched > MAX_METERS) revert IPolicyErrors.TooManyMeters(MAX_METERS);
                Meter storage meter = meters[_meterId(policy, limit, number)][account];
                uint256 current = period(limit, index, validAfter, validUntil);
                uint256 spent = _spent(meter.word, index, current);
                // A limit lowered below what was spent leaves nothing; it does not underflow.
                uint256 remaining = _amount(limit) > spent ? _amount(limit) - spent : 0;
                if (amount > remaining) {
                    // A stub's meter is written like a real one, so that its gas is estimated right.
                    if (!lenient || _assetKind(policy, limit) != PolicyFormat.ASSET_GAS) {
                        _deny(policy, limit, index, amount, remaining, current);
                    }
                    amount = remaining;
                }
                // Safe: `spent + amount` is at most the limit's amount, or what was spent before: 128 bits.
                meter.word = (current << 128) | (spent + amount);
            }
        }
    }

    /// @notice Returns what is used of every limit, for an operation that would run at `timestamp`.
    function usage(
        mapping(bytes32 meterId => mapping(address account => Meter)) storage meters,
        Policy policy,
        address account,
        uint256 number,
        uint256 timestamp
    ) internal view returns (Usage[] memory usages) {
        (uint256 start, uint256 end) = policy.section(PolicyFormat.SECTION_LIMITS);
        usages = new Usage[]((end - start) / PolicyFormat.LIMIT_SIZE);
        for (uint256 i; i < usages.length; ++i) {
            Limit limit = Limit.wrap(policy.field(start + i * PolicyFormat.LIMIT_SIZE, 32));
            usages[i].amount = _amount(limit);
            if (_kind(limit) == PolicyFormat.PERIOD_OPERATION) continue;
            if (timestamp < _anchor(limit)) {
                usages[i].resetsAt = uint48(_anchor(limit));
                continue;
            }
            uint256 current = period(limit, i, timestamp, timestamp);
            uint256 meter = meters[_meterId(policy, limit, number)][account].word;
            if (meter >> 128 == current) usages[i].spent = uint128(meter);
            usages[i].resetsAt = uint48(_resetsAt(limit, current));
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
        uint256 kind = _kind(limit);
        uint256 last;
        if (kind == PolicyFormat.PERIOD_FIXED) {
            uint256 anchor = _anchor(limit);
            if (validAfter < anchor) revert IPolicyErrors.PeriodNotBegun(index, uint48(anchor));
            uint256 length = _length(limit);
            unchecked {
                // Safe unchecked: the window begins at or after the anchor, and no length is 0.
                current = (validAfter - anchor) / length;
                last = (validUntil - anchor) / length;
            }
        } else if (kind == PolicyFormat.PERIOD_MONTH) {
            current = Clock.month(validAfter);
            last = Clock.month(validUntil);
        }
        if (current != last) revert IPolicyErrors.WindowSpansPeriods(index, uint48(_resetsAt(limit, current)));
    }

    /// @dev What the meter shows for this period. A later period than this one's cannot be, and is denied.
    function _spent(uint256 meter, uint256 index, uint256 current) private pure returns (uint256) {
        uint256 stored = meter >> 128;
        if (stored == current) return uint128(meter);
        if (stored > current) revert IPolicyErrors.PeriodElapsed(index, current, stored);
        return 0;
    }

    /// @dev First second of the period after this one; 0 where there is none.
    function _resetsAt(Limit limit, uint256 current) private pure returns (uint256) {
        uint256 kind = _kind(limit);
        if (kind == PolicyFormat.PERIOD_FIXED) return _anchor(limit) + (current + 1) * _length(limit);
        if (kind == PolicyFormat.PERIOD_MONTH) return Clock.monthStart(current + 1);
        return 0;
    }

    function _deny(
        Policy policy,
        Limit limit,
        uint256 index,
        uint256 amount,
        uint256 remaining,
        uint256 current
    ) private pure {
        uint48 resetsAt = uint48(_resetsAt(limit, current));
        if (_assetKind(policy, limit) == PolicyFormat.ASSET_OPERATIONS) {
            revert IPolicyErrors.RateLimitExceeded(index, _amount(limit), resetsAt);
        }
        revert IPolicyErrors.BudgetExceeded(index, _assetAddress(policy, limit), amount, remaining, resetsAt);
    }

    /// @dev INV-8: `docs/policy-format.md` says what the key is made of.
    function _meterId(Policy policy, Limit limit, uint256 agentNumber) private pure returns (bytes32 meterId) {
        uint256 record = Limit.unwrap(limit);
        uint256 group = _group(limit);
        unchecked {
            // Safe unchecked: offsets of at most 24,576, and a group that is counted from 1.
            if (group != 0) {
                (uint256 groups, ) = policy.section(PolicyFormat.SECTION_GROUPS);
                group = policy.field(groups + (group - 1) * PolicyFormat.GROUP_SIZE, 16) << 128;
            }
            uint256 asset = PolicyFormat.HEADER_SIZE + _asset(limit) * PolicyFormat.ASSET_SIZE;
            assembly ("memory-safe") {
                let free := mload(0x40)
                let scope := and(shr(240, record), 0xff)
                // Kind, length and anchor stand side by side in the record, and in the key.
                let window := or(shl(104, scope), shl(16, and(shr(144, record), 0xffffffffffffffffffffff)))
                // Bit 0 of the scope: for all agents of the account.
                mstore(free, or(window, mul(agentNumber, iszero(and(scope, 1)))))
                mstore(add(free, 0x20), group)
                asset := add(shr(160, policy), asset)
                mstore(add(free, 0x40), shr(88, mload(asset)))
                mstore(add(free, 0x60), mload(add(asset, 21)))
                meterId := keccak256(free, 0x80)
            }
        }
    }

    function _assetKind(Policy policy, Limit limit) private pure returns (uint256) {
        return policy.field(PolicyFormat.HEADER_SIZE + _asset(limit) * PolicyFormat.ASSET_SIZE, 1);
    }

    function _assetAddress(Policy policy, Limit limit) private pure returns (address) {
        return
            address(uint160(policy.field(PolicyFormat.HEADER_SIZE + _asset(limit) * PolicyFormat.ASSET_SIZE + 1, 20)));
    }

    function _asset(Limit limit) private pure returns (uint256) {
        return Limit.unwrap(limit) >> 248;
    }

    function _group(Limit limit) private pure returns (uint256) {
        return (Limit.unwrap(limit) >> 232) & 0xff;
    }

    function _kind(Limit limit) private pure returns (uint256) {
        return (Limit.unwrap(limit) >> 224) & 0xff;
    }

    function _length(Limit limit) private pure returns (uint256) {
        return (Limit.unwrap(limit) >> 192) & 0xffffffff;
    }

    function _anchor(Limit limit) private pure returns (uint256) {
        return (Limit.unwrap(limit) >> 144) & 0xffffffffffff;
    }

    function _amount(Limit limit) private pure returns (uint256) {
        return uint128(Limit.unwrap(limit));
    }
}
