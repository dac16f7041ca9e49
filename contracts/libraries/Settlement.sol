// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPolicyErrors} from "../interfaces/IPolicyErrors.sol";
import {Meter} from "./Meter.sol";

/// @title Settlement
/// @notice Lets a charge wait for the execution: reserved in validation, written by the batch's own last call.
/// @dev An operation executes only in the transaction that has validated it. What it reserves is a transient mark, which
/// counts against every limit in that transaction and is gone after it. When the execution succeeds, its last call has
/// turned the mark into a charge; when it reverts, nothing was written, and the budget is simply still there.
/// The mark lies in the slot behind the meter's: associated with the account (ERC-7562 OP-070), and never the number of a
/// slot that holds anything persistent.
library Settlement {
    /// @notice Returns what operations of this transaction have reserved of the meter in `period`.
    function reserved(Meter storage meter, uint256 period) internal view returns (uint256 amount) {
        uint256 mark = _mark(meter);
        assembly ("memory-safe") {
            amount := mul(eq(shr(128, mark), period), shr(128, shl(128, mark)))
        }
    }

    /// @notice Reserves `amount` of the meter in `period`, on top of what is reserved.
    /// @dev A mark of another period is of operations that cannot run any more in this transaction: their windows have
    /// passed, or this one's has not begun.
    function reserve(Meter storage meter, uint256 period, uint256 amount) internal {
        // Safe: the caller has found the sum within a limit of 128 bits.
        _setMark(meter, (period << 128) | (reserved(meter, period) + amount));
    }

    /// @notice Writes what was reserved to the meter: as much of `charge` as there is.
    /// @dev INV-13: never reverts and never writes more than validation has reserved, whoever calls it with whatever charge.
    /// @param charge `period(128) ‖ amount(128)`.
    function settle(Meter storage meter, uint256 charge) internal {
        uint256 period = charge >> 128;
        uint256 waiting = reserved(meter, period);
        uint256 amount = uint128(charge);
        if (amount > waiting) amount = waiting;
        if (amount == 0) return;

        unchecked {
            // Safe unchecked: `amount <= waiting`; and what is spent and reserved together kept a limit of 128 bits.
            _setMark(meter, (period << 128) | (waiting - amount));
            uint256 word = meter.word;
            // A period that has passed has nothing to be charged to.
            if (word >> 128 > period) return;
            uint256 spent = word >> 128 == period ? uint128(word) : 0;
            meter.word = (period << 128) | (spent + amount);
        }
    }

    /// @notice Denies unless the batch's last call carries this charge at this position.
    /// @param charges Where the charges of the call lie in the calldata, behind their number.
    function check(uint256 charges, uint256 index, bytes32 meterId, uint256 charge) internal pure {
        bytes32 actualId;
        uint256 actual;
        unchecked {
            // Safe unchecked: offsets in the calldata.
            uint256 position = charges + 64 * index;
            assembly ("memory-safe") {
                actualId := calldataload(position)
                actual := calldataload(add(position, 32))
            }
        }
        if (index >= count(charges) || actualId != meterId || actual != charge) {
            revert IPolicyErrors.SettlementMismatch(index, meterId, charge);
        }
    }

    /// @notice Returns how many charges the batch's last call carries.
    /// @param charges Where they lie in the calldata, behind their number.
    function count(uint256 charges) internal pure returns (uint256 length) {
        assembly ("memory-safe") {
            length := calldataload(sub(charges, 32))
        }
    }

    function _mark(Meter storage meter) private view returns (uint256 mark) {
        assembly ("memory-safe") {
            mark := tload(add(meter.slot, 1))
        }
    }

    function _setMark(Meter storage meter, uint256 mark) private {
        assembly ("memory-safe") {
            tstore(add(meter.slot, 1), mark)
        }
    }
}
