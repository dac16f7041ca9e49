// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {Meter} from "./Meter.sol";

/// @title RollingAmount
/// @notice Limits an amount over a rolling window: a bucket of `cap` that is full again `length` seconds after the last
/// charge, and refills evenly until then.
/// @dev The meter is `clock(48) ‖ level(208)`, where `level` is what is missing from the bucket, times 2^80, so that nothing
/// is lost to rounding however often it is charged.
///
/// In each second the part `1 / length` refills of what was missing after the last charge. That does not depend on `cap`, so
/// that agents with different caps may share a meter, and a cap may change, without one of them refilling the other's: who
/// may still spend finds at most `cap` missing, and so a refill of at most `cap / length` a second.
///
/// The clock is the beginning of the signed window, which lies before the moment of execution, by at most the greatest
/// window `W` of the policy; and it never goes back. So an agent that lags behind cannot bank the refill of idle time:
/// within any `D` seconds no more is spent than `cap + cap * (D + W) / length` (INV-14).
library RollingAmount {
    uint256 private constant LEVEL_MASK = type(uint208).max;

    /// @dev Fraction bits of a level.
    uint256 internal constant SCALE_BITS = 80;

    /// @notice Charges `amount`, unless that is more than what is left.
    /// @param cap Size of the bucket, in base units; below 2^128.
    /// @param length Time in which the bucket refills, in seconds; below 2^32, not 0.
    /// @param validAfter Beginning of the signed window.
    /// @return charged Whether it was charged.
    /// @return remaining What was left before.
    /// @return wait Seconds from `validAfter` until there is enough; 0 where `amount` is more than the bucket holds.
    function charge(
        Meter storage meter,
        uint256 cap,
        uint256 length,
        uint256 validAfter,
        uint256 amount
    ) internal returns (bool charged, uint256 remaining, uint256 wait) {
        unchecked {
            uint256 word = meter.word;
            (uint256 clock, uint256 level) = read(word, length, validAfter);
            // Safe unchecked: 128 and 80 bits; 208 and 32 bits.
            uint256 full = cap << SCALE_BITS;
            remaining = level < full ? (full - level) >> SCALE_BITS : 0;
            if (amount <= remaining) {
                meter.word = (clock << 208) | (level + (amount << SCALE_BITS));
                return (true, remaining, 0);
            }
            if (amount <= cap) {
                // So much may still be missing. More is, or there would be enough. It refills from the last charge on,
                // and the clock of that may be ahead of the window.
                uint256 room = full - (amount << SCALE_BITS);
                wait = (word >> 208) + length - (room * length) / (word & LEVEL_MASK) - validAfter;
            }
        }
    }

    /// @notice Returns the clock and level of a bucket at `timestamp`, or at its own clock where that is later.
    function read(
        uint256 word,
        uint256 length,
        uint256 timestamp
    ) internal pure returns (uint256 clock, uint256 level) {
        clock = word >> 208;
        level = word & LEVEL_MASK;
        if (timestamp > clock) {
            unchecked {
                // Safe unchecked: 208 bits times 32 bits, and no more refills than is missing.
                level -= (level * Math.min(timestamp - clock, length)) / length;
                clock = timestamp;
            }
        }
    }
}
