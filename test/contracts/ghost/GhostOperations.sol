// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {PackedUserOperation} from "@openzeppelin/contracts/interfaces/IERC4337.sol";
import {IPolicyErrors} from "../../../contracts/interfaces/IPolicyErrors.sol";
import {Ghost} from "./Ghost.sol";
import {vm} from "../Vm.sol";
import {GhostAccount} from "./GhostAccount.sol";
import {GhostRandom, Random} from "./GhostRandom.sol";
import {GhostRules} from "./GhostRules.sol";
import {GhostSets} from "./GhostSets.sol";
import {
    Denial,
    GhostAsset,
    GhostCall,
    GhostOperation,
    GhostPolicy,
    GhostRule,
    Interval,
    Settle,
    Shape
} from "./GhostTypes.sol";
import {GhostTierDraws, TierCoverage} from "./GhostTierDraws.sol";

/// @dev What the runs have seen.
struct Coverage {
    uint256 operations;
    uint256 passed;
    uint256 settled;
    uint256 failed;
    uint256 refunded;
    uint256 expired;
    uint256 unsigned;
    uint256 together;
    uint256[33] denials;
    uint256 refusedActs;
    uint256[12] acts;
    uint256 levers;
    uint256 replays;
    uint256 bySet;
    uint256 beforeSet;
    uint256 listed;
    uint256 items;
    uint256 crowds;
    uint256 intrusions;
    TierCoverage tiers;
}

/// @title GhostOperations
/// @notice Draws operations and has the accounts validate and execute them as an EntryPoint does: validates all, each against
/// its window, then executes all.
abstract contract GhostOperations is GhostTierDraws {
    using GhostRandom for Random;

    /// @dev The bundle is dropped, as it should be: an operation is denied, expired or not signed.
    error Denied(uint256 bit);
    error Expired();
    error Unsigned();

    error OnlySelf();

    Coverage internal _coverage;

    /// @notice Handles a bundle and says which executions succeeded. Reverts where an EntryPoint does.
    function handleOps(GhostOperation[] memory ops) external returns (bool[] memory successes) {
        if (msg.sender != address(this)) revert OnlySelf();
        bytes[] memory callData = new bytes[](ops.length);
        for (uint256 i; i < ops.length; ++i) callData[i] = _validate(ops[i], i);
        successes = new bool[](ops.length);
        for (uint256 i; i < ops.length; ++i) {
            _giveItems(ops[i]);
            if (ops[i].announcing.length != 0) vm.recordLogs();
            (successes[i], ) = ops[i].account.call(callData[i]);
            bool fails;
            for (uint256 j; j < ops[i].calls.length; ++j) fails = fails || ops[i].calls[j].shape == Shape.FAIL;
            // What is announced does not have to be whole for its validation.
            if (ops[i].announcing.length != 0) fails = ops[i].calls[0].amount == 0;
            if (successes[i] == fails) revert Disagreement("execution", i, 0, 0, callData[i]);
            _modelFinish(i, successes[i]);
            _finishTier(ops[i], successes[i]);
        }
    }

    function _validate(GhostOperation memory op, uint256 number) private returns (bytes memory) {
        (PackedUserOperation memory packed, bytes32 hash) = _pack(op);
        if (op.watched) vm.recordLogs();
        (uint256 denials, uint256 doubts) = _modelJudge(op, number);
        try GhostAccount(payable(op.account)).validateUserOp(packed, hash, 0) returns (uint256 validationData) {
            if (denials != 0) revert Disagreement("passed", number, denials, doubts, packed.callData);
            uint256 expected = (uint256(op.validAfter) << 208) | (uint256(op.validUntil) << 160) | (op.signed ? 0 : 1);
            if (validationData != expected) {
                revert Disagreement("window", number, expected, doubts, abi.encode(validationData));
            }
            if (op.watched) _requireTierLog(op, hash);
        } catch (bytes memory reason) {
            uint256 bit = _bitOf(bytes4(reason));
            if ((denials | doubts) & bit == 0) revert Disagreement("denied", number, denials, doubts, reason);
            bytes memory expected = _tierReason(op, bit);
            if (expected.length != 0 && keccak256(expected) != keccak256(reason)) {
                revert Disagreement("reason", number, denials, doubts, reason);
            }
            revert Denied(bit);
        }
        if (!op.signed) revert Unsigned();
        if (block.timestamp < op.validAfter || block.timestamp > op.validUntil) revert Expired();
        return packed.callData;
    }

    /// @dev Has the bundle handled, and counts what became of it.
    function _handle(GhostOperation[] memory ops) internal {
        _coverage.operations += ops.length;
        try this.handleOps(ops) returns (bool[] memory successes) {
            if (ops.length > 1) ++_coverage.together;
            for (uint256 i; i < ops.length; ++i) {
                ++_coverage.passed;
                _see(ops[i]);
                if (ops[i].settle != Settle.NONE) ++_coverage.settled;
                if (!successes[i]) ++_coverage.failed;
                if (!successes[i] && ops[i].settle != Settle.NONE) ++_coverage.refunded;
            }
        } catch (bytes memory reason) {
            bytes4 selector = bytes4(reason);
            if (selector == Expired.selector) {
                ++_coverage.expired;
            } else if (selector == Unsigned.selector) {
                ++_coverage.unsigned;
            } else if (selector == Denied.selector) {
                uint256 bit = uint256(bytes32(_tail(reason)));
                for (uint256 i; i < Denial.COUNT; ++i) if (bit & (1 << i) != 0) ++_coverage.denials[i];
            } else {
                assembly ("memory-safe") {
                    revert(add(reason, 32), mload(reason))
                }
            }
        }
    }

    /// @dev Counts the calls that passed by a set, or beside one.
    function _see(GhostOperation memory op) private {
        GhostPolicy memory policy = _modelPolicyOf(_agents[op.account][op.agent].policyHash);
        for (uint256 i; i < op.calls.length; ++i) {
            (bool found, GhostRule memory rule) = _ruleOf(op, policy, op.calls[i]);
            if (!found) continue;
            if (Shape.isItem(op.calls[i].shape)) ++_coverage.items;
            if (rule.list != 0) ++_coverage.listed;
            if (rule.set != 0) {
                ++_coverage.bySet;
            } else {
                (found, ) = GhostRules.ruleOfSets(policy, op.calls[i]);
                if (found) ++_coverage.beforeSet;
            }
        }
    }

    function _tail(bytes memory reason) private pure returns (bytes memory tail) {
        tail = new bytes(32);
        for (uint256 i; i < 32; ++i) tail[i] = reason[4 + i];
    }

    /* DRAWING */

    function _drawOperation(
        Random memory random,
        address account,
        address agent
    ) internal returns (GhostOperation memory op) {
        Ghost.Agent memory found = _modelAgentOf(account, agent);
        GhostPolicy memory policy = _modelPolicyOf(found.policyHash);
        (op.account, op.agent) = (account, agent);
        op.signed = random.chance(97);
        op.batch = random.chance(30);
        _drawWindow(random, op, policy);
        _drawSurroundings(random, op, policy);

        uint256 count = random.chance(60) ? 1 : random.between(1, 4);
        if (count > policy.maxCalls && random.chance(90)) count = policy.maxCalls;
        if (random.chance(1)) count = 0;
        op.calls = new GhostCall[](count);
        for (uint256 i; i < count; ++i) op.calls[i] = _drawCall(random, op, policy);
        if (random.chance(policy.demandsSettlement ? 90 : 35)) {
            op.settle = random.chance(93) ? Settle.RIGHT : uint8(random.between(Settle.AMOUNT, Settle.COUNT - 1));
        }
        // Whether a batch of nothing but a `settle` is empty, the text does not say.
        if (count == 0) op.settle = Settle.NONE;
        if (found.policyHash == 0)
            op.settle = Settle.NONE;
            // The last call is either no `settle`, or the one that the model knows of.
        else if (count != 0 && op.calls[count - 1].shape == Shape.EARLY_SETTLE) op.settle = Settle.RIGHT;
        _nameItems(op);
        op = _drawTier(random, op, policy);
    }

    function _drawWindow(Random memory random, GhostOperation memory op, GhostPolicy memory policy) private view {
        uint256 width = policy.maxWindow == 0 ? 60 : policy.maxWindow;
        // Narrow ones seldom cross from one period to the next.
        if (random.chance(60) && width > 10) width = 10;
        else if (random.chance(60) && width > 120) width = 120;
        uint256 before = random.chance(50) ? 0 : random.below(width / 2 + 1);
        uint256 behind = random.chance(30) ? width - before : random.below(width - before + 1);
        (op.validAfter, op.validUntil) = (uint48(block.timestamp - before), uint48(block.timestamp + behind));
        if (random.chance(20)) return _drawEdge(random, op, policy);
        if (!random.chance(4)) return;
        uint256 kind = random.below(6);
        if (kind == 0) op.validUntil = op.validAfter + policy.maxWindow + 1;
        else if (kind == 1) (op.validAfter, op.validUntil) = (op.validUntil + 1, op.validAfter);
        else if (kind == 2) (op.validAfter, op.validUntil) = (op.validAfter - 90_000, op.validUntil - 90_000);
        else if (kind == 3) (op.validAfter, op.validUntil) = (op.validAfter + 90_000, op.validUntil + 90_000);
        else if (kind == 4) op.validUntil = uint48(2 ** 32 - 1 + random.below(3));
        else (op.validAfter, op.validUntil) = (0, uint48(random.below(2)));
    }

    /// @dev A window that ends or begins at, or a second beyond, where the policy's times change.
    function _drawEdge(Random memory random, GhostOperation memory op, GhostPolicy memory policy) private view {
        uint256 edge = policy.validUntil + 1;
        uint256 kind = random.below(3);
        if (kind == 1 && policy.blackouts.length != 0) {
            Interval memory blackout = policy.blackouts[random.below(policy.blackouts.length)];
            edge = random.chance(50) ? blackout.start : blackout.end;
        } else if (kind == 2 && policy.weekly.length != 0) {
            Interval memory weekly = policy.weekly[random.below(policy.weekly.length)];
            // 5 January 1970 was a Monday.
            uint256 monday = 4 days + ((block.timestamp - 4 days) / 7 days) * 7 days;
            edge = monday + (random.chance(50) ? weekly.start : weekly.end);
        }
        if (edge >= 2 ** 32) return;
        uint256 width = random.below(policy.maxWindow < 60 ? policy.maxWindow + 1 : 60);
        edge -= random.below(2);
        (op.validAfter, op.validUntil) =
            random.chance(50) ? (uint48(edge - width), uint48(edge)) : (uint48(edge), uint48(edge + width));
    }

    function _drawSurroundings(Random memory random, GhostOperation memory op, GhostPolicy memory policy) private view {
        op.nonceKey = (uint192(uint160(address(VALIDATOR))) << 32) | uint32(random.below(3) == 0 ? 1 : 0);
        op.sequence = uint64(random.word());
        (op.verificationGas, op.callGas) = (
            uint128(random.between(80_000, 200_000)),
            uint128(random.between(60_000, 150_000))
        );
        op.preVerificationGas = uint128(random.between(20_000, 50_000));
        op.paymasterGas = uint128(random.below(20_000));
        op.maxFeePerGas = uint128(random.between(1 gwei, 8 gwei));
        if (op.maxFeePerGas > policy.maxFeePerGas) op.maxFeePerGas = policy.maxFeePerGas;
        if (random.chance(20) && policy.paymasters.length != 0) op.paymaster = policy.paymasters[0];
        if (policy.maxGas == 0 || !random.chance(4)) return;
        uint256 kind = random.below(7);
        if (kind == 0) op.initCode = hex"00";
        else if (kind == 1) op.nonceKey ^= uint192(1) << uint192(random.below(32));
        else if (kind == 2) op.paymaster = PAYMASTER;
        else if (kind == 3) op.maxFeePerGas = policy.maxFeePerGas + uint128(random.below(2));
        else if (kind == 4) op.preVerificationGas = policy.maxPreVerificationGas + uint128(random.below(2));
        else if (kind == 5) op.callGas = uint128(policy.maxGas) - uint128(random.below(2)) * 300_000;
        else op.maxFeePerGas = uint128(random.below(2 ** 60));
    }

    function _drawCall(
        Random memory random,
        GhostOperation memory op,
        GhostPolicy memory policy
    ) private view returns (GhostCall memory call) {
        GhostRule memory rule;
        call.to = address(uint160(random.between(0x10000, type(uint160).max)));
        if (policy.rules.length == 0 || random.chance(3)) {
            call.shape = uint8(random.below(Shape.COUNT));
        } else {
            rule = policy.rules[random.below(policy.rules.length)];
            call.shape = rule.shape;
        }
        uint256 shape = call.shape;
        if (shape == Shape.TRANSFER_B) call.amount = _drawAmount(random, op, policy, 2, _world.tokenB, 0);
        else if (shape == Shape.ITEMS_7) call.amount = _drawAmount(random, op, policy, 4, _world.items, 7);
        else if (shape == Shape.ITEMS_9) call.amount = _drawAmount(random, op, policy, 4, _world.items, 9);
        else call.amount = _drawAmount(random, op, policy, 2, _world.tokenA, 0);
        if (shape == Shape.SWAP) call.other = _drawAmount(random, op, policy, 2, _world.tokenB, 0);
        GhostSets.aim(random, policy, rule, call, _world);
        if (rule.bounded && call.amount > rule.bound && random.chance(80)) {
            call.amount = rule.bound + random.below(2) * random.below(2);
        }
        if (rule.valueCap != 0 && random.chance(70)) {
            call.value = _drawAmount(random, op, policy, 1, address(0), 0);
            if (call.value > rule.valueCap) call.value = rule.valueCap + (random.chance(10) ? 1 : 0);
        }
        if (random.chance(1)) call.value += 1;
    }

    /// @dev An amount: small, what is left to the last unit, one more than that, nothing, or far too much.
    function _drawAmount(
        Random memory random,
        GhostOperation memory op,
        GhostPolicy memory policy,
        uint8 kind,
        address token,
        uint256 id
    ) private view returns (uint256) {
        uint256 mode = random.below(100);
        if (mode < 5) return 0;
        if (mode < 25) return random.between(1, 20);
        if (mode < 28) {
            uint256[4] memory huge = [uint256(1) << 104, 1 << 128, type(uint256).max, type(uint128).max];
            return huge[random.below(4)];
        }
        // Below what denies, and below some thresholds.
        uint256 left = _modelRemaining(
            op,
            policy,
            _agents[op.account][op.agent].number,
            GhostAsset({kind: kind, token: token, id: id}),
            1 | random.below(16)
        );
        if (mode < 36) return left;
        if (mode < 41) return left + 1;
        return left < 4 ? random.below(left + 1) : random.below(left / 4) + 1;
    }

    /// @dev Reason to which an error belongs; 0 for an error that no operation here should meet.
    function _bitOf(bytes4 selector) private pure returns (uint256) {
        if (selector == IPolicyErrors.AgentNotGranted.selector) return Denial.NOT_GRANTED;
        if (selector == IPolicyErrors.AgentFrozen.selector) return Denial.FROZEN;
        if (selector == IPolicyErrors.WindowInvalid.selector) return Denial.WINDOW;
        if (selector == IPolicyErrors.WindowTooWide.selector) return Denial.WIDTH;
        if (selector == IPolicyErrors.PolicyNotYetValid.selector) return Denial.VALIDITY;
        if (selector == IPolicyErrors.PolicyExpired.selector) return Denial.VALIDITY;
        if (selector == IPolicyErrors.OutsideSchedule.selector) return Denial.SCHEDULE;
        if (selector == IPolicyErrors.InBlackout.selector) return Denial.BLACKOUT;
        if (selector == IPolicyErrors.InitCodeNotAllowed.selector) return Denial.INIT_CODE;
        if (selector == IPolicyErrors.NonceNotAllowed.selector) return Denial.NONCE;
        if (selector == IPolicyErrors.PaymasterNotAllowed.selector) return Denial.PAYMASTER;
        if (selector == IPolicyErrors.BatchEmpty.selector) return Denial.CALLS;
        if (selector == IPolicyErrors.BatchTooLarge.selector) return Denial.CALLS;
        if (selector == IPolicyErrors.PrivilegedTarget.selector) return Denial.TARGET;
        if (selector == IPolicyErrors.TargetNotAllowed.selector) return Denial.TARGET;
        if (selector == IPolicyErrors.SelectorNotAllowed.selector) return Denial.TARGET;
        if (selector == IPolicyErrors.RecipientNotAllowed.selector) return Denial.TARGET | Denial.ARGUMENT;
        if (selector == IPolicyErrors.SpenderNotAllowed.selector) return Denial.ARGUMENT;
        // No alternative of a switch, or beyond a bound.
        if (selector == IPolicyErrors.ArgumentNotAllowed.selector) return Denial.ARGUMENT | Denial.TARGET;
        if (selector == IPolicyErrors.ApprovalExceedsMax.selector) return Denial.ARGUMENT;
        if (selector == IPolicyErrors.ValueExceedsCap.selector) return Denial.VALUE;
        if (selector == IPolicyErrors.CapExceeded.selector) return Denial.CAP;
        if (selector == IPolicyErrors.BudgetExceeded.selector) return Denial.BUDGET;
        if (selector == IPolicyErrors.RateLimitExceeded.selector) return Denial.RATE;
        if (selector == IPolicyErrors.WindowSpansPeriods.selector) return Denial.SPANS;
        if (selector == IPolicyErrors.PeriodNotBegun.selector) return Denial.ANCHOR;
        if (selector == IPolicyErrors.PeriodElapsed.selector) return Denial.ELAPSED;
        if (selector == IPolicyErrors.SettlementRequired.selector) return Denial.SETTLE_REQUIRED;
        if (selector == IPolicyErrors.SettlementMismatch.selector) return Denial.SETTLE_MISMATCH;
        if (selector == IPolicyErrors.TooManyMeters.selector) return Denial.METERS;
        if (selector == IPolicyErrors.FeePerGasExceedsCap.selector) return Denial.GAS_CAPS;
        if (selector == IPolicyErrors.PreVerificationGasExceedsCap.selector) return Denial.GAS_CAPS;
        if (selector == IPolicyErrors.GasExceedsCap.selector) return Denial.GAS_CAPS;
        if (selector == IPolicyErrors.GasBudgetExceeded.selector) return Denial.GAS_BUDGET;
        return _tierBitOf(selector);
    }
}
