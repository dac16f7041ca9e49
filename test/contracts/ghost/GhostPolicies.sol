// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {GhostCodec} from "./GhostCodec.sol";
import {GhostRandom, Random} from "./GhostRandom.sol";
import {GhostSets} from "./GhostSets.sol";
import {GhostAsset, GhostLimit, GhostPolicy, GhostRule, Interval, Shape, World} from "./GhostTypes.sol";

/// @title GhostPolicies
/// @notice Draws well-formed policies.
library GhostPolicies {
    using GhostRandom for Random;

    /// @dev Typical cost of an operation, in wei.
    uint256 private constant TYPICAL_COST = 6e15;

    /// @notice Returns any policy that begins about now.
    function draw(
        Random memory random,
        World memory world,
        uint192 nonceValue,
        address guardian,
        address paymaster
    ) internal view returns (GhostPolicy memory policy) {
        policy.demandsSettlement = random.chance(15);
        policy.validAfter = random.chance(80) ? 0 : uint48(block.timestamp + random.below(2 hours));
        policy.validUntil =
            random.chance(60) ? uint48(2 ** 47 - 1) : uint48(block.timestamp + 2 hours + random.below(60 days));
        policy.maxWindow = random.chance(70) ? 3600 : uint32(random.between(1, 86_400));
        policy.chainId = random.chance(98) ? uint64(block.chainid) : uint64(block.chainid + 1);
        // The validator's address, and any lane.
        policy.nonceMask = random.chance(85) ? uint192(type(uint160).max) << 32 : type(uint192).max;
        policy.nonceValue = nonceValue & policy.nonceMask;
        policy.maxPreVerificationGas = uint64(random.between(50_000, 150_000));
        policy.maxGas = uint64(random.between(400_000, 1_500_000));
        policy.maxFeePerGas = uint128(random.between(1, 20) * 1 gwei);
        policy.gasExponent = uint8(random.between(6, 15));
        uint256 budget =
            random.chance(30) ? random.between(1, 12) * (TYPICAL_COST / 10) : TYPICAL_COST * random.between(1, 80);
        policy.gasBudget = uint40(budget / 10 ** policy.gasExponent + 1);
        policy.maxCalls = uint8(random.between(1, 6));
        if (random.chance(60)) policy.guardian = guardian;
        if (random.chance(30)) {
            policy.paymasters = new address[](random.between(1, 2));
            policy.paymasters[0] = paymaster;
            if (policy.paymasters.length == 2) policy.paymasters[1] = address(uint160(paymaster) + 1);
        }
        _drawRules(random, policy);
        for (uint256 i; i < policy.rules.length; ++i) {
            policy.rules[i].target = policy.rules[i].shape == Shape.PAY ? world.payee : world.sink;
        }
        GhostSets.draw(random, policy, world);
        _drawAssets(random, policy, world);
        _drawGroups(random, policy);
        _drawLimits(random, policy);
        _drawSchedule(random, policy);
    }

    function _drawRules(Random memory random, GhostPolicy memory policy) private pure {
        uint256 shapes = random.word() & random.word();
        if (random.chance(40)) shapes |= random.word();
        shapes |= 1 << random.below(Shape.FAIL);
        if (random.chance(70)) shapes |= 1 << Shape.FAIL;
        policy.rules = new GhostRule[](Shape.PERMITTED);
        uint256 count;
        for (uint8 shape; shape < Shape.PERMITTED; ++shape) {
            if ((shapes >> shape) & 1 == 0) continue;
            GhostRule memory rule = policy.rules[count++];
            rule.shape = shape;
            if (shape == Shape.PAY) rule.valueCap = uint128(random.between(1, 200));
            if (shape == Shape.POKE && random.chance(50)) rule.valueCap = uint128(random.between(1, 100));
            if (shape != Shape.PAY && shape < Shape.FAIL && random.chance(25)) {
                rule.bounded = true;
                rule.bound = uint128(random.between(1, 300));
            }
        }
        GhostRule[] memory rules = policy.rules;
        assembly ("memory-safe") {
            mstore(rules, count)
        }
    }

    function _drawAssets(Random memory random, GhostPolicy memory policy, World memory world) private pure {
        bool[7] memory used;
        for (uint256 i; i < policy.rules.length; ++i) {
            uint256 shape = policy.rules[i].shape;
            if (policy.rules[i].valueCap != 0) used[0] = true;
            if (shape == Shape.TRANSFER_A || shape == Shape.APPROVE_A || shape == Shape.SWAP) used[1] = true;
            if (shape == Shape.TRANSFER_B || shape == Shape.SWAP) used[2] = true;
            if (shape == Shape.ITEMS_7) used[3] = true;
            if (shape == Shape.ITEMS_9) used[4] = true;
            if (Shape.isItem(shape)) used[5] = true;
        }
        GhostAsset[] memory assets = new GhostAsset[](8);
        uint256 count;
        if (used[0]) assets[count++] = GhostAsset({kind: 1, token: address(0), id: 0});
        if (used[1]) assets[count++] = GhostAsset({kind: 2, token: world.tokenA, id: 0});
        if (used[2]) assets[count++] = GhostAsset({kind: 2, token: world.tokenB, id: 0});
        if (used[5]) assets[count++] = GhostAsset({kind: 3, token: world.collection, id: 0});
        if (used[3]) assets[count++] = GhostAsset({kind: 4, token: world.items, id: 7});
        if (used[4]) assets[count++] = GhostAsset({kind: 4, token: world.items, id: 9});
        if (random.chance(60)) assets[count++] = GhostAsset({kind: 5, token: address(0), id: 0});
        if (random.chance(30)) assets[count++] = GhostAsset({kind: 6, token: address(0), id: 0});
        assembly ("memory-safe") {
            mstore(assets, count)
        }
        policy.assets = assets;
    }

    /// @dev Groups have names that several policies share. Each has a rule; `_drawLimits` gives it a limit.
    function _drawGroups(Random memory random, GhostPolicy memory policy) private pure {
        uint256 most = policy.rules.length < 2 ? policy.rules.length : 2;
        uint256 limitable;
        for (uint256 i; i < policy.assets.length; ++i) if (policy.assets[i].kind < 6) ++limitable;
        policy.groups = new bytes16[](limitable == 0 ? 0 : random.below(most + 1));
        uint256 first = random.below(3);
        for (uint256 i; i < policy.groups.length; ++i) {
            policy.groups[i] = bytes16(keccak256(abi.encode("group", (first + i) % 3)));
        }
        if (policy.groups.length == 2 && policy.groups[0] > policy.groups[1]) {
            (policy.groups[0], policy.groups[1]) = (policy.groups[1], policy.groups[0]);
        }
        if (policy.groups.length == 0) return;
        for (uint256 i; i < policy.rules.length; ++i) {
            policy.rules[i].group =
                i < policy.groups.length ? uint8(i + 1) : uint8(random.below(policy.groups.length + 1));
        }
    }

    function _drawLimits(Random memory random, GhostPolicy memory policy) private view {
        policy.limits = new GhostLimit[](64);
        uint256 count;
        // Now and then too many to be touched by one operation.
        uint256 more = random.chance(8) ? 12 : 2;
        for (uint8 i; i < policy.assets.length; ++i) {
            uint256 kind = policy.assets[i].kind;
            GhostLimit memory budget;
            budget.asset = i;
            budget.shared = random.chance(30);
            budget.kind = kind <= 4 ? uint8(random.between(2, 5)) : uint8(random.between(2, 4));
            count = _insert(random, policy, budget, count);
            // A policy has 64 at most, and every asset and group needs one.
            for (uint256 j = random.below(more + 1); j != 0 && count < 48; --j) {
                count = _insert(random, policy, _drawLimit(random, policy, i), count);
            }
        }
        for (uint8 group = 1; group <= policy.groups.length; ++group) {
            GhostLimit memory limit;
            do {
                limit = _drawLimit(random, policy, uint8(random.below(policy.assets.length)));
            } while (policy.assets[limit.asset].kind == 6);
            limit.group = group;
            count = _insert(random, policy, limit, count);
        }
        GhostLimit[] memory limits = policy.limits;
        assembly ("memory-safe") {
            mstore(limits, count)
        }
    }

    function _drawLimit(
        Random memory random,
        GhostPolicy memory policy,
        uint8 asset
    ) private pure returns (GhostLimit memory limit) {
        uint256 kind = policy.assets[asset].kind;
        limit.asset = asset;
        limit.kind = kind <= 4 ? uint8(random.between(1, 5)) : uint8(random.between(2, 4));
        if (kind == 5 && random.chance(60)) limit.kind = 6;
        if (kind != 6 && policy.groups.length != 0 && random.chance(40)) {
            limit.group = uint8(random.between(1, policy.groups.length));
        }
        if (limit.kind != 1) limit.shared = random.chance(30);
    }

    /// @dev Gives the limit a length, an anchor and an amount, and puts it where it belongs; not if there is one like it.
    function _insert(
        Random memory random,
        GhostPolicy memory policy,
        GhostLimit memory limit,
        uint256 count
    ) private view returns (uint256) {
        if (limit.kind == 2 || limit.kind >= 5) {
            uint32[6] memory lengths = [uint32(60), 600, 3600, 86_400, 604_800, 1_000_003];
            limit.length = lengths[random.chance(5) ? 0 : random.between(1, limit.kind == 6 ? 3 : 5)];
        }
        if (limit.kind == 2) {
            uint48[4] memory anchors = [
                uint48(0),
                345_600,
                1_700_000_017,
                uint48(block.timestamp + random.below(1 hours))
            ];
            limit.anchor = anchors[random.chance(15) ? 3 : random.below(3)];
        }
        limit.amount = _drawAmount(random, policy.assets[limit.asset].kind, limit);
        uint256 key = GhostCodec.limitKey(limit);
        uint256 place = count;
        while (place != 0 && GhostCodec.limitKey(policy.limits[place - 1]) >= key) {
            if (GhostCodec.limitKey(policy.limits[place - 1]) == key) return count;
            --place;
        }
        for (uint256 i = count; i > place; --i) policy.limits[i] = policy.limits[i - 1];
        policy.limits[place] = limit;
        return count + 1;
    }

    function _drawAmount(Random memory random, uint256 kind, GhostLimit memory limit) private pure returns (uint128) {
        bool long = limit.kind == 3 || limit.kind == 4 || limit.length > 86_400;
        if (kind == 6) return uint128(TYPICAL_COST * random.between(2, long ? 2000 : 100));
        if (limit.kind == 6) return uint128(random.chance(90) ? random.between(1, 6) : random.between(1, 1000));
        if (kind == 3 || kind == 5) return uint128(random.between(2, long ? 300 : 12));
        if (random.chance(3)) return type(uint128).max - uint128(random.below(2));
        return uint128(random.between(1, long ? 20_000 : 500));
    }

    function _drawSchedule(Random memory random, GhostPolicy memory policy) private view {
        if (random.chance(10)) {
            policy.weekly = new Interval[](random.between(1, 3));
            uint256 start = random.below(30_000);
            for (uint256 i; i < policy.weekly.length; ++i) {
                uint256 end = start + random.between(1, 180_000);
                policy.weekly[i] = Interval({start: uint48(start), end: uint48(end < 604_800 ? end : 604_800)});
                start = end + random.between(1, 10_000);
            }
            if (random.chance(30)) {
                policy.weekly = new Interval[](1);
                policy.weekly[0] = Interval({start: 0, end: 604_800});
            }
        }
        if (random.chance(15)) {
            policy.blackouts = new Interval[](random.between(1, 2));
            uint256 start = block.timestamp - random.below(3 hours);
            for (uint256 i; i < policy.blackouts.length; ++i) {
                uint256 end = start + random.between(1, 2 hours);
                policy.blackouts[i] = Interval({start: uint48(start), end: uint48(end)});
                start = end + random.between(1, 1 days);
            }
        }
    }
}
