// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {GhostCalendar} from "./GhostCalendar.sol";
import {GhostRules} from "./GhostRules.sol";
import {GhostTiers} from "./GhostTiers.sol";
import {
    Denial,
    GhostAsset,
    GhostCall,
    GhostCharge,
    GhostLimit,
    GhostOperation,
    GhostPolicy,
    GhostRule,
    Settle,
    Shape
} from "./GhostTypes.sol";

/// @title Ghost
/// @notice Model of the validator, written from `docs/policy-format.md`, `docs/invariants.md`, `docs/levers.md` and
/// `docs/tiers.md` alone.
/// @dev It shares no code with the contracts, and remembers spending otherwise: as a list of all charges, instead of sums.
/// What the text leaves open is open here too.
abstract contract Ghost is GhostTiers {
    address internal immutable TOKEN_A;
    address internal immutable TOKEN_B;
    address internal immutable ITEMS;
    address internal immutable COLLECTION;
    address internal immutable SPENDER;

    /// @notice Begins a transaction.
    function _modelBegin() internal {
        ++_step;
    }

    /// @notice Judges an operation, and charges what it spends if it passes.
    /// @param number Position of the operation in its transaction.
    /// @return denials Every reason to deny it; 0 if it has to pass.
    /// @return doubts Reasons that the text leaves open.
    function _modelJudge(GhostOperation memory op, uint256 number) internal returns (uint256 denials, uint256 doubts) {
        Agent memory agent = _agents[op.account][op.agent];
        GhostPolicy memory policy = _modelPolicyOf(agent.policyHash);
        if (agent.policyHash == 0) return (Denial.NOT_GRANTED, _judgeLength(op, policy));
        if (agent.frozen) return (Denial.FROZEN, _judgeLength(op, policy));
        denials = _judgeWindow(op, policy) | _judgeEnvelope(op, policy) | _judgeCalls(op, policy);
        denials |= _judgeGas(op, policy, agent.number) | _judgeLength(op, policy);
        uint256 limitDenials;
        (limitDenials, doubts, op.tier) = _judgeLimits(op, policy, agent.number);
        denials |= limitDenials;
        if (denials == 0) denials = _judgeTier(op, policy);
        if (denials != 0 || !op.signed) return (denials, doubts);
        _charge(op, policy, agent.number, number);
        _useTier(op, policy);
    }

    /// @notice Returns the tier that the operation has now.
    function _modelTier(GhostOperation memory op, GhostPolicy memory policy) internal view returns (uint8 tier) {
        (, , tier) = _judgeLimits(op, policy, _agents[op.account][op.agent].number);
    }

    /// @notice Ends an operation: what it has reserved is spent, or is given back because the execution has failed.
    function _modelFinish(uint256 number, bool success) internal {
        Pending[] memory pending = _pending[number];
        delete _pending[number];
        if (success) return;
        for (uint256 i; i < pending.length; ++i) _entries[pending[i].key][pending[i].index].back = true;
    }

    /// @notice Returns what the operation's `settle` has to carry.
    function _modelCharges(
        GhostOperation memory op,
        GhostPolicy memory policy
    ) internal view returns (GhostCharge[] memory list) {
        uint256[][] memory totals = _totals(op, policy);
        uint256 count;
        list = new GhostCharge[](policy.limits.length);
        for (uint256 i; i < list.length; ++i) {
            GhostLimit memory limit = policy.limits[i];
            uint256 amount = totals[limit.asset][limit.group];
            if (amount == 0 || !_isSettled(policy, limit) || _sharesMeter(policy, i)) continue;
            uint256 period;
            if (limit.kind != 2 || op.validAfter >= limit.anchor) (period, , ) = _period(limit, op.validAfter);
            uint256 room = _room(op, limit, _keyOf(op.account, _agents[op.account][op.agent].number, policy, limit));
            list[count++] = GhostCharge({limit: i, period: period, amount: amount < room ? amount : room});
        }
        assembly ("memory-safe") {
            mstore(list, count)
        }
    }

    /// @notice Returns what is used of a limit at a second, between two bounds, and when its period ends.
    function _modelUsage(
        address account,
        uint256 number,
        GhostPolicy memory policy,
        uint256 index,
        uint256 time
    ) internal view returns (uint256 low, uint256 high, uint256 resetsAt) {
        GhostLimit memory limit = policy.limits[index];
        bytes32 key = _keyOf(account, number, policy, limit);
        if (limit.kind == 1) return (0, 0, 0);
        if (limit.kind == 5) {
            Bucket memory bucket = _lack(key, limit, time);
            return (bucket.low >> 64, (bucket.high >> 64) + 1, 0);
        }
        if (limit.kind == 6) {
            low = _counted(key, limit, time);
            return (low, low, 0);
        }
        if (limit.kind == 2 && time < limit.anchor) return (0, 0, limit.anchor);
        (low, , ) = _spent(key, limit, time);
        (, , resetsAt) = _period(limit, time);
        high = low;
    }

    /// @notice Returns what the operations of the agent may still spend of an asset at a second, by periods and lifetimes.
    /// @param actions Which limits are looked at: bit `n` for those of action `n`.
    function _modelRemaining(
        GhostOperation memory op,
        GhostPolicy memory policy,
        uint256 number,
        GhostAsset memory asset,
        uint256 actions
    ) internal view returns (uint256 least) {
        uint256 time = op.validAfter;
        least = type(uint128).max;
        for (uint256 i; i < policy.limits.length; ++i) {
            GhostLimit memory limit = policy.limits[i];
            GhostAsset memory found = policy.assets[limit.asset];
            if (found.kind != asset.kind || found.token != asset.token || found.id != asset.id) continue;
            if ((actions >> limit.action) & 1 == 0) continue;
            if (limit.kind > 5 || (limit.kind == 2 && time < limit.anchor)) continue;
            bytes32 key = _keyOf(op.account, number, policy, limit);
            uint256 taken;
            if (limit.kind == 5) {
                taken = (_lack(key, limit, time).high >> 64) + 1;
            } else if (limit.kind != 1) {
                (uint256 sum, uint256 reserved, ) = _spent(key, limit, time);
                taken = sum + reserved;
            }
            uint256 left = limit.amount > taken ? limit.amount - taken : 0;
            if (left < least) least = left;
        }
    }

    /* JUDGING */

    function _judgeWindow(GhostOperation memory op, GhostPolicy memory policy) private pure returns (uint256 denials) {
        (uint48 from, uint48 to) = (op.validAfter, op.validUntil);
        if (to < from || to == 0 || to >= 2 ** 32) return Denial.WINDOW;
        if (to - from > policy.maxWindow) denials |= Denial.WIDTH;
        if (from < policy.validAfter || to > policy.validUntil) denials |= Denial.VALIDITY;
        if (!GhostCalendar.within(policy.weekly, from, to)) denials |= Denial.SCHEDULE;
        for (uint256 i; i < policy.blackouts.length; ++i) {
            if (from < policy.blackouts[i].end && to >= policy.blackouts[i].start) denials |= Denial.BLACKOUT;
        }
    }

    function _judgeEnvelope(
        GhostOperation memory op,
        GhostPolicy memory policy
    ) private pure returns (uint256 denials) {
        if (op.initCode.length != 0) denials |= Denial.INIT_CODE;
        if (op.nonceKey & policy.nonceMask != policy.nonceValue) denials |= Denial.NONCE;
        if (op.paymaster != address(0)) {
            bool listed;
            for (uint256 i; i < policy.paymasters.length; ++i) listed = listed || policy.paymasters[i] == op.paymaster;
            if (!listed) denials |= Denial.PAYMASTER;
        }
    }

    function _judgeCalls(GhostOperation memory op, GhostPolicy memory policy) private view returns (uint256 denials) {
        if (_modelAnnounces(op, policy)) return 0;
        if (op.calls.length == 0 || op.calls.length > policy.maxCalls) denials |= Denial.CALLS;
        for (uint256 i; i < op.calls.length; ++i) {
            GhostCall memory call = op.calls[i];
            (bool found, GhostRule memory rule) = _ruleOf(op, policy, call);
            if (!found) {
                // What is not permitted may carry nothing either.
                denials |= call.value == 0 ? Denial.TARGET : Denial.TARGET | Denial.VALUE;
                continue;
            }
            if (call.value > rule.valueCap) denials |= Denial.VALUE;
            if (rule.bounded && call.amount > rule.bound) denials |= Denial.ARGUMENT;
            if (!GhostRules.isListed(policy, rule, call)) denials |= Denial.ARGUMENT;
            bool approves = call.shape == Shape.APPROVE_A;
            if (approves && rule.list == 0 && call.to != SPENDER) denials |= Denial.ARGUMENT;
        }
        if (op.settle == Settle.NONE && policy.demandsSettlement) denials |= Denial.SETTLE_REQUIRED;
        if (op.settle > Settle.RIGHT) denials |= Denial.SETTLE_MISMATCH;
    }

    function _judgeGas(
        GhostOperation memory op,
        GhostPolicy memory policy,
        uint256 number
    ) private view returns (uint256 denials) {
        (uint256 gas, uint256 cost) = _costOf(op);
        GasDay memory meter = _gas[op.account][number];
        uint256 day = op.validAfter / 1 days;
        if (op.validUntil / 1 days != day) denials |= Denial.SPANS;
        if (meter.day > day) denials |= Denial.ELAPSED;
        // A stub is held to its day alone.
        if (!op.signed) return denials;
        if (
            op.maxFeePerGas > policy.maxFeePerGas ||
            op.preVerificationGas > policy.maxPreVerificationGas ||
            gas > policy.maxGas
        ) denials |= Denial.GAS_CAPS;
        uint256 unit = 10 ** policy.gasExponent;
        uint256 spent = meter.day == day ? _roundUp(meter.spent, unit) : 0;
        if (spent + _roundUp(cost, unit) > policy.gasBudget * unit) denials |= Denial.GAS_BUDGET;
    }

    function _judgeLimits(
        GhostOperation memory op,
        GhostPolicy memory policy,
        uint256 number
    ) private view returns (uint256 denials, uint256 doubts, uint8 tier) {
        uint256[][] memory totals = _totals(op, policy);
        uint256 words;
        for (uint256 i; i < op.calls.length; ++i) {
            (, GhostRule memory rule) = _ruleOf(op, policy, op.calls[i]);
            if (rule.tier > tier) tier = rule.tier;
        }
        for (uint256 i; i < policy.limits.length; ++i) {
            GhostLimit memory limit = policy.limits[i];
            uint256 amount = totals[limit.asset][limit.group];
            if (amount == 0) continue;
            if (limit.kind == 1) {
                if (amount <= limit.amount) continue;
                if (limit.action == 0) denials |= Denial.CAP;
                else if (limit.action > tier) tier = limit.action;
                continue;
            }
            if (!_sharesMeter(policy, i)) words += limit.kind == 6 ? 3 : 1;
            bytes32 key = _keyOf(op.account, number, policy, limit);
            if (limit.kind == 6) {
                if (!_ratePasses(key, limit, op.validAfter, 0)) denials |= Denial.RATE;
            } else if (limit.kind == 5) {
                Bucket memory bucket = _lack(key, limit, op.validAfter);
                uint256 cap = uint256(limit.amount) << 64;
                uint256 wanted = amount > limit.amount ? cap + 1 : amount << 64;
                if (bucket.low + wanted > cap) denials |= Denial.BUDGET;
                else if (bucket.high + wanted > cap) doubts |= Denial.BUDGET;
            } else {
                (uint256 denied, bool beyond) = _judgePeriod(op, policy, limit, key, amount);
                denials |= denied;
                if (beyond && limit.action > tier) tier = limit.action;
            }
        }
        if (words > 16) denials |= Denial.METERS;
    }

    function _judgePeriod(
        GhostOperation memory op,
        GhostPolicy memory policy,
        GhostLimit memory limit,
        bytes32 key,
        uint256 amount
    ) private view returns (uint256 denials, bool beyond) {
        denials = _checkWindow(limit, op.validAfter, op.validUntil);
        if (denials != 0) return (denials, false);
        (uint256 sum, uint256 reserved, bool elapsed) = _spent(key, limit, op.validAfter);
        uint256 kind = policy.assets[limit.asset].kind;
        if (elapsed) denials |= Denial.ELAPSED;
        if (!op.signed && kind == 6) return (denials, false);
        beyond = amount > limit.amount || sum + reserved + amount > limit.amount;
        if (beyond && limit.action == 0) denials |= kind == 5 ? Denial.RATE : Denial.BUDGET;
    }

    /* CHARGING */

    function _charge(GhostOperation memory op, GhostPolicy memory policy, uint256 number, uint256 operation) private {
        (, uint256 cost) = _costOf(op);
        GasDay storage meter = _gas[op.account][number];
        uint256 unit = 10 ** policy.gasExponent;
        uint256 day = op.validAfter / 1 days;
        meter.spent = (meter.day == day ? _roundUp(meter.spent, unit) : 0) + _roundUp(cost, unit);
        meter.day = day;

        uint256[][] memory totals = _totals(op, policy);
        for (uint256 i; i < policy.limits.length; ++i) {
            GhostLimit memory limit = policy.limits[i];
            uint256 amount = totals[limit.asset][limit.group];
            if (amount == 0 || limit.kind == 1 || _sharesMeter(policy, i)) continue;
            bytes32 key = _keyOf(op.account, number, policy, limit);
            uint256 room = limit.kind < 5 ? _room(op, limit, key) : amount;
            if (amount > room) amount = room;
            uint256 index = _record(
                key,
                limit,
                Entry({
                    validAfter: op.validAfter,
                    validUntil: op.validUntil,
                    executed: uint48(block.timestamp),
                    step: _step,
                    maxWindow: policy.maxWindow,
                    back: false,
                    amount: uint128(amount),
                    cap: limit.amount
                })
            );
            if (op.settle == Settle.RIGHT && _isSettled(policy, limit)) {
                _pending[operation].push(Pending({key: key, index: index}));
            }
        }
    }

    /* READING */

    /// @dev What the meter can still count, of 128 bits. What goes beyond is charged as what fits: thresholds alone permit it.
    function _room(GhostOperation memory op, GhostLimit memory limit, bytes32 key) private view returns (uint256) {
        if (limit.kind == 2 && op.validAfter < limit.anchor) return type(uint128).max;
        (uint256 sum, uint256 reserved, ) = _spent(key, limit, op.validAfter);
        return type(uint128).max - sum - reserved;
    }

    /// @dev Limits whose charges a `settle` carries: periods, months and lifetimes of what can move.
    function _isSettled(GhostPolicy memory policy, GhostLimit memory limit) private pure returns (bool) {
        return limit.kind >= 2 && limit.kind <= 4 && policy.assets[limit.asset].kind <= 4;
    }

    /// @dev The rule that the call takes. No rule reaches what no operation may call.
    function _ruleOf(
        GhostOperation memory op,
        GhostPolicy memory policy,
        GhostCall memory call
    ) internal view returns (bool found, GhostRule memory rule) {
        if (GhostRules.isAimed(call.shape) && _isPrivileged(op.account, call.target)) return (false, rule);
        return GhostRules.ruleOf(policy, call);
    }

    /// @dev Whether no operation of the account may call this target.
    function _isPrivileged(address account, address target) internal view virtual returns (bool);

    /// @dev What the operation spends of each asset: of all permissions, then of each group.
    function _totals(
        GhostOperation memory op,
        GhostPolicy memory policy
    ) private view returns (uint256[][] memory totals) {
        totals = new uint256[][](policy.assets.length);
        for (uint256 i; i < totals.length; ++i) totals[i] = new uint256[](policy.groups.length + 1);
        for (uint256 i; i < op.calls.length; ++i) {
            GhostCall memory call = op.calls[i];
            (bool found, GhostRule memory rule) = _ruleOf(op, policy, call);
            if (!found) continue;
            _add(totals, policy, rule.group, 1, address(0), 0, call.value);
            if (call.shape == Shape.TRANSFER_A || call.shape == Shape.APPROVE_A || call.shape == Shape.SWAP) {
                _add(totals, policy, rule.group, 2, TOKEN_A, 0, call.amount);
            }
            if (call.shape == Shape.TRANSFER_B) _add(totals, policy, rule.group, 2, TOKEN_B, 0, call.amount);
            if (call.shape == Shape.SWAP) _add(totals, policy, rule.group, 2, TOKEN_B, 0, call.other);
            if (Shape.isItem(call.shape)) _add(totals, policy, rule.group, 3, COLLECTION, 0, 1);
            if (call.shape == Shape.ITEMS_7) _add(totals, policy, rule.group, 4, ITEMS, 7, call.amount);
            if (call.shape == Shape.ITEMS_9) _add(totals, policy, rule.group, 4, ITEMS, 9, call.amount);
        }
        (, uint256 cost) = _costOf(op);
        for (uint256 i; i < totals.length; ++i) {
            if (policy.assets[i].kind == 6) totals[i][0] = cost;
            if (policy.assets[i].kind != 5) continue;
            // One operation is one, whatever its calls; of a group, if it has a call of that group.
            totals[i][0] = 1;
            for (uint256 j; j < op.calls.length; ++j) {
                (bool found, GhostRule memory rule) = _ruleOf(op, policy, op.calls[j]);
                if (found) totals[i][rule.group] = 1;
            }
        }
    }

    function _add(
        uint256[][] memory totals,
        GhostPolicy memory policy,
        uint256 group,
        uint256 kind,
        address token,
        uint256 id,
        uint256 amount
    ) private pure {
        for (uint256 i; i < totals.length; ++i) {
            GhostAsset memory asset = policy.assets[i];
            if (asset.kind != kind || asset.token != token || asset.id != id) continue;
            totals[i][0] = _saturatingAdd(totals[i][0], amount);
            if (group != 0) totals[i][group] = _saturatingAdd(totals[i][group], amount);
        }
    }

    function _saturatingAdd(uint256 one, uint256 other) private pure returns (uint256) {
        return one > type(uint256).max - other ? type(uint256).max : one + other;
    }

    function _costOf(GhostOperation memory op) private pure returns (uint256 gas, uint256 cost) {
        gas = uint256(op.verificationGas) + op.callGas + op.preVerificationGas;
        if (op.paymaster != address(0)) gas += 2 * uint256(op.paymasterGas);
        cost = gas * op.maxFeePerGas;
    }

    function _roundUp(uint256 amount, uint256 unit) private pure returns (uint256) {
        return ((amount + unit - 1) / unit) * unit;
    }
}
