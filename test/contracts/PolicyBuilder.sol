// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {PolicyFormat} from "../../contracts/libraries/PolicyFormat.sol";

/// @dev Bytes of a policy's sections.
struct Sections {
    bytes assets;
    bytes groups;
    bytes limits;
    bytes sets;
    bytes tiers;
    bytes weekly;
    bytes blackouts;
    bytes conditionsAfter;
    bytes permissions;
    bytes setPermissions;
    bytes rules;
    bytes data;
}

/// @title PolicyBuilder
/// @notice Writes policies for the tests, well formed or not.
library PolicyBuilder {
    bytes4 internal constant TRANSFER = 0xa9059cbb;
    bytes4 internal constant SWAP = 0x12345678;

    /// @notice Returns the bytes of a policy with a header in its range.
    function build(Sections memory sections) internal pure returns (bytes memory) {
        bytes[12] memory list = [
            sections.assets,
            sections.groups,
            sections.limits,
            sections.sets,
            sections.tiers,
            sections.weekly,
            sections.blackouts,
            sections.conditionsAfter,
            sections.permissions,
            sections.setPermissions,
            sections.rules,
            sections.data
        ];
        bytes memory directory = abi.encodePacked(uint16(PolicyFormat.HEADER_SIZE));
        bytes memory body;
        for (uint256 i; i < list.length; ++i) {
            body = abi.encodePacked(body, list[i]);
            directory = abi.encodePacked(directory, uint16(PolicyFormat.HEADER_SIZE + body.length));
        }
        uint8 native = body.length != 0 && body[0] == 0x01 ? 1 : 0;
        return abi.encodePacked(header(native), directory, new bytes(6), body);
    }

    /// @notice Returns the header up to the directory.
    function header(uint8 native) internal pure returns (bytes memory) {
        bytes memory start = abi.encodePacked(
            hex"00010100",
            uint48(0),
            uint48(PolicyFormat.TIME_LIMIT - 1),
            uint32(3600),
            uint64(31_337),
            hex"00",
            native,
            hex"0000"
        );
        bytes memory nonce = abi.encodePacked(uint192(0), uint64(100_000), uint192(0));
        bytes memory gas = abi.encodePacked(uint64(2_000_000), uint128(100 gwei), uint40(1000), uint8(12), uint8(8));
        return abi.encodePacked(start, nonce, gas, new bytes(41));
    }

    /// @notice Returns an asset.
    function asset(uint256 kind, address token, uint256 id) internal pure returns (bytes memory) {
        return abi.encodePacked(uint8(kind), token, id);
    }

    /// @notice Returns a limit of 1,000 in a UTC day.
    function limit(uint256 index) internal pure returns (bytes memory) {
        return abi.encodePacked(uint8(index), hex"000002", uint32(1 days), uint48(0), uint16(0), uint128(1000));
    }

    /// @notice Returns a plain rule, before its spends and conditions.
    function rule(
        uint256 flags,
        uint256 headWords,
        uint256 valueCap,
        uint256 spends,
        uint256 conditions
    ) internal pure returns (bytes memory) {
        return
            abi.encodePacked(
                hex"010000",
                uint8(flags),
                uint16(headWords),
                uint128(valueCap),
                uint8(spends),
                uint8(conditions)
            );
    }

    /// @notice Returns a call permission whose rule lies at `offset`.
    function permission(address target, bytes4 selector, uint256 offset) internal pure returns (bytes memory) {
        return abi.encodePacked(target, uint8(PolicyFormat.CALL), selector, uint16(offset));
    }

    /// @notice Returns a policy that permits one call, whatever its arguments.
    function single(address target, bytes4 selector) internal pure returns (bytes memory) {
        Sections memory sections;
        sections.permissions = permission(target, selector, PolicyFormat.HEADER_SIZE + PolicyFormat.PERMISSION_SIZE);
        sections.rules = rule({flags: 0, headWords: 0, valueCap: 0, spends: 0, conditions: 0});
        return build(sections);
    }

    /// @notice Returns a policy that permits transfers of one token to `count` recipients.
    function transfers(address token, uint256 count) internal pure returns (bytes memory) {
        Sections memory sections;
        sections.assets = asset(PolicyFormat.ASSET_ERC20, token, 0);
        sections.limits = limit(0);
        uint256 rules =
            PolicyFormat.HEADER_SIZE +
                PolicyFormat.ASSET_SIZE +
                PolicyFormat.LIMIT_SIZE +
                PolicyFormat.SET_SIZE +
                PolicyFormat.PERMISSION_SIZE;
        sections.permissions = permission(token, TRANSFER, rules);
        sections.rules = abi.encodePacked(
            rule({flags: 1, headWords: 2, valueCap: 0, spends: 1, conditions: 1}),
            hex"00000001",
            hex"07000000"
        );
        sections.sets = abi.encodePacked(
            uint8(PolicyFormat.SET_ADDRESSES),
            uint16(rules + sections.rules.length),
            uint16(count),
            new bytes(28)
        );
        sections.data = addresses(count);
        return build(sections);
    }

    /// @notice Returns `count` ascending addresses above what is reserved.
    function addresses(uint256 count) internal pure returns (bytes memory elements) {
        elements = new bytes(20 * count);
        for (uint256 i; i < count; ++i) {
            bytes20 element = bytes20(uint160(((i + 1) << 144) | (uint256(keccak256(abi.encode(i))) >> 112)));
            for (uint256 j; j < 20; ++j) {
                elements[20 * i + j] = element[j];
            }
        }
    }
}
