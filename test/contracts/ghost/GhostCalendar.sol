// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Interval} from "./GhostTypes.sol";

/// @title GhostCalendar
/// @notice The calendar of the model: counted year by year, without the validator's arithmetic.
library GhostCalendar {
    /// @notice Returns `year * 12 + month - 1`, the first second of the month and that of the month after it.
    function month(uint256 time) internal pure returns (uint256 index, uint256 first, uint256 next) {
        uint256 day = time / 1 days;
        // The first 54 years, of which 13 are leap years, are not counted again and again.
        (uint256 year, uint256 passed) = day < 19_723 ? (uint256(1970), uint256(0)) : (uint256(2024), uint256(19_723));
        while (passed + _yearDays(year) <= day) passed += _yearDays(year++);
        uint256 m;
        while (passed + _monthDays(year, m) <= day) passed += _monthDays(year, m++);
        return (year * 12 + m, passed * 1 days, (passed + _monthDays(year, m)) * 1 days);
    }

    /// @notice Tells whether both seconds lie in one and the same weekly interval, in the same week.
    function within(Interval[] memory weekly, uint256 from, uint256 to) internal pure returns (bool) {
        if (weekly.length == 0) return true;
        // Counted from a Monday: 1 January 1970 was a Thursday.
        (from, to) = (from + 3 days, to + 3 days);
        uint256 week = (from / 7 days) * 7 days;
        for (uint256 i; i < weekly.length; ++i) {
            if (from >= week + weekly[i].start && to < week + weekly[i].end) return true;
        }
        return false;
    }

    function _yearDays(uint256 year) private pure returns (uint256) {
        return _isLeap(year) ? 366 : 365;
    }

    function _monthDays(uint256 year, uint256 m) private pure returns (uint256) {
        if (m == 1) return _isLeap(year) ? 29 : 28;
        return m == 3 || m == 5 || m == 8 || m == 10 ? 30 : 31;
    }

    function _isLeap(uint256 year) private pure returns (bool) {
        return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    }
}
