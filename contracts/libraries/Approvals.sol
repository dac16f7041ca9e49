// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {IPolicyErrors} from "../interfaces/IPolicyErrors.sol";
import {Operation} from "./Operations.sol";
import {PolicyFormat} from "./PolicyFormat.sol";
import {Policy} from "./PolicyReader.sol";
import {Sets} from "./Sets.sol";
import {Signatures} from "./Signatures.sol";

/// @dev 1 where it is set: by an approver that has approved on chain, or by the module where calls have been run.
struct ApprovalMark {
    uint256 word;
}

/// @title Approvals
/// @notice Lets operations of the approval tier run with the approvals of the approvers that the policy names.
/// @dev Behind the agent's own signature stand `deadline(6)`, then as many approvals as the policy's threshold, ascending by
/// approver: `r(32) ‖ yParityAndS(32)` of an externally owned account, or `approver(32) ‖ 0(32)` of one that has
/// approved on chain.
library Approvals {
    /// @dev What approvers sign. It leaves gas and the agent's window out, so that waiting does not spoil it.
    bytes32 private constant APPROVAL_TYPEHASH = keccak256(
        "Approval(address account,address agent,Call[] calls,uint256 nonce,uint256 deadline)"
        "Call(address target,uint256 value,bytes data)"
    );

    uint256 private constant DEADLINE_SIZE = 6;
    uint256 private constant APPROVAL_SIZE = 64;

    /// @notice Returns how many approvals the policy asks for; 0 where it has no approval tier.
    function threshold(Policy policy) internal pure returns (uint256) {
        (uint256 record, uint256 end) = policy.section(PolicyFormat.SECTION_TIERS);
        return record == end ? 0 : policy.field(record + 8, 1);
    }

    /// @notice Reverts with `SignatureLengthInvalid` unless a signature that is longer than the agent's own carries exactly
    /// the approvals that the policy asks for.
    function checkSize(Policy policy, uint256 length) internal pure {
        uint256 count = threshold(policy);
        if (count == 0 || length != Signatures.SIZE + DEADLINE_SIZE + APPROVAL_SIZE * count) {
            revert IPolicyErrors.SignatureLengthInvalid(length);
        }
    }

    /// @notice Returns EIP-712's hash of the struct that approvers sign.
    function hash(
        Operation memory operation,
        bytes32 callsHash,
        uint256 nonce,
        uint256 deadline
    ) internal pure returns (bytes32) {
        return keccak256(abi.encode(APPROVAL_TYPEHASH, operation.account, operation.agent, callsHash, nonce, deadline));
    }

    /// @notice Returns the key of an approval on chain.
    /// @param digest EIP-712's digest of the approval, in this module's domain.
    function key(address approver, bytes32 digest) internal pure returns (bytes32) {
        return keccak256(abi.encode(approver, digest));
    }

    /// @notice Returns the key of the mark that calls have been run with approvals.
    /// @dev Of three words, so that it is no key of an approval.
    function usedKey(address agent, bytes32 callsHash, uint256 nonce) internal pure returns (bytes32) {
        return keccak256(abi.encode(agent, callsHash, nonce));
    }

    /// @notice Denies the operation unless as many distinct approvers as the policy asks for have approved it.
    /// @dev INV-37. The agent is no approver of its own. Reverts with `ApprovalExpired` or `ApprovalInvalid`. With a wrong
    /// signature of the agent's, approvals deny nothing, so that gas can be estimated with stubs.
    /// @param marks Marks of all accounts; the account is the innermost key (ERC-7562).
    /// @param tail The signature behind the agent's own, of the size that `checkSize` allows.
    /// @param digest EIP-712's digest of the approval with the deadline of the tail.
    function check(
        mapping(bytes32 id => mapping(address account => ApprovalMark)) storage marks,
        Operation memory operation,
        bytes calldata tail,
        bytes32 digest
    ) internal view {
        Policy policy = operation.policy;
        (uint256 record, ) = policy.section(PolicyFormat.SECTION_TIERS);
        uint256 set = policy.field(record + 9, 1) - 1;
        uint256 validUntil = deadlineOf(tail);
        // Safe casts: times of 48 bits.
        if (validUntil < operation.validUntil && !operation.lenient) {
            revert IPolicyErrors.ApprovalExpired(uint48(operation.validUntil), uint48(validUntil));
        }

        address previous;
        uint256 count = threshold(policy);
        for (uint256 i; i < count; ++i) {
            bytes calldata approval = tail[DEADLINE_SIZE + APPROVAL_SIZE * i:];
            bytes32 r = bytes32(approval);
            bytes32 vs = bytes32(approval[32:]);
            address approver;
            bool given;
            if (vs == 0) {
                // A word of more than 160 bits is nobody's address (INV-7).
                approver = address(uint160(uint256(r)));
                given =
                    uint256(r) >> 160 == 0 &&
                    marks[key(approver, digest)][address(uint160(operation.account))].word != 0;
            } else {
                (approver, , ) = ECDSA.tryRecover(digest, r, vs);
                given = approver != address(0);
            }
            bool listed = Sets.contains(policy, operation.store, set, uint160(approver));
            if (!given || !listed || approver <= previous || approver == operation.agent) {
                if (!operation.lenient) revert IPolicyErrors.ApprovalInvalid(i, approver);
            }
            previous = approver;
        }
    }

    /// @notice Returns the last second for which approvals are good.
    function deadlineOf(bytes calldata tail) internal pure returns (uint256) {
        return uint48(bytes6(tail));
    }
}
