// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {GhostCodec} from "./GhostCodec.sol";
import {GhostRandom, Random} from "./GhostRandom.sol";
import {GhostLimit, GhostPolicy} from "./GhostTypes.sol";

/// @title GhostTierPolicies
/// @notice Gives tiers to well-formed policies. Some of them stay without.
library GhostTierPolicies {
    using GhostRandom for Random;

    /// @notice Adds thresholds to the limits and tiers to the rules, and says what delays and approvals are.
    /// @param pool Who may be an approver, ascending.
    function draw(Random memory random, GhostPolicy memory policy, address[] memory pool) internal pure {
        if (random.chance(30)) return;
        // Some have one tier alone, most have any.
        uint256 actions = random.chance(30) ? 1 << random.between(1, 3) : 14;
        _drawThresholds(random, policy, actions);
        for (uint256 i; i < policy.rules.length; ++i) {
            if (random.chance(20)) policy.rules[i].tier = _drawAction(random, actions);
        }
        (bool delays, bool asks) = _uses(policy);
        if (delays) {
            uint32[5] memory delays_ = [uint32(1), 5, 60, 600, 3600];
            uint32[5] memory lifetimes = [uint32(1), 600, 7200, 86_400, 604_800];
            policy.delay = delays_[random.below(5)];
            policy.lifetime = lifetimes[random.chance(15) ? 0 : random.between(1, 4)];
        }
        if (!asks) return;
        uint256 count = random.between(1, pool.length);
        policy.approvers = new address[](count);
        uint256 taken;
        for (uint256 i; taken < count; ++i) {
            if (random.below(pool.length - i) < count - taken) policy.approvers[taken++] = pool[i];
        }
        policy.threshold = uint8(random.between(1, count < 3 ? count : 3));
    }

    /// @dev A threshold on the meter of a limit that is there, below it or not, or on the operation alone.
    function _drawThresholds(Random memory random, GhostPolicy memory policy, uint256 actions) private pure {
        GhostLimit[] memory found = policy.limits;
        uint256 count = found.length;
        GhostLimit[] memory limits = new GhostLimit[](64);
        for (uint256 i; i < count; ++i) limits[i] = found[i];
        for (uint256 i; i < found.length; ++i) {
            uint256 kind = policy.assets[found[i].asset].kind;
            if (kind == 6 || found[i].kind == 6 || random.chance(25)) continue;
            GhostLimit memory limit = _like(found[i]);
            // What rolls is no threshold; whatever it counts can have one elsewhere.
            if (limit.kind == 5 || (kind != 5 && random.chance(20))) {
                (limit.kind, limit.length, limit.anchor) = (uint8(random.chance(40) ? 1 : 4), 0, 0);
                if (limit.kind == 1) limit.shared = false;
            }
            for (uint256 more = random.chance(35) ? 2 : 1; more != 0; --more) {
                GhostLimit memory threshold = _like(limit);
                threshold.action = _drawAction(random, actions);
                threshold.amount = _drawAmount(random, found[i].amount);
                count = _insert(limits, threshold, count);
            }
        }
        assembly ("memory-safe") {
            mstore(limits, count)
        }
        policy.limits = limits;
        if (random.chance(20)) _dropDenials(random, policy, actions);
    }

    /// @dev Operations need a limit, but none that denies.
    function _dropDenials(Random memory random, GhostPolicy memory policy, uint256 actions) private pure {
        for (uint256 i; i < policy.limits.length; ++i) {
            GhostLimit memory limit = policy.limits[i];
            if (policy.assets[limit.asset].kind != 5 || limit.action != 0 || limit.kind == 6) continue;
            bool last =
                i + 1 == policy.limits.length ||
                    GhostCodec.limitKey(policy.limits[i + 1]) >> 8 != GhostCodec.limitKey(limit) >> 8;
            if (last) limit.action = _drawAction(random, actions);
        }
    }

    function _like(GhostLimit memory limit) private pure returns (GhostLimit memory) {
        return abi.decode(abi.encode(limit), (GhostLimit));
    }

    function _drawAction(Random memory random, uint256 actions) private pure returns (uint8 action) {
        do action = uint8(random.between(1, 3)); while ((actions >> action) & 1 == 0);
    }

    /// @dev Everything goes beyond 0; what is above the limit that denies is never reached.
    function _drawAmount(Random memory random, uint128 amount) private pure returns (uint128) {
        if (random.chance(15)) return 0;
        if (random.chance(4)) return amount;
        return uint128(random.between(1, uint256(amount) / (random.chance(50) ? 2 : 12) + 1));
    }

    /// @dev Puts the limit where it belongs; not if there is one like it, or no room.
    function _insert(
        GhostLimit[] memory limits,
        GhostLimit memory limit,
        uint256 count
    ) private pure returns (uint256) {
        if (count == limits.length) return count;
        uint256 key = GhostCodec.limitKey(limit);
        uint256 place = count;
        while (place != 0 && GhostCodec.limitKey(limits[place - 1]) >= key) {
            if (GhostCodec.limitKey(limits[place - 1]) == key) return count;
            --place;
        }
        for (uint256 i = count; i > place; --i) limits[i] = limits[i - 1];
        limits[place] = limit;
        return count + 1;
    }

    /// @dev Whether anything asks for a delay, and for approvals.
    function _uses(GhostPolicy memory policy) private pure returns (bool delays, bool asks) {
        for (uint256 i; i < policy.limits.length; ++i) {
            if (policy.limits[i].action == 2) delays = true;
            if (policy.limits[i].action == 3) asks = true;
        }
        for (uint256 i; i < policy.rules.length; ++i) {
            if (policy.rules[i].tier == 2) delays = true;
            if (policy.rules[i].tier == 3) asks = true;
        }
    }
}
