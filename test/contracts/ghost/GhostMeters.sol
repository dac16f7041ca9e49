// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {GhostCalendar} from "./GhostCalendar.sol";
import {Denial, GhostAsset, GhostLimit, GhostPolicy} from "./GhostTypes.sol";

/// @title GhostMeters
/// @notice What the model remembers of spending: every charge that ever landed, and nothing that was added up.
abstract contract GhostMeters {
    /// @dev One charge. `back` once its execution has failed and given it back, in the transaction `step`.
    struct Entry {
        uint48 validAfter;
        uint48 validUntil;
        uint48 executed;
        uint32 step;
        uint32 maxWindow;
        bool back;
        uint128 amount;
        uint128 cap;
    }

    /// @dev What a rolling amount lacks at `clock`, times 2^64, rounded down and up.
    struct Bucket {
        uint256 clock;
        uint256 low;
        uint256 high;
    }

    /// @dev Wei of gas spent in a UTC day.
    struct GasDay {
        uint256 day;
        uint256 spent;
    }

    /// @dev What the first `count` entries of a list have spent, if all of them since `first` are of the period that begins there.
    /// It saves reading them again.
    struct Folded {
        uint48 first;
        uint48 count;
        uint160 sum;
    }

    /// @dev A charge that its operation's execution may still give back.
    struct Pending {
        bytes32 key;
        uint256 index;
    }

    /// @notice A law of `docs/invariants.md` does not hold.
    error LawBroken(string law, uint256 found, uint256 bound);

    /// @dev Number of the transaction. What was reserved in it counts until its end.
    uint32 internal _step;

    mapping(bytes32 key => Entry[]) internal _entries;
    mapping(bytes32 key => Folded) private _folded;
    mapping(bytes32 key => Bucket) internal _buckets;
    mapping(address account => mapping(uint256 number => GasDay)) internal _gas;
    mapping(uint256 operation => Pending[]) internal _pending;

    /// @dev What a meter counts, and for whom: not the policy, not the amount, not the agent's key.
    function _keyOf(
        address account,
        uint256 number,
        GhostPolicy memory policy,
        GhostLimit memory limit
    ) internal pure returns (bytes32) {
        GhostAsset memory asset = policy.assets[limit.asset];
        return
            keccak256(
                abi.encode(
                    account,
                    limit.shared ? 0 : number,
                    limit.group == 0 ? bytes16(0) : policy.groups[limit.group - 1],
                    asset.kind,
                    asset.token,
                    asset.id,
                    limit.kind,
                    limit.length,
                    limit.anchor
                )
            );
    }

    /// @dev Number of the period at a second, its first second and that of the next one; the latter is 0 where there is none.
    function _period(
        GhostLimit memory limit,
        uint256 time
    ) internal pure returns (uint256 index, uint256 first, uint256 next) {
        if (limit.kind == 2) {
            index = (time - limit.anchor) / limit.length;
            first = limit.anchor + index * limit.length;
            next = first + limit.length;
        } else if (limit.kind == 3) {
            return GhostCalendar.month(time);
        }
    }

    /// @dev Reasons why a window does not lie in one period of the limit.
    function _checkWindow(GhostLimit memory limit, uint48 from, uint48 to) internal pure returns (uint256) {
        if (limit.kind == 2 && from < limit.anchor) return Denial.ANCHOR;
        if (to < from) return Denial.SPANS;
        (, , uint256 next) = _period(limit, from);
        return next != 0 && to >= next ? Denial.SPANS : 0;
    }

    /// @dev Sum of what is spent, and of what this transaction has reserved, in the period of `time`.
    function _spent(
        bytes32 key,
        GhostLimit memory limit,
        uint256 time
    ) internal view returns (uint256 sum, uint256 reserved, bool elapsed) {
        Entry[] storage entries = _entries[key];
        (, uint256 first, uint256 next) = _period(limit, time);
        Folded memory folded = _folded[key];
        if (folded.first != first) (folded.count, folded.sum) = (0, 0);
        sum = folded.sum;
        for (uint256 i = entries.length; i != folded.count; --i) {
            Entry storage entry = entries[i - 1];
            (uint256 from, bool back, uint256 step) = (entry.validAfter, entry.back, entry.step);
            if (from < first) break;
            if (next != 0 && from >= next) {
                if (!back) elapsed = true;
            } else if (!back) {
                sum += entry.amount;
            } else if (step == _step) {
                reserved += entry.amount;
            }
        }
    }

    /// @dev Adds up what earlier transactions have spent in the period of `time`: nothing can change it any more.
    function _fold(bytes32 key, GhostLimit memory limit, uint256 time) private {
        Entry[] storage entries = _entries[key];
        (, uint256 first, ) = _period(limit, time);
        Folded memory folded = _folded[key];
        if (folded.first != first) (folded.first, folded.sum) = (uint48(first), 0);
        for (; folded.count < entries.length; ++folded.count) {
            Entry storage entry = entries[folded.count];
            if (entry.step == _step) break;
            if (!entry.back && entry.validAfter >= first) folded.sum += entry.amount;
        }
        _folded[key] = folded;
    }

    /// @dev Rule of the rolling count: the operation `max` operations ago has ended `length` seconds before this one begins.
    /// @param ahead Operations that are counted before this one, and are not written down.
    function _ratePasses(
        bytes32 key,
        GhostLimit memory limit,
        uint48 validAfter,
        uint256 ahead
    ) internal view returns (bool) {
        Entry[] storage entries = _entries[key];
        if (entries.length + ahead < limit.amount) return true;
        return uint256(entries[entries.length + ahead - limit.amount].validUntil) + limit.length <= validAfter;
    }

    /// @dev What is used of a rolling count: all but the operations that would pass one behind the other, by the rule above.
    function _counted(bytes32 key, GhostLimit memory limit, uint256 time) internal view returns (uint256 used) {
        Entry[] storage entries = _entries[key];
        uint256 least = entries.length > limit.amount ? entries.length - limit.amount : 0;
        for (uint256 i = entries.length; i != least; --i) {
            Entry storage entry = entries[i - 1];
            if (uint256(entry.validUntil) + limit.length > time)
                used = entries.length - i + 1;
                // No window is wider than a day, so that what ran before this one has ended long ago.
            else if (uint256(entry.executed) + 1 days + limit.length <= time) break;
        }
    }

    /// @dev What the bucket lacks at the later of its clock and `time`: all of it is back `length` seconds after the clock.
    function _lack(bytes32 key, GhostLimit memory limit, uint256 time) internal view returns (Bucket memory bucket) {
        bucket = _buckets[key];
        if (time <= bucket.clock) return bucket;
        uint256 passed = time - bucket.clock;
        bucket.clock = time;
        uint256 left = passed < limit.length ? limit.length - passed : 0;
        bucket.low = (bucket.low * left) / limit.length;
        bucket.high = (bucket.high * left + limit.length - 1) / limit.length;
    }

    /// @dev Writes a charge down, and looks whether the laws still hold.
    function _record(bytes32 key, GhostLimit memory limit, Entry memory entry) internal returns (uint256 index) {
        Entry[] storage entries = _entries[key];
        index = entries.length;
        if (limit.kind < 5) _fold(key, limit, entry.validAfter);
        if (limit.kind == 5) {
            Bucket memory bucket = _lack(key, limit, entry.validAfter);
            bucket.low += uint256(entry.amount) << 64;
            bucket.high += uint256(entry.amount) << 64;
            _buckets[key] = bucket;
        }
        entries.push(entry);
        // Charges of operations that cannot run now are taken back with their transaction.
        if (block.timestamp < entry.validAfter || block.timestamp > entry.validUntil) return index;
        if (limit.kind == 5) _checkRollingAmount(entries, limit);
        if (limit.kind == 6) _checkRollingCount(entries, limit);
    }

    /// @dev INV-15: counted by the seconds at which they ran.
    function _checkRollingCount(Entry[] storage entries, GhostLimit memory limit) private view {
        uint256 count;
        for (uint256 i = entries.length; i != 0 && block.timestamp - entries[i - 1].executed < limit.length; --i)
            ++count;
        if (count > limit.amount) revert LawBroken("INV-15", count, limit.amount);
    }

    /// @dev INV-14: for every span that ends now, with the greatest limit and width that were in force in it.
    function _checkRollingAmount(Entry[] storage entries, GhostLimit memory limit) private view {
        uint256 sum;
        uint256 cap;
        uint256 width;
        uint256 from = entries.length > 40 ? entries.length - 40 : 0;
        for (uint256 i = entries.length; i != from; --i) {
            Entry memory entry = entries[i - 1];
            sum += entry.amount;
            if (entry.cap > cap) cap = entry.cap;
            if (entry.maxWindow > width) width = entry.maxWindow;
            uint256 bound = cap + (cap * (block.timestamp - entry.executed + width)) / limit.length + 1;
            if (sum > bound) revert LawBroken("INV-14", sum, bound);
        }
    }
}
