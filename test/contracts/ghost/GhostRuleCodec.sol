// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {GhostSets} from "./GhostSets.sol";
import {GhostAsset, GhostPolicy, GhostRule, Shape, World} from "./GhostTypes.sol";

/// @dev One permission and its rule, whose alternatives are the rules of two token ids.
struct Permission {
    bytes key;
    bytes[] rules;
    uint256[] values;
}

/// @title GhostRuleCodec
/// @notice Writes permissions and rules as bytes, as `docs/policy-format.md` has them.
library GhostRuleCodec {
    bytes4 internal constant TRANSFER = bytes4(keccak256("transfer(address,uint256)"));
    bytes4 internal constant APPROVE = bytes4(keccak256("approve(address,uint256)"));
    bytes4 internal constant SAFE_TRANSFER = bytes4(
        keccak256("safeTransferFrom(address,address,uint256,uint256,bytes)")
    );
    bytes4 internal constant ITEM_MOVE = bytes4(keccak256("transferFrom(address,address,uint256)"));
    bytes4 internal constant ITEM_SAFE = bytes4(keccak256("safeTransferFrom(address,address,uint256)"));
    bytes4 internal constant ITEM_DATA = bytes4(keccak256("safeTransferFrom(address,address,uint256,bytes)"));
    bytes4 internal constant POKE = bytes4(keccak256("poke(uint256)"));
    bytes4 internal constant SWAP = bytes4(keccak256("swap(uint256,uint256)"));
    bytes4 internal constant FAIL = bytes4(keccak256("fail()"));

    /// @dev In place of a word: the amount is 1.
    uint16 private constant ONE = type(uint16).max;

    /// @dev Permissions in their order: by target, kind and selector.
    function permissions(
        GhostPolicy memory policy,
        World memory world
    ) internal pure returns (Permission[] memory list) {
        list = new Permission[](policy.rules.length);
        uint256 count;
        bool switched = _has(policy, Shape.ITEMS_7) && _has(policy, Shape.ITEMS_9);
        for (uint256 i; i < policy.rules.length; ++i) {
            GhostRule memory rule = policy.rules[i];
            if (rule.set != 0 || (switched && rule.shape == Shape.ITEMS_9)) continue;
            Permission memory permission;
            permission.key = _key(world, rule.shape);
            permission.rules = new bytes[](switched && rule.shape == Shape.ITEMS_7 ? 2 : 1);
            permission.rules[0] = encodePlain(policy, world, rule, switched);
            if (permission.rules.length == 2) {
                permission.values = new uint256[](2);
                (permission.values[0], permission.values[1]) = (7, 9);
                permission.rules[1] = encodePlain(policy, world, _find(policy, Shape.ITEMS_9), switched);
            }
            uint256 place = count++;
            while (place != 0 && bytes32(list[place - 1].key) > bytes32(permission.key)) {
                list[place] = list[place - 1];
                --place;
            }
            list[place] = permission;
        }
        assembly ("memory-safe") {
            mstore(list, count)
        }
    }

    function _has(GhostPolicy memory policy, uint256 shape) private pure returns (bool) {
        for (uint256 i; i < policy.rules.length; ++i) if (policy.rules[i].shape == shape) return true;
        return false;
    }

    function _find(GhostPolicy memory policy, uint256 shape) private pure returns (GhostRule memory) {
        for (uint256 i; i < policy.rules.length; ++i) if (policy.rules[i].shape == shape) return policy.rules[i];
        revert();
    }

    function _key(World memory world, uint256 shape) private pure returns (bytes memory) {
        if (shape == Shape.PAY) return abi.encodePacked(world.payee, uint8(0), bytes4(0));
        if (shape == Shape.TRANSFER_A) return abi.encodePacked(world.tokenA, uint8(1), TRANSFER);
        if (shape == Shape.APPROVE_A) return abi.encodePacked(world.tokenA, uint8(1), APPROVE);
        if (shape == Shape.TRANSFER_B) return abi.encodePacked(world.tokenB, uint8(1), TRANSFER);
        if (shape == Shape.ITEMS_7 || shape == Shape.ITEMS_9) {
            return abi.encodePacked(world.items, uint8(1), SAFE_TRANSFER);
        }
        if (shape == Shape.ITEM_MOVE) return abi.encodePacked(world.collection, uint8(1), ITEM_MOVE);
        if (shape == Shape.ITEM_SAFE) return abi.encodePacked(world.collection, uint8(1), ITEM_SAFE);
        if (shape == Shape.ITEM_DATA) return abi.encodePacked(world.collection, uint8(1), ITEM_DATA);
        bytes4 selector =
            shape == Shape.POKE
                ? POKE
                : shape == Shape.SWAP
                    ? SWAP
                    : FAIL;
        return abi.encodePacked(world.sink, uint8(1), selector);
    }

    /// @dev A plain rule alone, or a switch on the token's id with its alternatives.
    function encodeRule(Permission memory permission, uint256 offset) internal pure returns (bytes memory rule) {
        if (permission.rules.length == 1) return permission.rules[0];
        uint256 next = offset + 5 + 34 * permission.rules.length;
        rule = abi.encodePacked(uint8(2), uint16(2), uint16(permission.rules.length));
        for (uint256 i; i < permission.rules.length; ++i) {
            rule = abi.encodePacked(rule, permission.values[i], uint16(next));
            next += permission.rules[i].length;
        }
        for (uint256 i; i < permission.rules.length; ++i) rule = bytes.concat(rule, permission.rules[i]);
    }

    function encodePlain(
        GhostPolicy memory policy,
        World memory world,
        GhostRule memory rule,
        bool switched
    ) internal pure returns (bytes memory) {
        (uint8 exact, uint16 head, bytes memory spends, uint8 count, bytes memory conditions, uint16 word) = (
            1,
            0,
            "",
            0,
            "",
            0
        );
        // The condition on the recipient, or the spender: any address, where there is no list.
        bool hasRecipient = rule.shape == Shape.TRANSFER_A || rule.shape == Shape.TRANSFER_B;
        bytes memory recipient = _recipient(policy, rule, hasRecipient || rule.shape == Shape.APPROVE_A ? 0 : 1);
        if (rule.shape == Shape.PAY) {
            exact = 0;
        } else if (rule.shape == Shape.TRANSFER_A || rule.shape == Shape.TRANSFER_B) {
            (head, word, count, conditions) = (2, 1, 1, recipient);
            spends = _spend(policy, 2, rule.shape == Shape.TRANSFER_A ? world.tokenA : world.tokenB, 0, 1);
        } else if (rule.shape == Shape.APPROVE_A) {
            (head, word, count) = (2, 1, 1);
            conditions = rule.list == 0 ? abi.encodePacked(hex"010000", uint256(uint160(world.spender))) : recipient;
            spends = _spend(policy, 2, world.tokenA, 0, 1);
        } else if (rule.shape == Shape.ITEMS_7 || rule.shape == Shape.ITEMS_9) {
            uint256 id = rule.shape == Shape.ITEMS_7 ? 7 : 9;
            (exact, head, word, count) = (0, 5, 3, 2);
            conditions = bytes.concat(hex"0a0000", recipient);
            if (!switched) (count, conditions) = (3, abi.encodePacked(conditions, hex"010002", id));
            spends = _spend(policy, 4, world.items, id, 3);
        } else if (Shape.isItem(rule.shape)) {
            (exact, head, count) = rule.shape == Shape.ITEM_DATA ? (0, 4, 2) : (1, 3, 2);
            conditions = bytes.concat(hex"0a0000", recipient);
            spends = _spend(policy, 3, world.collection, 0, ONE);
        } else if (rule.shape == Shape.POKE) {
            head = 1;
        } else if (rule.shape == Shape.SWAP) {
            head = 2;
            spends = bytes.concat(_spend(policy, 2, world.tokenA, 0, 0), _spend(policy, 2, world.tokenB, 0, 1));
        }
        if (rule.bounded) {
            ++count;
            conditions = abi.encodePacked(conditions, uint8(3), word, uint256(rule.bound));
        }
        if (rule.shape == Shape.POKE && rule.list != 0) {
            ++count;
            conditions = bytes.concat(conditions, _listed(policy, rule, 0));
        }
        return
            abi.encodePacked(
                uint8(1),
                rule.group,
                rule.tier,
                exact,
                head,
                rule.valueCap,
                uint8(spends.length / 4),
                count,
                spends,
                conditions
            );
    }

    function _recipient(
        GhostPolicy memory policy,
        GhostRule memory rule,
        uint16 word
    ) private pure returns (bytes memory) {
        return rule.list == 0 ? abi.encodePacked(uint8(11), word) : _listed(policy, rule, word);
    }

    /// @dev A condition: in the rule's list, or not in it.
    function _listed(
        GhostPolicy memory policy,
        GhostRule memory rule,
        uint16 word
    ) private pure returns (bytes memory) {
        return
            abi.encodePacked(
                rule.listed ? uint8(7) : uint8(8),
                word,
                uint8(GhostSets.firstSet(policy) + rule.list - 1)
            );
    }

    /// @dev A spend of a word, or of `ONE`. Every asset of a rule is among the policy's.
    function _spend(
        GhostPolicy memory policy,
        uint256 kind,
        address token,
        uint256 id,
        uint16 word
    ) private pure returns (bytes memory) {
        for (uint256 i; i < policy.assets.length; ++i) {
            GhostAsset memory asset = policy.assets[i];
            if (asset.kind == kind && asset.token == token && asset.id == id) {
                return
                    word == ONE ? abi.encodePacked(uint8(i), hex"010000") : abi.encodePacked(uint8(i), uint8(0), word);
            }
        }
        revert();
    }

    /// @dev Rules of sets of targets, by kind, selector and set.
    function setRules(GhostPolicy memory policy, World memory world) internal pure returns (GhostRule[] memory list) {
        list = new GhostRule[](policy.rules.length);
        uint256 count;
        for (uint256 i; i < policy.rules.length; ++i) {
            if (policy.rules[i].set == 0) continue;
            uint256 place = count++;
            bytes6 key = setKey(policy, world, policy.rules[i]);
            for (; place != 0 && setKey(policy, world, list[place - 1]) > key; --place) list[place] = list[place - 1];
            list[place] = policy.rules[i];
        }
        assembly ("memory-safe") {
            mstore(list, count)
        }
    }

    function setKey(
        GhostPolicy memory policy,
        World memory world,
        GhostRule memory rule
    ) internal pure returns (bytes6) {
        bytes memory key = _key(world, rule.shape);
        return
            bytes6(abi.encodePacked(bytes5(bytes32(key) << 160), GhostSets.setByte(rule, GhostSets.firstSet(policy))));
    }
}
