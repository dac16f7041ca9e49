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

    /// @notice Returns the key of the limit's meter.
    /// @dev INV-8: the key is made of what the meter counts and for whom, never of the policy that limits it, so that only
    /// time refills it. `docs/policy-format.md` has its layout.
    /// @param agentNumber Number of the agent on the account.
    function meterId(Limit limit, Policy policy, uint256 agentNumber) internal pure returns (bytes32 id) {
        uint256 record = Limit.unwrap(limit);
        uint256 name = limit.group();
        uint256 asset_ = _assetOffset(limit);
        unchecked {
            if (name != 0) {
                // Safe unchecked: a group is counted from 1, and offsets are at most 24,576.
                (uint256 groups, ) = policy.section(PolicyFormat.SECTION_GROUPS);
                name = policy.field(groups + (name - 1) * PolicyFormat.GROUP_SIZE, 16) << 128;
            }
        }
        assembly ("memory-safe") {
            let free := mload(0x40)
            let scope := and(shr(240, record), 0xff)
            // Kind, length and anchor stand side by side in the record, and in the key.
            let window := or(shl(104, scope), shl(16, and(shr(144, record), 0xffffffffffffffffffffff)))
            // Bit 0 of the scope: for all agents of the account.
            mstore(free, or(window, mul(agentNumber, iszero(and(scope, 1)))))
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
