// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {GhostRandom, Random} from "./GhostRandom.sol";
import {GhostRules} from "./GhostRules.sol";
import {GhostCall, GhostPolicy, GhostRule, GhostSet, Shape, World} from "./GhostTypes.sol";

/// @title GhostSets
/// @notice Draws permissions on sets of targets, lists of recipients, spenders and words, and calls that they are for.
library GhostSets {
    using GhostRandom for Random;

    uint256 private constant MOST = 12;

    /// @notice Gives some rules a list, and adds rules for sets of targets.
    function draw(Random memory random, GhostPolicy memory policy, World memory world) internal pure {
        GhostSet[] memory sets = new GhostSet[](MOST);
        uint256 count;
        GhostRule[] memory rules = new GhostRule[](policy.rules.length + 6);
        uint256 ruleCount;
        for (uint256 i; i < policy.rules.length; ++i) {
            GhostRule memory rule = policy.rules[i];
            rules[ruleCount++] = rule;
            if (!_isListable(rule.shape) || !random.chance(30)) continue;
            (rule.list, count) = _choose(random, world, sets, count, rule.shape == Shape.POKE);
            rule.listed = rule.shape == Shape.APPROVE_A || random.chance(60);
        }
        uint8[3] memory shapes = [Shape.PAY, Shape.POKE, Shape.SWAP];
        for (uint256 i; i < shapes.length; ++i) {
            if (!random.chance(40)) continue;
            for (uint256 j = random.between(1, 2); j != 0; --j) {
                GhostRule memory rule;
                (rule, count) = _drawRule(random, world, sets, count, shapes[i]);
                bool isNew = true;
                for (uint256 k; k < ruleCount; ++k) {
                    if (rules[k].shape == rule.shape && _place(rules[k]) == _place(rule)) isNew = false;
                }
                if (isNew) rules[ruleCount++] = rule;
            }
        }
        assembly ("memory-safe") {
            mstore(rules, ruleCount)
            mstore(sets, count)
        }
        (policy.rules, policy.sets) = (rules, sets);
        _drop(policy);
        _sortSets(policy);
        _sortRules(policy);
    }

    /// @notice Aims a call at something that its rule is about; not always at what it permits.
    function aim(
        Random memory random,
        GhostPolicy memory policy,
        GhostRule memory rule,
        GhostCall memory call,
        World memory world
    ) internal pure {
        call.target = call.shape == Shape.PAY ? world.payee : world.sink;
        if (call.shape == Shape.APPROVE_A) call.to = world.spender;
        if (rule.shape != call.shape) return;
        if (GhostRules.isAimed(call.shape) && (rule.set != 0 || random.chance(10))) {
            call.target = world.targets[random.below(world.targets.length)];
            if (rule.set != 0 && rule.set != GhostRules.EVERY && random.chance(60)) {
                uint256[] memory elements = policy.sets[rule.set - 1].elements;
                call.target = address(uint160(elements[random.below(elements.length)]));
            }
            if (call.shape == Shape.PAY && random.chance(10)) {
                call.target = world.privileged[random.below(world.privileged.length)];
            }
            // An account takes money alone.
            bool isAccount = call.target == world.accounts[0] || call.target == world.accounts[1];
            if (isAccount && call.shape != Shape.PAY) call.target = world.sink;
        }
        if (rule.list != 0 && random.chance(70)) {
            uint256[] memory elements = policy.sets[rule.list - 1].elements;
            uint256 value = elements[random.below(elements.length)];
            // Also what is beside an element.
            if (random.chance(15)) value ^= 1;
            if (call.shape == Shape.POKE) call.amount = value;
            else call.to = address(uint160(value));
        }
    }

    /// @notice Returns a set as a blob of its own.
    function blob(GhostSet memory set) internal pure returns (bytes memory) {
        return abi.encodePacked(hex"00", set.words ? uint8(3) : uint8(2), hex"0100", _elements(set));
    }

    /// @notice Writes the policy's sets behind those that are there, and their elements.
    function encode(
        GhostPolicy memory policy,
        bytes memory table,
        bytes memory data,
        uint256 start
    ) internal pure returns (bytes memory, bytes memory) {
        for (uint256 i; i < policy.sets.length; ++i) {
            GhostSet memory set = policy.sets[i];
            if (set.apart) {
                table = abi.encodePacked(table, _kindOf(set), _idOf(set));
                continue;
            }
            uint16 offset = uint16(start + data.length);
            table = abi.encodePacked(table, _kindOf(set), offset, uint16(set.elements.length), new bytes(28));
            data = bytes.concat(data, _elements(set));
        }
        return (table, data);
    }

    /// @notice Returns the byte that a rule's permission has for its set, if `first` is the index of the first one.
    function setByte(GhostRule memory rule, uint256 first) internal pure returns (uint8) {
        if (rule.set == GhostRules.EVERY) return rule.set;
        return uint8(first + rule.set - 1) | (rule.outside ? 0x80 : 0);
    }

    /// @notice Returns the index of the first set that rules use. Before it are those of the paymasters and the approvers.
    function firstSet(GhostPolicy memory policy) internal pure returns (uint256) {
        return (policy.paymasters.length == 0 ? 0 : 1) + (policy.approvers.length == 0 ? 0 : 1);
    }

    /* DRAWING */

    function _isListable(uint256 shape) private pure returns (bool) {
        return
            shape == Shape.TRANSFER_A ||
            shape == Shape.APPROVE_A ||
            shape == Shape.TRANSFER_B ||
            shape == Shape.POKE ||
            Shape.isItem(shape) ||
            shape == Shape.ITEMS_7;
    }

    function _drawRule(
        Random memory random,
        World memory world,
        GhostSet[] memory sets,
        uint256 count,
        uint8 shape
    ) private pure returns (GhostRule memory rule, uint256) {
        rule.shape = shape;
        if (shape == Shape.PAY && random.chance(30)) rule.set = GhostRules.EVERY;
        else (rule.set, count) = _choose(random, world, sets, count, false);
        rule.outside = shape == Shape.PAY && rule.set != GhostRules.EVERY && random.chance(30);
        if (shape == Shape.PAY || (shape == Shape.POKE && random.chance(50))) {
            rule.valueCap = uint128(random.between(1, 200));
        }
        if (shape != Shape.PAY && random.chance(25)) {
            (rule.bounded, rule.bound) = (true, uint128(random.between(1, 300)));
        }
        return (rule, count);
    }

    /// @dev Index plus 1 of a set that is there, or of a new one.
    function _choose(
        Random memory random,
        World memory world,
        GhostSet[] memory sets,
        uint256 count,
        bool words
    ) private pure returns (uint8, uint256) {
        GhostSet memory set;
        (set.words, set.apart) = (words, random.chance(40));
        set.elements = words ? _drawWords(random) : _drawAddresses(random, world);
        bool reuses = random.chance(30);
        for (uint256 i; i < count; ++i) {
            if (sets[i].words != words) continue;
            bool same = sets[i].apart && set.apart && _idOf(sets[i]) == _idOf(set);
            if (reuses || same || count == MOST) return (uint8(i + 1), count);
        }
        sets[count] = set;
        return (uint8(count + 1), count + 1);
    }

    /// @dev Some of the targets, and others that nothing else knows of; now and then an account.
    function _drawAddresses(Random memory random, World memory world) private pure returns (uint256[] memory list) {
        uint256 others = random.chance(50) ? 0 : random.below(30);
        list = new uint256[](world.targets.length + others + 2);
        uint256 count;
        uint256 chosen = random.word();
        for (uint256 i; i < world.targets.length; ++i) {
            // Most have what has a rule of its own as well.
            bool usual = world.targets[i] == world.sink || world.targets[i] == world.payee;
            if ((chosen >> i) & 1 != 0 || (usual && (chosen >> (i + 100)) & 1 != 0))
                count = _insert(list, uint160(world.targets[i]), count);
        }
        for (; others != 0; --others) count = _insert(list, random.between(0x10000, type(uint160).max), count);
        if (random.chance(4)) count = _insert(list, uint160(world.accounts[random.below(2)]), count);
        if (count == 0) count = _insert(list, uint160(world.sink), count);
        assembly ("memory-safe") {
            mstore(list, count)
        }
    }

    function _drawWords(Random memory random) private pure returns (uint256[] memory list) {
        uint256 wanted = random.between(1, 20);
        list = new uint256[](wanted);
        uint256 count;
        for (; wanted != 0; --wanted) {
            count = _insert(list, random.chance(95) ? random.below(30) : type(uint256).max - random.below(2), count);
        }
        assembly ("memory-safe") {
            mstore(list, count)
        }
    }

    /// @dev Puts a value where it belongs, once.
    function _insert(uint256[] memory list, uint256 value, uint256 count) private pure returns (uint256) {
        uint256 place = count;
        while (place != 0 && list[place - 1] >= value) {
            if (list[place - 1] == value) return count;
            --place;
        }
        for (uint256 i = count; i > place; --i) list[i] = list[i - 1];
        list[place] = value;
        return count + 1;
    }

    /* ORDER */

    /// @dev Drops the sets that nothing uses: those of rules that were there already.
    function _drop(GhostPolicy memory policy) private pure {
        uint256 count;
        for (uint256 i; i < policy.sets.length; ++i) {
            bool used;
            for (uint256 j; j < policy.rules.length; ++j) {
                GhostRule memory rule = policy.rules[j];
                if (rule.set == i + 1 || rule.list == i + 1) used = true;
            }
            if (!used) continue;
            policy.sets[count++] = policy.sets[i];
            _rename(policy, uint8(i + 1), uint8(count));
        }
        GhostSet[] memory sets = policy.sets;
        assembly ("memory-safe") {
            mstore(sets, count)
        }
    }

    /// @dev By kind, those of other blobs by their ids; the others lie in the blob in their order.
    function _sortSets(GhostPolicy memory policy) private pure {
        GhostSet[] memory sets = policy.sets;
        for (uint256 i; i < sets.length; ++i) {
            for (uint256 j = i; j != 0 && _isAbove(sets[j - 1], sets[j]); --j) {
                (sets[j - 1], sets[j]) = (sets[j], sets[j - 1]);
                _rename(policy, uint8(j), GhostRules.EVERY - 1);
                _rename(policy, uint8(j + 1), uint8(j));
                _rename(policy, GhostRules.EVERY - 1, uint8(j + 1));
            }
        }
    }

    /// @dev Rules of sets come in the order in which they are tried.
    function _sortRules(GhostPolicy memory policy) private pure {
        GhostRule[] memory rules = policy.rules;
        for (uint256 i; i < rules.length; ++i) {
            for (uint256 j = i; j != 0 && _place(rules[j - 1]) > _place(rules[j]); --j) {
                (rules[j - 1], rules[j]) = (rules[j], rules[j - 1]);
            }
        }
    }

    /// @dev 0 for a target of its own.
    function _place(GhostRule memory rule) private pure returns (uint256) {
        return rule.set == 0 ? 0 : 1 + uint256(setByte(rule, 0));
    }

    function _rename(GhostPolicy memory policy, uint8 from, uint8 to) private pure {
        for (uint256 i; i < policy.rules.length; ++i) {
            GhostRule memory rule = policy.rules[i];
            if (rule.set == from) rule.set = to;
            if (rule.list == from) rule.list = to;
        }
    }

    function _isAbove(GhostSet memory one, GhostSet memory other) private pure returns (bool) {
        (uint8 a, uint8 b) = (_kindOf(one), _kindOf(other));
        return a > b || (a == b && one.apart && _idOf(one) > _idOf(other));
    }

    function _kindOf(GhostSet memory set) private pure returns (uint8) {
        return (set.apart ? 3 : 1) + (set.words ? 1 : 0);
    }

    /// @dev Id of a set's own blob.
    function _idOf(GhostSet memory set) private pure returns (bytes32) {
        bytes memory code = blob(set);
        return keccak256(abi.encodePacked(hex"61", uint16(code.length), hex"80600a3d393df3", code));
    }

    function _elements(GhostSet memory set) private pure returns (bytes memory list) {
        for (uint256 i; i < set.elements.length; ++i) {
            list =
                set.words ? abi.encodePacked(list, set.elements[i]) : abi.encodePacked(list, uint160(set.elements[i]));
        }
    }
}
