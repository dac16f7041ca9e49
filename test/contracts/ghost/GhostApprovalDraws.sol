// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {vm} from "../Vm.sol";
import {GhostRandom, Random} from "./GhostRandom.sol";
import {GhostApproval, GhostOperation, GhostPolicy} from "./GhostTypes.sol";
import {GhostWorld} from "./GhostWorld.sol";

/// @title GhostApprovalDraws
/// @notice Draws approvals: as an operation needs them, or with one fault.
abstract contract GhostApprovalDraws is GhostWorld {
    using GhostRandom for Random;

    /// @dev Something that an approver has approved on chain, or has not.
    struct Mark {
        address account;
        address approver;
        bytes32 digest;
    }

    uint256 private constant REMEMBERED = 4;

    /// @notice The validator and the model disagree.
    error Disagreement(string what, uint256 operation, uint256 model, uint256 doubts, bytes found);

    Mark[] internal _marks;
    uint256 private _marked;
    /// @dev Operations that ran with approvals, to be tried again.
    bytes[] private _runs;
    uint256 private _run;

    /// @dev Who may be an approver, ascending: a few agents as well, whose own approval does not count.
    function _drawApprovers(Random memory random) internal view returns (address[] memory pool) {
        uint256 agents = random.below(3);
        uint256 count = _approvers.length;
        pool = new address[](count + agents);
        for (uint256 i; i < count; ++i) pool[i] = _approvers[i];
        uint256 newest = _keys.length - 1 - random.below(AGENTS - 1);
        for (uint256 i; i < agents; ++i) pool[count + i] = _keys[newest - i];
        for (uint256 i; i < pool.length; ++i) {
            for (uint256 j = i; j != 0 && pool[j] < pool[j - 1]; --j) (pool[j], pool[j - 1]) = (pool[j - 1], pool[j]);
        }
    }

    /// @dev Approvals for an operation whose calls and window are drawn already.
    function _drawApprovals(Random memory random, GhostOperation memory op, GhostPolicy memory policy) internal {
        // Some have approvals that nothing asks for, and some lack them.
        if (!random.chance(_modelTier(op, policy) == 3 ? 94 : 5)) return;
        op.deadline = op.validUntil + uint48(random.chance(25) ? 0 : random.below(1 hours));
        if (random.chance(4) && op.validUntil > 1) op.deadline = op.validUntil - 1;
        if (op.deadline == 0) op.deadline = 1;
        uint256 fault = random.chance(25) ? random.between(1, 12) : 0;
        uint256 count = policy.threshold;
        if (fault == 1) --count;
        if (fault == 2) ++count;
        op.approvals = new GhostApproval[](count);
        if (count == 0) return;
        address[] memory approvers = _pick(random, op, policy, count, fault);
        bytes32 right = _approvalDigest(op, _callsHash(op));
        bytes32 wrong = fault < 6 || fault > 10 ? right : _wrongDigest(random, op, fault);
        // One of them, or all.
        uint256 index = random.chance(50) ? 99 : random.below(count);
        for (uint256 i; i < count; ++i) {
            GhostApproval memory approval = op.approvals[i];
            approval.approver = approvers[i];
            approval.digest = index == 99 || index == i ? wrong : right;
            approval.onChain = _secrets[approvers[i]] == 0 || random.chance(10);
            if (approval.onChain && !random.chance(10)) _approve(op.account, approvers[i], approval.digest, true);
            // Taken back before it is used.
            if (approval.onChain && random.chance(5)) _approve(op.account, approvers[i], approval.digest, false);
        }
        if (count < 2) return;
        if (fault == 3) op.approvals[1] = op.approvals[0];
        if (fault == 4) (op.approvals[0], op.approvals[1]) = (op.approvals[1], op.approvals[0]);
    }

    /// @dev Ascending approvers of the policy, seldom the agent; the last is a stranger, or the agent, where that is the fault.
    function _pick(
        Random memory random,
        GhostOperation memory op,
        GhostPolicy memory policy,
        uint256 count,
        uint256 fault
    ) private view returns (address[] memory picked) {
        picked = new address[](count);
        uint256 taken;
        uint256 first = random.below(policy.approvers.length);
        for (uint256 i; i < policy.approvers.length && taken < count; ++i) {
            address approver = policy.approvers[(first + i) % policy.approvers.length];
            if (approver != op.agent) picked[taken++] = approver;
        }
        if ((fault == 5 || fault == 11) && taken == count && count != 0) --taken;
        for (; taken < count; ++taken) picked[taken] = fault == 5 ? _keys[random.below(_keys.length)] : op.agent;
        for (uint256 i; i < count; ++i) {
            for (uint256 j = i; j != 0 && picked[j] < picked[j - 1]; --j) {
                (picked[j], picked[j - 1]) = (picked[j - 1], picked[j]);
            }
        }
    }

    /// @dev What approvers sign of an operation that differs in one thing.
    function _wrongDigest(
        Random memory random,
        GhostOperation memory op,
        uint256 fault
    ) private view returns (bytes32) {
        GhostOperation memory other = abi.decode(abi.encode(op), (GhostOperation));
        if (fault == 6) _alter(random, other);
        else if (fault == 7) ++other.sequence;
        else if (fault == 8) other.agent = _keys[random.below(_keys.length)];
        else if (fault == 9) other.deadline += 1;
        bytes32 callsHash = _callsHash(other);
        if (fault == 10) other.account = address(_wallets[op.account == address(_wallets[0]) ? 1 : 0]);
        return _approvalDigest(other, callsHash);
    }

    /// @dev Changes one thing about the operation's calls.
    function _alter(Random memory random, GhostOperation memory op) internal pure {
        uint256 count = op.calls.length;
        if (count == 0) return;
        uint256 index = random.below(count);
        uint256 kind = random.below(6);
        if (kind == 0) op.calls[index].value ^= 1;
        else if (kind == 1) op.calls[index].amount ^= 1;
        else if (kind == 2) op.calls[index].to = address(uint160(op.calls[index].to) ^ 1);
        else if (kind == 3) (op.calls[0], op.calls[count - 1]) = (op.calls[count - 1], op.calls[0]);
        else if (kind == 4) op.calls[index].other ^= 1;
        else if (uint160(op.calls[index].target) > type(uint16).max)
            op.calls[index].target = address(uint160(op.calls[index].target) ^ 1);
    }

    /// @dev An approver approves on chain, or takes that back.
    function _approve(address account, address approver, bytes32 digest, bool approved) internal {
        vm.prank(approver);
        VALIDATOR.setApproval(account, digest, approved);
        _modelSetApproval(account, approver, digest, approved);
        Mark memory mark = Mark({account: account, approver: approver, digest: digest});
        if (_marks.length < REMEMBERED) _marks.push(mark);
        else _marks[_marked++ % REMEMBERED] = mark;
    }

    function _auditMarks() internal view {
        for (uint256 i; i < _marks.length; ++i) {
            Mark memory mark = _marks[i];
            bool expected = _approved[mark.account][mark.approver][mark.digest];
            if (VALIDATOR.isApproved(mark.account, mark.approver, mark.digest) != expected) {
                revert Disagreement("isApproved", i, 0, 0, abi.encode(mark));
            }
        }
    }

    function _rememberRun(GhostOperation memory op) internal {
        if (_runs.length < REMEMBERED) _runs.push(abi.encode(op));
        else _runs[_run++ % REMEMBERED] = abi.encode(op);
    }

    /// @dev An operation that ran with approvals, in a window of now: the same once more, or with one difference.
    function _drawReplay(
        Random memory random,
        GhostOperation memory drawn
    ) internal view returns (GhostOperation memory op) {
        if (_runs.length == 0) return drawn;
        uint256 newest = _runs.length < REMEMBERED ? _runs.length - 1 : (_run + REMEMBERED - 1) % REMEMBERED;
        op = abi.decode(_runs[random.chance(60) ? newest : random.below(_runs.length)], (GhostOperation));
        (op.validAfter, op.validUntil) = (uint48(block.timestamp), uint48(block.timestamp + random.below(10)));
        if (op.validUntil > op.deadline && random.chance(80)) op.validUntil = op.deadline;
        op.maxFeePerGas = drawn.maxFeePerGas;
        uint256 kind = random.below(10);
        if (kind == 0) ++op.sequence;
        else if (kind == 1) op.agent = drawn.agent;
        else if (kind == 2) op.account = drawn.account;
        else if (kind == 3) _alter(random, op);
    }
}
