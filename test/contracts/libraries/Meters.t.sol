// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPolicyErrors} from "../../../contracts/interfaces/IPolicyErrors.sol";
import {Clock} from "../../../contracts/libraries/Clock.sol";
import {Limit} from "../../../contracts/libraries/Limits.sol";
import {Meters} from "../../../contracts/libraries/Meters.sol";
import {PolicyFormat} from "../../../contracts/libraries/PolicyFormat.sol";

contract MetersTest {
    /// @dev INV-4: both ends of a window that passes lie in the period; one that is denied reaches beyond it, or begins
    /// before the anchor.
    function testFuzz_Period_HoldsBothEnds(uint32 length, uint32 anchor, uint32 validAfter, uint16 width) public view {
        length = length < 60 ? length + 60 : length;
        uint256 validUntil = uint256(validAfter) + width;
        Limit limit = _limit(PolicyFormat.PERIOD_FIXED, length, anchor);
        try this.period(limit, validAfter, validUntil) returns (uint256 current) {
            uint256 start = anchor + current * length;
            assert(start <= validAfter && validUntil < start + length);
        } catch (bytes memory reason) {
            if (validAfter < anchor) {
                _assertReverted(reason, abi.encodeCall(this.periodNotBegun, (7, anchor)));
            } else {
                uint256 boundary = uint256(validAfter) - ((validAfter - anchor) % length) + length;
                assert(validUntil >= boundary);
                _assertReverted(reason, abi.encodeCall(this.windowSpansPeriods, (7, uint48(boundary))));
            }
        }
    }

    /// @dev INV-4: the same for short periods, whose boundaries are near.
    function testFuzz_Period_OfMinutesHoldsBothEnds(
        uint8 minutes_,
        uint8 anchor,
        uint16 from,
        uint8 width
    ) public view {
        testFuzz_Period_HoldsBothEnds(60 * (uint32(minutes_) + 1), anchor, from, width);
    }

    /// @dev INV-4: the same for months, near their ends.
    function testFuzz_Period_OfAMonthHoldsBothEnds(uint16 month, uint8 before, uint8 width) public view {
        uint256 number = 1970 * 12 + 1 + (month % 2000);
        uint256 validAfter = Clock.monthStart(number) - before;
        uint256 validUntil = validAfter + width;
        try this.period(_limit(PolicyFormat.PERIOD_MONTH, 0, 0), validAfter, validUntil) returns (uint256 current) {
            assert(current == (before == 0 ? number : number - 1));
            assert(before == 0 || width < before);
        } catch (bytes memory reason) {
            assert(before != 0 && width >= before);
            uint48 boundary = uint48(Clock.monthStart(number));
            _assertReverted(reason, abi.encodeCall(this.windowSpansPeriods, (7, boundary)));
        }
    }

    /// @dev A lifetime has one period.
    function testFuzz_Period_OfALifetimeIsOne(uint48 validAfter, uint48 validUntil) public view {
        assert(this.period(_limit(PolicyFormat.PERIOD_LIFETIME, 0, 0), validAfter, validUntil) == 0);
    }

    function period(Limit limit, uint256 validAfter, uint256 validUntil) external pure returns (uint256) {
        return Meters.period(limit, 7, validAfter, validUntil);
    }

    /// @dev Stands for the arguments of the error of this name.
    function windowSpansPeriods(uint256 limit, uint48 boundary) external pure {
        revert IPolicyErrors.WindowSpansPeriods(limit, boundary);
    }

    /// @dev Stands for the arguments of the error of this name.
    function periodNotBegun(uint256 limit, uint48 anchor) external pure {
        revert IPolicyErrors.PeriodNotBegun(limit, anchor);
    }

    /// @dev Whether `reason` is what this call reverts with.
    function _assertReverted(bytes memory reason, bytes memory call) private view {
        (bool success, bytes memory expected) = address(this).staticcall(call);
        assert(!success && keccak256(reason) == keccak256(expected));
    }

    function _limit(uint256 kind, uint256 length, uint256 anchor) private pure returns (Limit) {
        return Limit.wrap((kind << 224) | (length << 192) | (anchor << 144));
    }
}
