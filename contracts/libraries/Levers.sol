// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Cap, IPolicyValidator, Lever} from "../interfaces/IPolicyValidator.sol";
import {Limit, Limits} from "./Limits.sol";
import {PolicyFormat} from "./PolicyFormat.sol";
import {Policy} from "./PolicyReader.sol";

/// @title Levers
/// @notice Hashes what an owner signs, and checks that it says what the policy says.
library Levers {
    /// @dev An owner's act, as EIP-712 shows it.
    bytes32 internal constant LEVER_TYPEHASH = keccak256(
        "Lever(string action,address account,address agent,address newAgent,bytes32 policyHash,uint256 version,"
        "uint256 expires,Cap[] caps,uint256 deadline)"
        "Cap(address asset,uint256 amount,uint256 kind,uint256 length)"
    );

    bytes32 internal constant CAP_TYPEHASH = keccak256("Cap(address asset,uint256 amount,uint256 kind,uint256 length)");

    /// @dev A freeze, by whoever may do nothing else.
    bytes32 internal constant FREEZE_TYPEHASH = keccak256("Freeze(address account,address agent,uint256 version)");

    bytes32 internal constant GRANT = keccak256("Grant");
    bytes32 internal constant REVOKE = keccak256("Revoke");
    bytes32 internal constant FREEZE = keccak256("Freeze");
    bytes32 internal constant UNFREEZE = keccak256("Unfreeze");
    bytes32 internal constant ROTATE = keccak256("Rotate");

    /// @notice Returns EIP-712's hash of the struct.
    function hash(Lever calldata lever) internal pure returns (bytes32) {
        bytes32[] memory caps = new bytes32[](lever.caps.length);
        for (uint256 i; i < caps.length; ++i) {
            Cap calldata cap = lever.caps[i];
            caps[i] = keccak256(abi.encode(CAP_TYPEHASH, cap));
        }
        return
            keccak256(
                abi.encode(
                    LEVER_TYPEHASH,
                    keccak256(bytes(lever.action)),
                    lever.account,
                    lever.agent,
                    lever.newAgent,
                    lever.policyHash,
                    lever.version,
                    lever.expires,
                    keccak256(abi.encodePacked(caps)),
                    lever.deadline
                )
            );
    }

    /// @notice Returns EIP-712's hash of a freeze.
    function hashFreeze(address account, address agent, uint256 version) internal pure returns (bytes32) {
        return keccak256(abi.encode(FREEZE_TYPEHASH, account, agent, version));
    }

    /// @notice Denies unless the lever shows the policy's last second and all its limits, in the policy's order.
    /// @dev INV-16: what the owner has read is what the chain enforces, and no tool in between could show something else.
    function checkHeadline(Policy policy, Lever calldata lever) internal pure {
        uint256 expires = policy.field(PolicyFormat.VALID_UNTIL_OFFSET, 6);
        if (lever.expires != expires) revert IPolicyValidator.HeadlineMismatch(type(uint256).max);

        (uint256 start, uint256 end) = policy.section(PolicyFormat.SECTION_LIMITS);
        uint256 count = (end - start) / PolicyFormat.LIMIT_SIZE;
        if (lever.caps.length != count) revert IPolicyValidator.HeadlineMismatch(count);
        for (uint256 i; i < count; ++i) {
            Limit limit = Limits.read(policy, start + i * PolicyFormat.LIMIT_SIZE);
            Cap calldata cap = lever.caps[i];
            if (
                cap.asset != limit.assetAddress(policy) ||
                cap.amount != limit.amount() ||
                cap.kind != limit.kind() ||
                cap.length != limit.length()
            ) revert IPolicyValidator.HeadlineMismatch(i);
        }
    }
}
