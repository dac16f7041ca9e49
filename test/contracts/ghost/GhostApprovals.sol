// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {GhostAnnouncements} from "./GhostAnnouncements.sol";
import {Denial, GhostApproval, GhostOperation, GhostPolicy} from "./GhostTypes.sol";

/// @title GhostApprovals
/// @notice What the model knows of the approval tier.
abstract contract GhostApprovals is GhostAnnouncements {
    /// @dev What approvers have approved on chain.
    mapping(address account => mapping(address approver => mapping(bytes32 digest => bool))) internal _approved;
    /// @dev Calls that have run with approvals, by account, agent, calls and nonce.
    mapping(bytes32 key => bool) private _ran;

    function _modelSetApproval(address account, address approver, bytes32 digest, bool approved) internal {
        _approved[account][approver][digest] = approved;
    }

    /// @dev Behind the signature stands nothing, or a deadline with as many approvals as the policy asks for.
    function _judgeLength(GhostOperation memory op, GhostPolicy memory policy) internal pure returns (uint256) {
        if (op.rubbish.length != 0) return Denial.SIGNATURE;
        if (op.deadline == 0 && op.approvals.length == 0) return 0;
        return policy.threshold == 0 || op.approvals.length != policy.threshold ? Denial.SIGNATURE : 0;
    }

    /// @dev Reasons why the approvals of an operation of the approval tier are not what it needs.
    function _judgeApprovals(
        GhostOperation memory op,
        GhostPolicy memory policy,
        bytes32 callsHash
    ) internal view returns (uint256 denials) {
        if (op.approvals.length == 0) return Denial.APPROVAL_REQUIRED;
        if (op.deadline < op.validUntil) denials |= Denial.APPROVAL_EXPIRED;
        if (_ran[_runOf(op, callsHash)]) denials |= Denial.APPROVAL_USED;
        bytes32 digest = _approvalDigest(op, callsHash);
        for (uint256 i; i < op.approvals.length; ++i) {
            if (!_isGiven(op, policy, i, digest)) denials |= Denial.APPROVAL_INVALID;
        }
    }

    function _isGiven(
        GhostOperation memory op,
        GhostPolicy memory policy,
        uint256 index,
        bytes32 digest
    ) internal view returns (bool) {
        GhostApproval memory approval = op.approvals[index];
        address approver = approval.approver;
        if (approver == op.agent) return false;
        if (index != 0 && approver <= op.approvals[index - 1].approver) return false;
        bool listed;
        for (uint256 i; i < policy.approvers.length; ++i) listed = listed || policy.approvers[i] == approver;
        if (!listed) return false;
        return approval.onChain ? _approved[op.account][approver][digest] : approval.digest == digest;
    }

    /// @dev The calls run once for an agent and a nonce.
    function _useApprovals(GhostOperation memory op, bytes32 callsHash) internal {
        _ran[_runOf(op, callsHash)] = true;
    }

    /// @dev EIP-712's digest of the `Approval` of this operation's calls.
    function _approvalDigest(GhostOperation memory op, bytes32 callsHash) internal view virtual returns (bytes32);

    function _runOf(GhostOperation memory op, bytes32 callsHash) private pure returns (bytes32) {
        return keccak256(abi.encode(op.account, op.agent, callsHash, op.nonceKey, op.sequence));
    }
}
