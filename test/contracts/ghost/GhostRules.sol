// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {GhostCall, GhostPolicy, GhostRule, GhostSet, Shape} from "./GhostTypes.sol";

/// @title GhostRules
/// @notice Which rule a call takes: of its target, else of the first set that fits.
library GhostRules {
    /// @dev In place of a set: every address.
    uint8 internal constant EVERY = type(uint8).max;

    /// @notice Returns the rule that the policy has for a call, whoever is called.
    function ruleOf(
        GhostPolicy memory policy,
        GhostCall memory call
    ) internal pure returns (bool found, GhostRule memory rule) {
        for (uint256 i; i < policy.rules.length; ++i) {
            GhostRule memory exact = policy.rules[i];
            if (exact.shape != call.shape || exact.set != 0) continue;
            if (!isAimed(call.shape) || exact.target == call.target) return (true, exact);
        }
        return ruleOfSets(policy, call);
    }

    /// @notice Returns the rule that the policy's sets of targets have for a call.
    function ruleOfSets(
        GhostPolicy memory policy,
        GhostCall memory call
    ) internal pure returns (bool found, GhostRule memory rule) {
        for (uint256 i; i < policy.rules.length; ++i) {
            GhostRule memory other = policy.rules[i];
            if (other.shape != call.shape || other.set == 0) continue;
            bool fits = other.set == EVERY;
            if (!fits) fits = contains(policy.sets[other.set - 1], uint160(call.target)) != other.outside;
            if (fits) return (true, other);
        }
    }

    /// @notice Tells whether the call's word in a rule's list is as the rule says.
    function isListed(
        GhostPolicy memory policy,
        GhostRule memory rule,
        GhostCall memory call
    ) internal pure returns (bool) {
        if (rule.list == 0) return true;
        uint256 value = call.shape == Shape.POKE ? call.amount : uint160(call.to);
        return contains(policy.sets[rule.list - 1], value) == rule.listed;
    }

    /// @notice Tells whether a set of targets names the address.
    function names(GhostPolicy memory policy, address target) internal pure returns (bool) {
        for (uint256 i; i < policy.rules.length; ++i) {
            GhostRule memory rule = policy.rules[i];
            if (rule.set == 0 || rule.set == EVERY || rule.outside) continue;
            if (contains(policy.sets[rule.set - 1], uint160(target))) return true;
        }
        return false;
    }

    /// @notice Tells whether calls of this shape have several targets.
    function isAimed(uint256 shape) internal pure returns (bool) {
        return shape == Shape.PAY || shape == Shape.POKE || shape == Shape.SWAP;
    }

    /// @notice Tells whether a set has the value.
    function contains(GhostSet memory set, uint256 value) internal pure returns (bool) {
        for (uint256 i; i < set.elements.length; ++i) if (set.elements[i] == value) return true;
        return false;
    }
}
