// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPolicyValidator} from "../../../contracts/interfaces/IPolicyValidator.sol";
import {Log, vm} from "../Vm.sol";
import {GhostOperations} from "./GhostOperations.sol";
import {GhostRandom, Random} from "./GhostRandom.sol";

/// @title GhostTierActs
/// @notice Draws what owners, guardians, approvers and strangers do about announcements and approvals.
abstract contract GhostTierActs is GhostOperations {
    using GhostRandom for Random;

    function _actOnTiers(Random memory random, address account, address agent) internal {
        Plan[] storage plans = _plans[account][agent];
        bytes32 callsHash = bytes32(random.word());
        if (plans.length != 0 && random.chance(90)) callsHash = plans[random.below(plans.length)].callsHash;
        // Mostly what would run otherwise.
        if (_isOpen(_latest) && random.chance(75)) {
            (account, agent, callsHash) = (_latest.account, _latest.agent, _latest.callsHash);
        }
        uint256 kind = random.below(100);
        if (kind < 60) _cancel(random, account, agent, callsHash);
        else if (kind < 80) _announceFor(random, account, agent, callsHash);
        else _changeApproval(random);
    }

    /// @dev By the owner or the guardian; or by the agent, another account, an approver or anybody, who may not.
    function _cancel(Random memory random, address account, address agent, bytes32 callsHash) private {
        address by = account;
        uint256 kind = random.below(10);
        if (kind < 4) by = GUARDIAN;
        else if (kind == 4) by = agent;
        else if (kind == 5) by = address(_wallets[account == address(_wallets[0]) ? 1 : 0]);
        else if (kind == 6) by = _approvers[random.below(_approvers.length)];
        else if (kind == 7) by = _keys[random.below(_keys.length)];
        bool allowed = _modelCancel(account, agent, callsHash, by);
        vm.recordLogs();
        vm.prank(by);
        (bool success, ) = address(VALIDATOR).call(
            abi.encodeCall(IPolicyValidator.cancelAnnouncement, (account, agent, callsHash))
        );
        if (success != allowed) revert Disagreement("cancelAnnouncement", kind, allowed ? 1 : 0, 0, abi.encode(by));
        _auditAnnouncement(account, agent, callsHash);
        Log[] memory logs = vm.getRecordedLogs();
        bytes32 topic = IPolicyValidator.AnnouncementCancelled.selector;
        if (
            logs.length != (allowed ? 1 : 0) ||
            (allowed && !_isLog(logs[0], topic, account, agent, callsHash, abi.encode(by)))
        ) revert Disagreement("AnnouncementCancelled", logs.length, 0, 0, "");
        if (allowed) ++_tiers.cancelled;
        else ++_tiers.refused;
    }

    /// @dev The owner announces for the agent. Whoever else calls, announces for an account of its own.
    function _announceFor(Random memory random, address account, address agent, bytes32 callsHash) private {
        address by = account;
        if (random.chance(30)) by = random.chance(50) ? agent : GUARDIAN;
        vm.recordLogs();
        vm.prank(by);
        (bool success, ) = address(VALIDATOR).call(
            abi.encodeCall(IPolicyValidator.announce, (agent, callsHash, "owner"))
        );
        bool allowed = by == account && _modelAnnounce(account, agent, callsHash);
        if (success != allowed) revert Disagreement("announce", 0, allowed ? 1 : 0, 0, abi.encode(by));
        if (allowed) _requireAnnounced(account, agent, callsHash, "owner");
        else _auditAnnouncement(account, agent, callsHash);
    }

    /// @dev What was approved on chain is approved once more, or is taken back.
    function _changeApproval(Random memory random) private {
        if (_marks.length == 0) return;
        Mark memory mark = _marks[random.below(_marks.length)];
        address by = random.chance(80) ? mark.approver : _approvers[random.below(_approvers.length)];
        bool approved = random.chance(50);
        vm.recordLogs();
        _approve(mark.account, by, mark.digest, approved);
        Log[] memory logs = vm.getRecordedLogs();
        bytes32 topic = IPolicyValidator.ApprovalSet.selector;
        if (logs.length != 1 || !_isLog(logs[0], topic, mark.account, by, mark.digest, abi.encode(approved))) {
            revert Disagreement("ApprovalSet", logs.length, 0, 0, "");
        }
        ++_tiers.approvedOnChain;
    }

    /// @dev Goes to about where the time of something announced begins or ends, if that lies ahead.
    function _approach(Random memory random, address account, address agent) internal returns (address, address, bool) {
        if (_waits == 0 || !_isOpen(_latest) || random.chance(20)) return (account, agent, false);
        --_waits;
        Announced memory found = _announced[_latest.account][_latest.agent][_latest.callsHash];
        uint256 time = (random.chance(75) ? found.due : found.expires) + random.below(8) - 2;
        if (time > block.timestamp) vm.warp(time);
        return (_latest.account, _latest.agent, true);
    }

    function _auditTiers(address account, address agent) internal view {
        Plan[] storage plans = _plans[account][agent];
        for (uint256 i; i < plans.length; ++i) _auditAnnouncement(account, agent, plans[i].callsHash);
        _auditMarks();
    }
}
