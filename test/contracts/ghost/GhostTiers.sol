// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPolicyErrors} from "../../../contracts/interfaces/IPolicyErrors.sol";
import {GhostApprovals} from "./GhostApprovals.sol";
import {Denial, GhostLimit, GhostOperation, GhostPolicy} from "./GhostTypes.sol";

/// @title GhostTiers
/// @notice What an operation needs for its tier. Where nothing else denies it, this decides.
abstract contract GhostTiers is GhostApprovals {
    /// @dev EIP-712's hash of the operation's calls, without a trailing `settle`.
    function _callsHash(GhostOperation memory op) internal view virtual returns (bytes32);

    /// @dev Reasons to deny an operation of this tier that nothing else denies.
    function _judgeTier(GhostOperation memory op, GhostPolicy memory policy) internal view returns (uint256 denials) {
        if (op.tier == 2 && !_modelAnnounces(op, policy)) return _judgeAnnouncement(op, _callsHash(op));
        if (op.tier != 3) return 0;
        denials = _judgeApprovals(op, policy, _callsHash(op));
        // With a stub, the approvals themselves and their deadline deny nothing.
        if (!op.signed) denials &= ~(Denial.APPROVAL_INVALID | Denial.APPROVAL_EXPIRED);
    }

    /// @dev An announcement is deleted, and approvals work once.
    function _useTier(GhostOperation memory op, GhostPolicy memory policy) internal {
        if (op.tier == 2 && !_modelAnnounces(op, policy)) delete _announced[op.account][op.agent][_callsHash(op)];
        if (op.tier == 3) _useApprovals(op, _callsHash(op));
    }

    /// @dev What the error of a tier says; nothing where that is left open.
    function _tierReason(GhostOperation memory op, uint256 bit) internal view returns (bytes memory) {
        if (bit < Denial.ANNOUNCEMENT_REQUIRED || bit == Denial.APPROVAL_INVALID) return "";
        bytes32 callsHash = _callsHash(op);
        GhostPolicy memory policy = _modelPolicyOf(_agents[op.account][op.agent].policyHash);
        Announced memory found = _announced[op.account][op.agent][callsHash];
        if (bit == Denial.ANNOUNCEMENT_REQUIRED) {
            return abi.encodeWithSelector(IPolicyErrors.AnnouncementRequired.selector, callsHash, policy.delay);
        }
        if (bit == Denial.ANNOUNCEMENT_NOT_DUE) {
            return abi.encodeWithSelector(IPolicyErrors.AnnouncementNotDue.selector, op.validAfter, found.due);
        }
        if (bit == Denial.ANNOUNCEMENT_EXPIRED) {
            return abi.encodeWithSelector(IPolicyErrors.AnnouncementExpired.selector, op.validUntil, found.expires);
        }
        if (bit == Denial.APPROVAL_REQUIRED) {
            return abi.encodeWithSelector(IPolicyErrors.ApprovalRequired.selector, callsHash, policy.threshold);
        }
        if (bit == Denial.APPROVAL_EXPIRED) {
            return abi.encodeWithSelector(IPolicyErrors.ApprovalExpired.selector, op.validUntil, op.deadline);
        }
        uint256 nonce = (uint256(op.nonceKey) << 64) | op.sequence;
        return abi.encodeWithSelector(IPolicyErrors.ApprovalUsed.selector, callsHash, nonce);
    }

    /// @dev Limits that differ in amount and action alone are thresholds on one meter. They follow one another.
    function _sharesMeter(GhostPolicy memory policy, uint256 index) internal pure returns (bool) {
        if (index == 0) return false;
        GhostLimit memory limit = policy.limits[index];
        GhostLimit memory before = policy.limits[index - 1];
        return
            limit.asset == before.asset &&
            limit.shared == before.shared &&
            limit.group == before.group &&
            limit.kind == before.kind &&
            limit.length == before.length &&
            limit.anchor == before.anchor;
    }
}
