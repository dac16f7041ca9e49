// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Meter} from "../../../contracts/libraries/Meter.sol";
import {Settlement} from "../../../contracts/libraries/Settlement.sol";

/// @notice INV-13: whatever it is called with, `settle` writes what is reserved and no more, and does not revert.
contract SettlementTest {
    using Settlement for Meter;

    Meter private _meter;

    function testFuzz_Settle_MovesWhatIsReserved(
        uint8 storedPeriod,
        uint8 period,
        uint8 settledPeriod,
        uint128 spent,
        uint120 first,
        uint120 second,
        uint128 amount
    ) external {
        // Few periods, so that they meet.
        uint256 stored = storedPeriod % 4;
        uint256 current = period % 4;
        uint256 settled = settledPeriod % 4;
        uint256 waiting = uint256(first) + second;
        // What is spent and reserved together keeps 128 bits.
        uint256 before = (stored << 128) | (uint256(spent) % (type(uint128).max - waiting + 1));
        _meter.word = before;
        _meter.reserve(current, first);
        _meter.reserve(current, second);
        assert(_meter.reserved(current) == waiting);
        assert(_meter.reserved(current + 1) == 0);

        _meter.settle((settled << 128) | amount);

        uint256 moved;
        if (settled == current) moved = amount < waiting ? amount : waiting;
        assert(_meter.reserved(current) == waiting - moved);
        if (moved == 0 || stored > current) {
            assert(_meter.word == before);
        } else {
            assert(_meter.word >> 128 == current);
            assert(uint128(_meter.word) == (stored == current ? uint128(before) : 0) + moved);
        }
    }

    function testFuzz_Reserve_ForgetsAnotherPeriod(
        uint64 period,
        uint64 other,
        uint128 amount,
        uint128 before
    ) external {
        if (period == other) return;
        _meter.reserve(other, before);
        _meter.reserve(period, amount);
        assert(_meter.reserved(period) == amount);
        assert(_meter.reserved(other) == 0);
    }
}
