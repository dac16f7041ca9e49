// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Meter} from "./Meter.sol";
import {PolicyFormat} from "./PolicyFormat.sol";

/// @title RollingCount
/// @notice Never more than `max` operations within any `length` seconds.
/// @dev The meter's word is how many operations were ever counted. Behind it lies a ring of 1,000 times of 32 bits: the ends
/// of the signed windows, which lie after the moments of execution. An operation whose window begins `length` seconds after
/// the end of the window `max` operations ago runs at least so long after that one (INV-15). It may be refused early, by the
/// widths of the two windows. The ring is as long as the greatest `max`, so that it stays exact when `max` changes.
library RollingCount {
    /// @dev Times that the ring holds: the greatest `max`. Warning: another number would read old rings wrongly.
    uint256 private constant CAPACITY = PolicyFormat.MAX_ROLLING_COUNT;

    /// @dev Times in one word.
    uint256 private constant PER_WORD = 8;

    /// @notice Counts one operation, unless `max` were counted too recently.
    /// @param max Most operations, 1 to 1,000.
    /// @param length In any so many seconds.
    /// @return counted Whether it was counted.
    /// @return opensAt First second at which a window may begin, where it was not.
    function count(
        Meter storage meter,
        uint256 max,
        uint256 length,
        uint256 validAfter,
        uint256 validUntil
    ) internal returns (bool counted, uint256 opensAt) {
        unchecked {
            // Safe unchecked: `max <= total`; times of 32 bits; a count of operations.
            uint256 total = meter.word;
            if (total >= max) {
                opensAt = _read(meter, total - max) + length;
                if (validAfter < opensAt) return (false, opensAt);
            }
            _write(meter, total, validUntil);
            meter.word = total + 1;
            return (true, 0);
        }
    }

    /// @notice Returns where in the ring the operation with this number stands, counted from 0, if it is among the last
    /// 1,000: the word behind the meter's own, and how far its time is shifted in that.
    function locate(uint256 number) internal pure returns (uint256 index, uint256 shift) {
        uint256 position = number % CAPACITY;
        return (1 + position / PER_WORD, 32 * (position % PER_WORD));
    }

    /// @dev Time of the operation with this number.
    function _read(Meter storage meter, uint256 number) private view returns (uint256 time) {
        (uint256 index, uint256 shift) = locate(number);
        assembly ("memory-safe") {
            time := and(shr(shift, sload(add(meter.slot, index))), 0xffffffff)
        }
    }

    /// @dev Safe: `time` has 32 bits, see `Clock.END_OF_TIME`.
    function _write(Meter storage meter, uint256 number, uint256 time) private {
        (uint256 index, uint256 shift) = locate(number);
        assembly ("memory-safe") {
            let slot := add(meter.slot, index)
            sstore(slot, or(and(sload(slot), not(shl(shift, 0xffffffff))), shl(shift, time)))
        }
    }
}
