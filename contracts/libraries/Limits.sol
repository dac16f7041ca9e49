// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {PolicyFormat} from "./PolicyFormat.sol";
import {Policy} from "./PolicyReader.sol";

/// @dev One limit of a policy, as its record has it: `asset(1) ‖ scope(1) ‖ group(1) ‖ kind(1) ‖ length(4) ‖ anchor(6) ‖
/// action(1) ‖ 0(1) ‖ amount(16)`.
type Limit is uint256;

using Limits for Limit global;

/// @title Limits
/// @notice Reads the fields of a limit, and works out the key of its meter.
library Limits {
    /// @notice Returns the limit whose record begins at `offset`.
    function read(Policy policy, uint256 offset) internal pure returns (Limit) {
        return Limit.wrap(policy.field(offset, 32));
    }

    /// @notice Index of the asset that is limited.
    function asset(Limit limit) internal pure returns (uint256) {
        return Limit.unwrap(limit) >> 248;
    }

    /// @notice Whose spending counts: bit 0 all agents of the account, bit 1 the permissions of a group.
    function scope(Limit limit) internal pure returns (uint256) {
        return (Limit.unwrap(limit) >> 240) & 0xff;
    }

    /// @notice Index of the group whose permissions count, plus 1; 0 for all permissions.
    function group(Limit limit) internal pure returns (uint256) {
        return (Limit.unwrap(limit) >> 232) & 0xff;
    }

    /// @notice Kind of its period.
    function kind(Limit limit) internal pure returns (uint256) {
        return (Limit.unwrap(limit) >> 224) & 0xff;
    }

    /// @notice Length of its period, in seconds.
    function length(Limit limit) internal pure returns (uint256) {
        return (Limit.unwrap(limit) >> 192) & 0xffffffff;
    }

    /// @notice First second of its first period.
    function anchor(Limit limit) internal pure returns (uint256) {
        return (Limit.unwrap(limit) >> 144) & 0xffffffffffff;
    }

    /// @notice What happens to an operation that goes beyond the amount: 0 denied, 1 to 3 a tier.
    function action(Limit limit) internal pure returns (uint256) {
        return (Limit.unwrap(limit) >> 136) & 0xff;
    }

    /// @notice Returns whether the two differ in nothing but action and amount: they have one meter.
    function sharesMeter(Limit limit, Limit other) internal pure returns (bool) {
        return (Limit.unwrap(limit) ^ Limit.unwrap(other)) >> 144 == 0;
    }

    /// @notice Most that may be spent in one period, in base units of the asset.
    function amount(Limit limit) internal pure returns (uint256) {
        return uint128(Limit.unwrap(limit));
    }

    /// @notice Kind of the asset that is limited.
    function assetKind(Limit limit, Policy policy) internal pure returns (uint256) {
        return policy.field(_assetOffset(limit), 1);
    }

    /// @notice Address of the asset that is limited; zero where it has none.
    function assetAddress(Limit limit, Policy policy) internal pure returns (address) {
        // Safe cast: a field of 20 bytes.
        return address(uint160(policy.field(_assetOffset(limit) + 1, 20)));
    }

    /// @notice Token id of the asset that is limited; 0 where it has none.
    function assetId(Limit limit, Policy policy) internal pure returns (uint256) {
        return policy.field(_assetOffset(limit) + 21, 32);
    }

    /// @notice Name of the group whose permissions count, left-aligned; 0 for all permissions.
    function groupName(Limit limit, Policy policy) internal pure returns (uint256 name) {
        uint256 group_ = limit.group();
        if (group_ != 0) {
            unchecked {
                // Safe unchecked: a group is counted from 1, and offsets are at most 24,576.
                uint256 groups = policy.sectionStart(PolicyFormat.SECTION_GROUPS);
                name = policy.field(groups + (group_ - 1) * PolicyFormat.GROUP_SIZE, 16) << 128;
            }
        }
    }

    /// @notice Returns the key of the limit's meter.
    /// @dev INV-8: the key is made of what the meter counts and for whom, never of the policy that limits it, so that only
    /// time refills it. `docs/policy-format.md` has its layout.
    /// @param agentNumber Number of the agent on the account.
    function meterId(Limit limit, Policy policy, uint256 agentNumber) internal pure returns (bytes32 id) {
        uint256 record = Limit.unwrap(limit);
        uint256 name = limit.groupName(policy);
        uint256 asset_ = _assetOffset(limit);
        uint256 scope_ = limit.scope();
        assembly ("memory-safe") {
            let free := mload(0x40)
            // Kind, length and anchor stand side by side in the record, and in the key.
            let window := or(shl(104, scope_), shl(16, and(shr(144, record), 0xffffffffffffffffffffff)))
            // Bit 0 of the scope: for all agents of the account.
            mstore(free, or(window, mul(agentNumber, iszero(and(scope_, 1)))))
            mstore(add(free, 0x20), name)
            asset_ := add(policy, asset_)
            mstore(add(free, 0x40), shr(88, mload(asset_)))
            mstore(add(free, 0x60), mload(add(asset_, 21)))
            id := keccak256(free, 0x80)
        }
    }

    function _assetOffset(Limit limit) private pure returns (uint256) {
        unchecked {
            // Safe unchecked: at most 256 assets.
            return PolicyFormat.HEADER_SIZE + limit.asset() * PolicyFormat.ASSET_SIZE;
        }
    }
}
