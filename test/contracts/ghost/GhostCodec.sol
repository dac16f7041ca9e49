// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {GhostAsset, GhostLimit, GhostPolicy, GhostRule, Interval, Shape} from "./GhostTypes.sol";

/// @dev Contracts that the operations call.
struct World {
    address tokenA;
    address tokenB;
    address items;
    address sink;
    address payee;
    address spender;
    address recipient;
}

/// @title GhostCodec
/// @notice Writes policies as bytes, as `docs/policy-format.md` has them.
library GhostCodec {
    /// @dev One permission and its rule, whose alternatives are the rules of two token ids.
    struct Permission {
        bytes key;
        bytes[] rules;
        uint256[] values;
    }

    bytes4 internal constant TRANSFER = bytes4(keccak256("transfer(address,uint256)"));
    bytes4 internal constant APPROVE = bytes4(keccak256("approve(address,uint256)"));
    bytes4 internal constant SAFE_TRANSFER = bytes4(
        keccak256("safeTransferFrom(address,address,uint256,uint256,bytes)")
    );
    bytes4 internal constant POKE = bytes4(keccak256("poke(uint256)"));
    bytes4 internal constant SWAP = bytes4(keccak256("swap(uint256,uint256)"));
    bytes4 internal constant FAIL = bytes4(keccak256("fail()"));

    /// @notice Returns the policy's bytes. Its tables are sorted already, its rules are not.
    function encode(GhostPolicy memory policy, World memory world) internal pure returns (bytes memory) {
        Permission[] memory permissions = _permissions(policy, world);
        bytes[12] memory sections;
        sections[0] = _assets(policy.assets);
        for (uint256 i; i < policy.groups.length; ++i) sections[1] = bytes.concat(sections[1], policy.groups[i]);
        for (uint256 i; i < policy.limits.length; ++i)
            sections[2] = bytes.concat(sections[2], _limit(policy.limits[i]));
        if (policy.paymasters.length != 0) sections[3] = new bytes(33);
        sections[5] = _intervals(policy.weekly, 3);
        sections[6] = _intervals(policy.blackouts, 6);
        sections[8] = new bytes(27 * permissions.length);
        uint256 end = 192;
        for (uint256 i; i < 12; ++i) end += sections[i].length;

        sections[8] = "";
        for (uint256 i; i < permissions.length; ++i) {
            sections[8] = bytes.concat(sections[8], permissions[i].key, bytes2(uint16(end)));
            bytes memory rule = _rule(permissions[i], end);
            sections[10] = bytes.concat(sections[10], rule);
            end += rule.length;
        }
        if (policy.paymasters.length != 0) {
            sections[3] = abi.encodePacked(uint8(1), uint16(end), uint16(policy.paymasters.length), new bytes(28));
            for (uint256 i; i < policy.paymasters.length; ++i) {
                sections[11] = abi.encodePacked(sections[11], policy.paymasters[i]);
            }
        }
        return _join(policy, sections);
    }

    /// @notice Returns the key of the limit's meter.
    function meterId(
        GhostPolicy memory policy,
        GhostLimit memory limit,
        uint256 number
    ) internal pure returns (bytes32) {
        GhostAsset memory asset = policy.assets[limit.asset];
        bytes memory window = abi.encodePacked(
            _scope(limit),
            limit.kind,
            limit.length,
            limit.anchor,
            uint16(limit.shared ? 0 : number)
        );
        return
            keccak256(
                abi.encode(
                    uint256(uint112(bytes14(window))),
                    limit.group == 0 ? bytes16(0) : policy.groups[limit.group - 1],
                    (uint256(asset.kind) << 160) | uint160(asset.token),
                    asset.id
                )
            );
    }

    /// @notice Returns the first 15 bytes of a limit's record, by which limits ascend.
    function limitKey(GhostLimit memory limit) internal pure returns (uint256) {
        return uint256(bytes32(_limit(limit))) >> 136;
    }

    function _join(GhostPolicy memory policy, bytes[12] memory sections) private pure returns (bytes memory) {
        bytes memory directory = abi.encodePacked(uint16(192));
        bytes memory body;
        for (uint256 i; i < 12; ++i) {
            body = bytes.concat(body, sections[i]);
            directory = abi.encodePacked(directory, uint16(192 + body.length));
        }
        bytes memory head = abi.encodePacked(
            hex"000101",
            policy.demandsSettlement ? uint8(2) : uint8(0),
            policy.validAfter,
            policy.validUntil,
            policy.maxWindow,
            policy.chainId,
            policy.paymasters.length == 0 ? uint8(0) : uint8(1),
            _indexOf(policy, 1),
            _indexOf(policy, 5),
            _indexOf(policy, 6)
        );
        bytes memory middle = abi.encodePacked(
            policy.nonceMask,
            policy.maxPreVerificationGas,
            policy.nonceValue,
            policy.maxGas,
            policy.maxFeePerGas,
            policy.gasBudget,
            policy.gasExponent,
            policy.maxCalls,
            new bytes(9),
            policy.guardian,
            new bytes(12)
        );
        return abi.encodePacked(head, middle, directory, new bytes(6), body);
    }

    /// @dev Index plus 1 of the asset of this kind, 0 without one.
    function _indexOf(GhostPolicy memory policy, uint256 kind) private pure returns (uint8) {
        for (uint256 i; i < policy.assets.length; ++i) if (policy.assets[i].kind == kind) return uint8(i + 1);
        return 0;
    }

    function _assets(GhostAsset[] memory assets) private pure returns (bytes memory list) {
        for (uint256 i; i < assets.length; ++i) {
            list = abi.encodePacked(list, assets[i].kind, assets[i].token, assets[i].id);
        }
    }

    function _scope(GhostLimit memory limit) private pure returns (uint8) {
        return (limit.shared ? 1 : 0) | (limit.group != 0 ? 2 : 0);
    }

    function _limit(GhostLimit memory limit) private pure returns (bytes memory) {
        return
            abi.encodePacked(
                limit.asset,
                _scope(limit),
                limit.group,
                limit.kind,
                limit.length,
                limit.anchor,
                uint16(0),
                limit.amount
            );
    }

    function _intervals(Interval[] memory intervals, uint256 size) private pure returns (bytes memory list) {
        for (uint256 i; i < intervals.length; ++i) {
            list =
                size == 3
                    ? abi.encodePacked(list, uint24(intervals[i].start), uint24(intervals[i].end))
                    : abi.encodePacked(list, intervals[i].start, intervals[i].end);
        }
    }

    /// @dev Permissions in their order: by target, kind and selector.
    function _permissions(
        GhostPolicy memory policy,
        World memory world
    ) private pure returns (Permission[] memory list) {
        list = new Permission[](policy.rules.length);
        uint256 count;
        bool switched = _has(policy, Shape.ITEMS_7) && _has(policy, Shape.ITEMS_9);
        for (uint256 i; i < policy.rules.length; ++i) {
            GhostRule memory rule = policy.rules[i];
            if (switched && rule.shape == Shape.ITEMS_9) continue;
            Permission memory permission;
            permission.key = _key(world, rule.shape);
            permission.rules = new bytes[](switched && rule.shape == Shape.ITEMS_7 ? 2 : 1);
            permission.rules[0] = _plain(policy, world, rule, switched);
            if (permission.rules.length == 2) {
                permission.values = new uint256[](2);
                (permission.values[0], permission.values[1]) = (7, 9);
                permission.rules[1] = _plain(policy, world, _find(policy, Shape.ITEMS_9), switched);
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
        bytes4 selector =
            shape == Shape.POKE
                ? POKE
                : shape == Shape.SWAP
                    ? SWAP
                    : FAIL;
        return abi.encodePacked(world.sink, uint8(1), selector);
    }

    /// @dev A plain rule alone, or a switch on the token's id with its alternatives.
    function _rule(Permission memory permission, uint256 offset) private pure returns (bytes memory rule) {
        if (permission.rules.length == 1) return permission.rules[0];
        uint256 next = offset + 5 + 34 * permission.rules.length;
        rule = abi.encodePacked(uint8(2), uint16(2), uint16(permission.rules.length));
        for (uint256 i; i < permission.rules.length; ++i) {
            rule = abi.encodePacked(rule, permission.values[i], uint16(next));
            next += permission.rules[i].length;
        }
        for (uint256 i; i < permission.rules.length; ++i) rule = bytes.concat(rule, permission.rules[i]);
    }

    function _plain(
        GhostPolicy memory policy,
        World memory world,
        GhostRule memory rule,
        bool switched
    ) private pure returns (bytes memory) {
        (uint8 exact, uint16 head, bytes memory spends, uint8 count, bytes memory conditions, uint16 word) = (
            1,
            0,
            "",
            0,
            "",
            0
        );
        if (rule.shape == Shape.PAY) {
            exact = 0;
        } else if (rule.shape == Shape.TRANSFER_A || rule.shape == Shape.TRANSFER_B) {
            (head, word, count, conditions) = (2, 1, 1, hex"0b0000");
            spends = _spend(policy, 2, rule.shape == Shape.TRANSFER_A ? world.tokenA : world.tokenB, 0, 1);
        } else if (rule.shape == Shape.APPROVE_A) {
            (head, word, count) = (2, 1, 1);
            conditions = abi.encodePacked(hex"010000", uint256(uint160(world.spender)));
            spends = _spend(policy, 2, world.tokenA, 0, 1);
        } else if (rule.shape == Shape.ITEMS_7 || rule.shape == Shape.ITEMS_9) {
            uint256 id = rule.shape == Shape.ITEMS_7 ? 7 : 9;
            (exact, head, word, count, conditions) = (0, 5, 3, 2, hex"0a00000b0001");
            if (!switched) (count, conditions) = (3, abi.encodePacked(conditions, hex"010002", id));
            spends = _spend(policy, 4, world.items, id, 3);
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
        return
            abi.encodePacked(
                uint8(1),
                rule.group,
                uint8(0),
                exact,
                head,
                rule.valueCap,
                uint8(spends.length / 4),
                count,
                spends,
                conditions
            );
    }

    /// @dev A spend of a word. Every asset of a rule is among the policy's.
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
                return abi.encodePacked(uint8(i), uint8(0), word);
            }
        }
        revert();
    }
}
