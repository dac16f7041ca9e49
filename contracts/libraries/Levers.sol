// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Lever} from "../interfaces/IPolicyValidator.sol";
import {Limit, Limits} from "./Limits.sol";
import {PolicyFormat} from "./PolicyFormat.sol";
import {Policy} from "./PolicyReader.sol";

/// @title Levers
/// @notice Hashes what an owner signs.
library Levers {
    /// @dev An owner's act, as EIP-712 shows it.
    bytes32 internal constant LEVER_TYPEHASH = keccak256(
        "Lever(string action,address account,address agent,address newAgent,bytes32 policyHash,uint256 version,"
        "uint256 expires,LeverCap[] caps,uint256 deadline)"
        "LeverCap(uint256 assetKind,address asset,uint256 id,uint256 amount,uint256 action,uint256 period,uint256 length,"
        "uint256 anchor,uint256 scope,bytes16 group)"
    );

    /// @dev One limit: kind, address and id of its asset; most in one period, in base units; what happens beyond it; kind,
    /// length (seconds) and anchor (Unix seconds) of its period; whose spending counts, and the group's name. Numbers are
    /// those of `docs/policy-format.md`.
    bytes32 internal constant CAP_TYPEHASH = keccak256(
        "LeverCap(uint256 assetKind,address asset,uint256 id,uint256 amount,uint256 action,uint256 period,uint256 length,"
        "uint256 anchor,uint256 scope,bytes16 group)"
    );

    /// @dev A freeze, by whoever may do nothing else.
    bytes32 internal constant FREEZE_TYPEHASH = keccak256("Freeze(address account,address agent,uint256 version)");

    /// @dev No policy: none lies at the bottom of memory.
    Policy internal constant NO_POLICY = Policy.wrap(0);

    bytes32 internal constant GRANT = keccak256("Grant");
    bytes32 internal constant REVOKE = keccak256("Revoke");
    bytes32 internal constant FREEZE = keccak256("Freeze");
    bytes32 internal constant UNFREEZE = keccak256("Unfreeze");
    bytes32 internal constant ROTATE = keccak256("Rotate");

    /// @notice Returns EIP-712's hash of what the owner signs.
    /// @dev INV-16: the last second and the limits that it shows are taken from the policy's own bytes, so that what the owner
    /// has read is what the chain enforces, and no tool in between could show something else.
    /// @param policy Policy that is granted; `NO_POLICY` for every other act.
    function hash(Lever calldata lever, Policy policy) internal pure returns (bytes32) {
        uint256 expires;
        bytes32[] memory caps;
        if (Policy.unwrap(policy) != Policy.unwrap(NO_POLICY)) {
            expires = policy.field(PolicyFormat.VALID_UNTIL_OFFSET, 6);
            caps = _hashCaps(policy);
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
                    expires,
                    keccak256(abi.encodePacked(caps)),
                    lever.deadline
                )
            );
    }

    /// @notice Returns EIP-712's hash of a freeze.
    function hashFreeze(address account, address agent, uint256 version) internal pure returns (bytes32) {
        return keccak256(abi.encode(FREEZE_TYPEHASH, account, agent, version));
    }

    function _hashCaps(Policy policy) private pure returns (bytes32[] memory caps) {
        (uint256 start, uint256 end) = policy.section(PolicyFormat.SECTION_LIMITS);
        caps = new bytes32[]((end - start) / PolicyFormat.LIMIT_SIZE);
        for (uint256 i; i < caps.length; ++i) {
            Limit limit = Limits.read(policy, start + i * PolicyFormat.LIMIT_SIZE);
            caps[i] = keccak256(
                abi.encode(
                    CAP_TYPEHASH,
                    limit.assetKind(policy),
                    limit.assetAddress(policy),
                    limit.assetId(policy),
                    limit.amount(),
                    limit.action(),
                    limit.kind(),
                    limit.length(),
                    limit.anchor(),
                    limit.scope(),
                    bytes32(limit.groupName(policy))
                )
            );
        }
    }
}
