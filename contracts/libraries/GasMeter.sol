// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {PackedUserOperation} from "@openzeppelin/contracts/interfaces/IERC4337.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IPolicyErrors} from "../interfaces/IPolicyErrors.sol";
import {GrantWord} from "./GrantWords.sol";
import {PolicyFormat} from "./PolicyFormat.sol";
import {Policy} from "./PolicyReader.sol";

/// @title GasMeter
/// @notice Holds the agent to the policy's gas caps and daily gas budget.
/// @dev INV-9: what is charged is the maximal prefund of ERC-4337, the most that the operation can cost in any outcome. It
/// is charged whoever pays, and is final: a failing operation burns gas too. Rounds up to the policy's unit.
library GasMeter {
    /// @dev Stands for the day's gas budget where an error names a limit.
    uint256 internal constant GAS_BUDGET = type(uint256).max;

    uint256 private constant MAX_SPENT = type(uint40).max;

    /// @notice Returns the sum of the operation's gas limits, and the maximal prefund in wei.
    /// @dev The EntryPoint has bounded every field to 120 bits (AA94), so that the products fit; whoever else calls runs
    /// into checked arithmetic.
    /// @param paymasterAndData That of the operation: empty, or of 52 bytes at least.
    function prefund(
        PackedUserOperation calldata userOp,
        bytes calldata paymasterAndData
    ) internal pure returns (uint256 gas, uint256 cost) {
        unchecked {
            // Safe unchecked: a sum of at most four numbers of 128 bits.
            uint256 limits = uint256(userOp.accountGasLimits);
            gas = (limits >> 128) + uint128(limits);
            if (paymasterAndData.length != 0) {
                // The paymaster's address, then its verification and its postOp gas limit.
                limits = uint256(bytes32(paymasterAndData[20:52]));
                gas += (limits >> 128) + uint128(limits);
            }
        }
        gas += userOp.preVerificationGas;
        cost = gas * uint128(uint256(userOp.gasFees));
    }

    /// @notice Denies the operation unless it keeps the policy's gas caps.
    /// @param limits Sum of its gas limits.
    function checkCaps(Policy policy, PackedUserOperation calldata userOp, uint256 limits) internal pure {
        uint256 fee = uint128(uint256(userOp.gasFees));
        uint256 feeCap = policy.field(PolicyFormat.MAX_FEE_PER_GAS_OFFSET, 16);
        uint256 preVerificationGas = userOp.preVerificationGas;
        uint256 preVerificationGasCap = policy.field(PolicyFormat.MAX_PRE_VERIFICATION_GAS_OFFSET, 8);
        uint256 gasCap = policy.field(PolicyFormat.MAX_GAS_OFFSET, 8);
        bool denied;
        assembly ("memory-safe") {
            denied := or(or(gt(fee, feeCap), gt(preVerificationGas, preVerificationGasCap)), gt(limits, gasCap))
        }
        if (denied) {
            if (fee > feeCap) revert IPolicyErrors.FeePerGasExceedsCap(fee, feeCap);
            if (preVerificationGas > preVerificationGasCap) {
                revert IPolicyErrors.PreVerificationGasExceedsCap(preVerificationGas, preVerificationGasCap);
            }
            revert IPolicyErrors.GasExceedsCap(limits, gasCap);
        }
    }

    /// @notice Charges `cost` wei to the day's gas budget, and returns the grant with what is then spent.
    /// @dev INV-4: both ends of the window lie in one UTC day, and no earlier one than the meter's. Reverts with
    /// `WindowSpansPeriods`, `PeriodElapsed` or `GasBudgetExceeded`.
    /// @param lenient Whether too great a cost denies nothing: the signature is a stub, and so is the gas.
    function charge(
        GrantWord grant,
        Policy policy,
        uint256 cost,
        uint256 validAfter,
        uint256 validUntil,
        bool lenient
    ) internal pure returns (GrantWord) {
        unchecked {
            // Safe unchecked: times below 2^48, an exponent of at most 15, and sums that the comparisons bound.
            uint256 day = validAfter / 1 days;
            uint256 resetsAt = (day + 1) * 1 days;
            uint256 stored = grant.gasPeriod();
            if (validUntil >= resetsAt) {
                revert IPolicyErrors.WindowSpansPeriods(GAS_BUDGET, uint48(resetsAt));
            }
            if (stored > day) revert IPolicyErrors.PeriodElapsed(GAS_BUDGET, day, stored);

            // `gasBudget(5) ‖ gasExponent(1)`
            uint256 budget = policy.field(PolicyFormat.GAS_BUDGET_OFFSET, 6);
            uint256 exponent = budget & 0xff;
            budget >>= 8;
            uint256 unit = 10 ** exponent;
            uint256 spent = spentIn(grant, day, exponent);
            uint256 charged;
            assembly ("memory-safe") {
                // Rounded up. No unit is 0.
                charged := add(div(cost, unit), iszero(iszero(mod(cost, unit))))
            }
            // Nothing to charge: what was spent is not converted, because a conversion may not be undone.
            if (charged == 0) return grant;
            uint256 remaining = budget > spent ? budget - spent : 0;
            if (charged > remaining) {
                if (!lenient) {
                    revert IPolicyErrors.GasBudgetExceeded(cost, remaining * unit, uint48(resetsAt));
                }
                charged = remaining;
            }
            // Safe: at most the budget, of 40 bits, or what was spent before.
            return grant.withGas(exponent, day, spent + charged);
        }
    }

    /// @notice Returns the gas spent on `day`, in units of `10^exponent` wei, rounded up where the unit has changed.
    /// @dev What no longer fits after a change to a finer unit stays at the most that can be spent.
    function spentIn(GrantWord grant, uint256 day, uint256 exponent) internal pure returns (uint256 spent) {
        if (grant.gasPeriod() == day) {
            spent = grant.gasSpent();
            uint256 stored = grant.gasExponent();
            if (stored != exponent) spent = _convert(spent, stored, exponent);
        }
    }

    function _convert(uint256 spent, uint256 stored, uint256 exponent) private pure returns (uint256) {
        unchecked {
            // Safe unchecked: 40 bits times 10^15 fit in 90.
            if (stored > exponent) return Math.min(spent * 10 ** (stored - exponent), MAX_SPENT);
            return Math.ceilDiv(spent, 10 ** (exponent - stored));
        }
    }
}
