// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {GhostRuleCodec, Permission} from "./GhostRuleCodec.sol";
import {GhostSets} from "./GhostSets.sol";
import {GhostAsset, GhostLimit, GhostPolicy, GhostRule, Interval, World} from "./GhostTypes.sol";

/// @title GhostCodec
/// @notice Writes policies as bytes, as `docs/policy-format.md` has them.
library GhostCodec {
    /// @notice Returns the policy's bytes. Its tables are sorted already, its rules are not.
    function encode(GhostPolicy memory policy, World memory world) internal pure returns (bytes memory) {
        Permission[] memory permissions = GhostRuleCodec.permissions(policy, world);
        bytes[12] memory sections;
        sections[0] = _assets(policy.assets);
        for (uint256 i; i < policy.groups.length; ++i) sections[1] = bytes.concat(sections[1], policy.groups[i]);
        for (uint256 i; i < policy.limits.length; ++i)
            sections[2] = bytes.concat(sections[2], _limit(policy.limits[i]));
        sections[3] = new bytes(33 * (GhostSets.firstSet(policy) + policy.sets.length));
        sections[4] = _tiers(policy);
        sections[5] = _intervals(policy.weekly, 3);
        sections[6] = _intervals(policy.blackouts, 6);
        sections[8] = new bytes(27 * permissions.length);
        GhostRule[] memory setRules = GhostRuleCodec.setRules(policy, world);
        sections[9] = new bytes(8 * setRules.length);
        uint256 end = 192;
        for (uint256 i; i < 12; ++i) end += sections[i].length;

        sections[8] = "";
        for (uint256 i; i < permissions.length; ++i) {
            sections[8] = bytes.concat(sections[8], permissions[i].key, bytes2(uint16(end)));
            bytes memory rule = GhostRuleCodec.encodeRule(permissions[i], end);
            sections[10] = bytes.concat(sections[10], rule);
            end += rule.length;
        }
        sections[9] = "";
        for (uint256 i; i < setRules.length; ++i) {
            sections[9] = abi.encodePacked(sections[9], GhostRuleCodec.setKey(policy, world, setRules[i]), uint16(end));
            bytes memory rule = GhostRuleCodec.encodePlain(policy, world, setRules[i], false);
            sections[10] = bytes.concat(sections[10], rule);
            end += rule.length;
        }
        sections[3] = "";
        (sections[3], sections[11]) = _set(sections[3], sections[11], policy.paymasters, end);
        (sections[3], sections[11]) = _set(sections[3], sections[11], policy.approvers, end);
        (sections[3], sections[11]) = GhostSets.encode(policy, sections[3], sections[11], end);
        return _join(policy, sections);
    }

    /// @dev Writes a set of addresses behind those that are there; none for no addresses.
    function _set(
        bytes memory sets,
        bytes memory data,
        address[] memory elements,
        uint256 start
    ) private pure returns (bytes memory, bytes memory) {
        if (elements.length == 0) return (sets, data);
        uint16 offset = uint16(start + data.length);
        for (uint256 i; i < elements.length; ++i) data = abi.encodePacked(data, elements[i]);
        return (abi.encodePacked(sets, uint8(1), offset, uint16(elements.length), new bytes(28)), data);
    }

    /// @dev The approvers' set is behind that of the paymasters, and before those of rules.
    function _tiers(GhostPolicy memory policy) private pure returns (bytes memory) {
        if (policy.delay == 0 && policy.threshold == 0) return "";
        uint8 approvers = policy.threshold == 0 ? 0 : uint8(GhostSets.firstSet(policy));
        return abi.encodePacked(policy.delay, policy.lifetime, policy.threshold, approvers, uint16(0));
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
                limit.action,
                uint8(0),
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
}
