// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Meter} from "./Meter.sol";

/// @title RollingAmount
/// @notice Limits an amount over a rolling window: a bucket of `cap` that refills evenly in `length` seconds.
/// @dev The meter is `clock(48) ‖ level(208)`, where `level` is what is missing from the bucket, times `length`. Scaled so, a
/// second refills exactly `cap`, and nothing is lost to rounding however often it is charged.
///
/// The clock is the beginning of the signed window, which lies before the moment of execution, by at most the greatest
/// window `W` of the policy; and it never goes back. So an agent that lags behind cannot bank the refill of idle time:
/// within any `D` seconds no more is spent than `cap + cap * (D + W) / length` (INV-14).
library RollingAmount {
    uint256 private constant LEVEL_MASK = type(uint208).max;

    /// @notice Charges `amount`, unless that is more than what is left.
    /// @param cap Size of the bucket, in base units; below 2^128.
    /// @param length Time in which an empty bucket refills, in seconds; below 2^32, not 0.
    /// @param validAfter Beginning of the signed window.
    /// @return charged Whether it was charged.
    /// @return remaining What was left before.
    /// @return wait Seconds until there is enough; 0 where `amount` is more than the bucket holds.
    function charge(
        Meter storage meter,
        uint256 cap,
        uint256 length,
        uint256 validAfter,
        uint256 amount
    ) internal returns (bool charged, uint256 remaining, uint256 wait) {
        unchecked {
            (uint256 clock, uint256 level) = read(meter, cap, validAfter);
            // Safe unchecked: products of 128 and 32 bits, and of 48 and 128 bits.
            uint256 full = cap * length;
            remaining = level < full ? (full - level) / length : 0;
            if (amount > remaining) {
                if (amount <= cap) wait = (level + amount * length - full + cap - 1) / cap;
                return (false, remaining, wait);
            }
            meter.word = (clock << 208) | (level + amount * length);
            return (true, remaining, 0);
        }
    }

    /// @notice Returns the bucket's clock and level at `timestamp`, or at its own clock where that is later.
    function read(
        Meter storage meter,
        uint256 cap,
        uint256 timestamp
    ) internal view returns (uint256 clock, uint256 level) {
        uint256 word = meter.word;
        clock = word >> 208;
        level = word & LEVEL_MASK;
        if (timestamp > clock) {
            unchecked {
                // Safe unchecked: 48 bits times 128 bits.
                uint256 refill = (timestamp - clock) * cap;
                level = level > refill ? level - refill : 0;
                clock = timestamp;
            }
        }
    }
}
