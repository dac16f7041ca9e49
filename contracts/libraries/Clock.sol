// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPolicyErrors} from "../interfaces/IPolicyErrors.sol";
import {PolicyFormat} from "./PolicyFormat.sol";
import {Policy} from "./PolicyReader.sol";

/// @title Clock
/// @notice Decides every rule about time from the two ends of the window that the agent has signed.
/// @dev ERC-7562 OP-011 forbids to read the time in validation. The module returns exactly the signed window as
/// validationData, and the EntryPoint runs the operation only inside it: at `validAfter <= t <= validUntil` (0.7) or
/// `validAfter < t <= validUntil` (0.8 and later). What holds at both ends, and cannot change in between, holds when the
/// operation runs. All times are Unix seconds.
library Clock {
    /// @dev First second that no window may reach (in the year 2106): times and days must fit in 32 and 16 bits. It is far
    /// below 2^47, at which EntryPoint 0.9 begins to read block numbers (INV-4).
    uint256 internal constant END_OF_TIME = 1 << 32;

    /// @notice Checks the window itself, and that the policy allows operations in it.
    /// @dev INV-4: a window that passes is not empty, ends before `END_OF_TIME`, is no wider than the policy allows, and
    /// lies inside the policy's validity, inside one weekly window and outside every blackout.
    function check(Policy policy, uint256 validAfter, uint256 validUntil) internal view {
        uint256 header = policy.field(0, 32);
        uint256 begins = (header >> 176) & 0xffffffffffff;
        uint256 ends = (header >> 128) & 0xffffffffffff;
        uint256 maxWidth = (header >> 96) & 0xffffffff;
        bool denied;
        assembly ("memory-safe") {
            // A window that ends before it begins has a width that wraps, and is wider than any policy allows.
            denied := or(
                or(gt(sub(validUntil, validAfter), maxWidth), gt(validUntil, ends)),
                or(or(lt(validAfter, begins), iszero(validUntil)), iszero(lt(validUntil, END_OF_TIME)))
            )
        }
        if (denied) _denyWindow(validAfter, validUntil, maxWidth, begins, ends);

        // Most policies have neither weekly windows nor blackouts, and then the two sections begin where they end.
        uint256 sections = policy.field(PolicyFormat.DIRECTORY_OFFSET + 2 * PolicyFormat.SECTION_WEEKLY, 6);
        uint256 start = sections >> 32;
        uint256 end = sections & 0xffff;
        if (start != end) {
            uint256 middle = (sections >> 16) & 0xffff;
            _checkWeekly(policy, start, middle, validAfter, validUntil);
            _checkBlackouts(policy, middle, end, validAfter, validUntil);
        }
    }

    /// @notice Returns the number of the month in which `timestamp` lies: `year * 12 + month - 1`.
    /// @dev Counts days from 0000-03-01 in eras of 400 years, so that the leap day is the last of its year.
    function month(uint256 timestamp) internal pure returns (uint256) {
        unchecked {
            // Safe unchecked: `timestamp` is below 2^48, so nothing here comes near 2^256, and every difference is of a
            // larger and a smaller count of the same days.
            uint256 day = timestamp / 1 days + 719_468;
            uint256 era = day / 146_097;
            uint256 dayOfEra = day - era * 146_097;
            uint256 yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
            uint256 dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
            uint256 monthFromMarch = (5 * dayOfYear + 2) / 153;
            // March is month 0 of a year that began in March, and 2 of the civil year.
            return (era * 400 + yearOfEra) * 12 + monthFromMarch + 2;
        }
    }

    /// @notice Returns the first second of the month with this number, as `month` counts them.
    function monthStart(uint256 number) internal pure returns (uint256) {
        unchecked {
            // Safe unchecked: a month at or after 1970-01, so `number` is at least 23,640.
            uint256 fromMarch = number - 2;
            uint256 year = fromMarch / 12;
            uint256 dayOfYear = (153 * (fromMarch % 12) + 2) / 5;
            return (365 * year + year / 4 - year / 100 + year / 400 + dayOfYear - 719_468) * 1 days;
        }
    }

    /// @dev Says what is wrong with a window that is denied.
    function _denyWindow(
        uint256 validAfter,
        uint256 validUntil,
        uint256 maxWidth,
        uint256 begins,
        uint256 ends
    ) private pure {
        if (validAfter > validUntil || validUntil == 0 || validUntil >= END_OF_TIME) {
            revert IPolicyErrors.WindowInvalid(uint48(validAfter), uint48(validUntil));
        }
        if (validUntil - validAfter > maxWidth) {
            revert IPolicyErrors.WindowTooWide(validUntil - validAfter, maxWidth);
        }
        if (validAfter < begins) revert IPolicyErrors.PolicyNotYetValid(uint48(validAfter), uint48(begins));
        revert IPolicyErrors.PolicyExpired(uint48(validAfter), uint48(validUntil), uint48(ends));
    }

    /// @dev Both ends lie in the same weekly window, of the same week.
    function _checkWeekly(
        Policy policy,
        uint256 start,
        uint256 end,
        uint256 validAfter,
        uint256 validUntil
    ) private view {
        if (start == end) return;

        // 1970-01-01 was a Thursday, 3 days after a Monday.
        uint256 sinceMonday = (validAfter + 3 days) % 1 weeks;
        uint256 opensIn;
        for (uint256 record = start; record < end; record += PolicyFormat.WEEKLY_SIZE) {
            uint256 interval = policy.word(record) >> 208;
            uint256 opens = interval >> 24;
            if (sinceMonday >= opens && sinceMonday + (validUntil - validAfter) < interval & 0xffffff) return;
            if (opensIn == 0 && opens > sinceMonday) opensIn = opens - sinceMonday;
        }
        if (opensIn == 0) opensIn = 1 weeks + (policy.word(start) >> 232) - sinceMonday;
        uint256 opensAt = validAfter + opensIn;
        revert IPolicyErrors.OutsideSchedule(uint48(validAfter), uint48(validUntil), uint48(opensAt));
    }

    /// @dev No blackout shares a second with the window.
    function _checkBlackouts(
        Policy policy,
        uint256 start,
        uint256 end,
        uint256 validAfter,
        uint256 validUntil
    ) private view {
        for (uint256 record = start; record < end; record += PolicyFormat.BLACKOUT_SIZE) {
            uint256 interval = policy.word(record) >> 160;
            uint256 begins = interval >> 48;
            uint256 ends = interval & 0xffffffffffff;
            if (validUntil >= begins && validAfter < ends) {
                uint256 index = (record - start) / PolicyFormat.BLACKOUT_SIZE;
                revert IPolicyErrors.InBlackout(index, uint48(begins), uint48(ends));
            }
        }
    }
}
