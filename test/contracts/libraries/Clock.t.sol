// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPolicyErrors} from "../../../contracts/interfaces/IPolicyErrors.sol";
import {Clock} from "../../../contracts/libraries/Clock.sol";
import {BlobLib} from "../../../contracts/libraries/BlobLib.sol";
import {PolicyReader} from "../../../contracts/libraries/PolicyReader.sol";
import {PolicyBuilder, Sections} from "../PolicyBuilder.sol";
import {vm} from "../Vm.sol";

contract ClockTest {
    uint256 private constant MONTHS_BEFORE_1970 = 1970 * 12;

    /* MONTHS */

    /// @dev INV-4: every day from 1970 to 2149 against a calendar that is turned page by page.
    function test_Month_IsThatOfTheCalendar() public pure {
        uint256 day;
        for (uint256 year = 1970; year < 2150; ++year) {
            for (uint256 month; month < 12; ++month) {
                uint256 number = year * 12 + month;
                uint256 start = day * 1 days;
                assert(Clock.monthStart(number) == start);
                uint256 last = day + _daysOf(year, month) - 1;
                for (; day <= last; ++day) {
                    assert(Clock.month(day * 1 days) == number);
                    assert(Clock.month(day * 1 days + 1 days - 1) == number);
                }
            }
        }
    }

    /// @dev INV-4: a second lies between the first ones of its month and of the next.
    function testFuzz_Month_HoldsItsSeconds(uint48 timestamp) public pure {
        uint256 number = Clock.month(timestamp);
        assert(number >= MONTHS_BEFORE_1970);
        assert(Clock.monthStart(number) <= timestamp);
        assert(timestamp < Clock.monthStart(number + 1));
    }

    /* SCHEDULE */

    /// @dev INV-4: a window passes exactly when each of its seconds lies in the same weekly window of the same week.
    function testFuzz_Weekly_IsThatOfEverySecond(uint256 seed, uint32 from, uint8 width) public {
        uint256 count = (seed % 8) + 1;
        bytes memory weekly;
        uint256[] memory bounds = _ascending(seed, 2 * count, 604_800);
        for (uint256 i; i < count; ++i) {
            weekly = abi.encodePacked(weekly, uint24(bounds[2 * i]), uint24(bounds[2 * i + 1]));
        }
        Sections memory sections;
        sections.weekly = weekly;
        // Half of the windows begin near a boundary.
        uint256 start = uint256(from) + 7 days;
        uint256 validAfter = from % 2 == 0 ? start : _monday(start) + bounds[from % (2 * count)] - (from % 7);
        vm.assume(validAfter < type(uint32).max - 1000);
        uint256 validUntil = validAfter + width;

        uint256 first = _indexOf(bounds, validAfter);
        bool expected = first != type(uint256).max;
        for (uint256 second = validAfter; second <= validUntil; ++second) {
            expected = expected && _indexOf(bounds, second) == first && _week(second) == _week(validAfter);
        }
        assert(_passes(sections, validAfter, validUntil) == expected);
    }

    /// @dev INV-4: a window passes exactly when none of its seconds lies in a blackout.
    function testFuzz_Blackouts_TakeEverySecond(uint256 seed, uint256 from, uint8 width) public {
        uint256 count = (seed % 8) + 1;
        bytes memory blackouts;
        uint256[] memory bounds = _ascending(seed, 2 * count, 10_000);
        for (uint256 i; i < count; ++i) {
            blackouts = abi.encodePacked(blackouts, uint48(bounds[2 * i]), uint48(bounds[2 * i + 1]));
        }
        Sections memory sections;
        sections.blackouts = blackouts;
        uint256 validAfter = from % 10_000;
        uint256 validUntil = validAfter + width;
        vm.assume(validUntil != 0);

        bool expected = true;
        for (uint256 second = validAfter; second <= validUntil; ++second) {
            for (uint256 i; i < count; ++i) {
                if (second >= bounds[2 * i] && second < bounds[2 * i + 1]) expected = false;
            }
        }
        assert(_passes(sections, validAfter, validUntil) == expected);
    }

    /* THE WINDOW */

    /// @dev INV-4: what passes ends below `END_OF_TIME`, is no wider than the policy allows and not empty.
    function testFuzz_Check_BoundsTheWindow(uint48 validAfter, uint48 validUntil) public {
        Sections memory sections;
        bool expected =
            validAfter <= validUntil &&
                validUntil != 0 &&
                validUntil < Clock.END_OF_TIME &&
                validUntil - validAfter <= 3600;
        assert(_passes(sections, validAfter, validUntil) == expected);
    }

    /// @dev The same, near the bounds.
    function testFuzz_Check_BoundsNarrowWindows(uint40 validAfter, uint16 width) public {
        Sections memory sections;
        uint256 validUntil = uint256(validAfter) + width;
        bool expected = validUntil != 0 && validUntil < Clock.END_OF_TIME && width <= 3600;
        assert(_passes(sections, validAfter, validUntil) == expected);
    }

    function check(address blob, uint256 validAfter, uint256 validUntil) external view {
        Clock.check(PolicyReader.load(blob), validAfter, validUntil);
    }

    function _passes(Sections memory sections, uint256 validAfter, uint256 validUntil) private returns (bool) {
        bytes memory creationCode = BlobLib.getCreationCode(PolicyBuilder.build(sections));
        address blob;
        assembly ("memory-safe") {
            blob := create(0, add(creationCode, 32), mload(creationCode))
        }
        try this.check(blob, validAfter, validUntil) {
            return true;
        } catch (bytes memory reason) {
            bytes4 selector = bytes4(reason);
            assert(
                selector == IPolicyErrors.WindowInvalid.selector ||
                    selector == IPolicyErrors.WindowTooWide.selector ||
                    selector == IPolicyErrors.OutsideSchedule.selector ||
                    selector == IPolicyErrors.InBlackout.selector
            );
            return false;
        }
    }

    /// @dev Distinct numbers below `limit`, in their order.
    function _ascending(uint256 seed, uint256 count, uint256 limit) private pure returns (uint256[] memory numbers) {
        numbers = new uint256[](count);
        uint256 room = limit / count;
        for (uint256 i; i < count; ++i) {
            numbers[i] = i * room + (uint256(keccak256(abi.encode(seed, i))) % (room - 1)) + 1;
        }
    }

    /// @dev Index of the weekly window in which the second lies.
    function _indexOf(uint256[] memory bounds, uint256 timestamp) private pure returns (uint256) {
        uint256 sinceMonday = timestamp - _monday(timestamp);
        for (uint256 i; i < bounds.length; i += 2) {
            if (sinceMonday >= bounds[i] && sinceMonday < bounds[i + 1]) return i;
        }
        return type(uint256).max;
    }

    /// @dev Weeks since 1970-01-05, which was a Monday.
    function _week(uint256 timestamp) private pure returns (uint256) {
        return (timestamp - 4 days) / 7 days;
    }

    /// @dev First second of the week.
    function _monday(uint256 timestamp) private pure returns (uint256) {
        return _week(timestamp) * 7 days + 4 days;
    }

    function _daysOf(uint256 year, uint256 month) private pure returns (uint256) {
        if (month == 1) return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
        return month == 3 || month == 5 || month == 8 || month == 10 ? 30 : 31;
    }
}
