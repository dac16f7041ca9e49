// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPolicyErrors} from "../../../contracts/interfaces/IPolicyErrors.sol";
import {AnnouncementState, IPolicyValidator} from "../../../contracts/interfaces/IPolicyValidator.sol";
import {Log, vm} from "../Vm.sol";
import {GhostApprovalDraws} from "./GhostApprovalDraws.sol";
import {GhostRandom, Random} from "./GhostRandom.sol";
import {Denial, GhostCall, GhostOperation, GhostPolicy, Settle, Shape} from "./GhostTypes.sol";

/// @dev What the runs have seen of tiers.
struct TierCoverage {
    /// @dev Operations that ran, by tier.
    uint256[4] passed;
    uint256 announced;
    uint256 again;
    uint256 used;
    uint256 usedInVain;
    uint256 cancelled;
    uint256 refused;
    uint256 approvedOnChain;
}

/// @title GhostTierDraws
/// @notice Draws what an operation needs for its tier, or fails to bring along; and looks at what it leaves behind.
abstract contract GhostTierDraws is GhostApprovalDraws {
    using GhostRandom for Random;

    /// @dev Calls that were announced once, to be run, and to be announced again.
    struct Plan {
        address account;
        address agent;
        bytes32 callsHash;
        bytes calls;
    }

    uint256 internal constant PLANS = 4;

    TierCoverage internal _tiers;
    mapping(address account => mapping(address agent => Plan[])) internal _plans;
    mapping(address account => mapping(address agent => uint256)) private _planned;
    /// @dev The last plan of all, and how often it is still waited for.
    Plan internal _latest;
    uint256 internal _waits;

    /// @dev Makes of an operation that is drawn one that announces its calls, one that was announced, or one that carries
    /// approvals.
    function _drawTier(
        Random memory random,
        GhostOperation memory op,
        GhostPolicy memory policy
    ) internal returns (GhostOperation memory) {
        if (policy.rules.length == 0) return op;
        bool tiered = policy.delay != 0 || policy.threshold != 0;
        op.watched = tiered || random.chance(5);
        if (tiered && random.chance(6)) return _drawReplay(random, op);
        if (policy.delay != 0) _drawDelay(random, op, policy);
        else if (random.chance(1)) _announceCalls(random, op);
        if (policy.threshold != 0) _drawApprovals(random, op, policy);
        if (random.chance(1)) op.rubbish = new bytes(random.chance(50) ? 6 : random.between(1, 63));
        return op;
    }

    function _drawDelay(Random memory random, GhostOperation memory op, GhostPolicy memory policy) private view {
        Plan[] storage plans = _plans[op.account][op.agent];
        bool awaited = _latest.account == op.account && _latest.agent == op.agent && _isOpen(_latest);
        if (plans.length != 0 && random.chance(awaited ? 85 : 60)) {
            uint256 first = random.below(plans.length);
            Plan storage plan = plans[first];
            for (uint256 i; i < plans.length && !_isOpen(plan); ++i) plan = plans[(first + i) % plans.length];
            if (awaited && random.chance(75)) plan = _latest;
            Announced memory found = _announced[op.account][op.agent][plan.callsHash];
            bool live = _isOpen(plan);
            bool due = live && block.timestamp >= found.due;
            bool runs = random.chance(
                due
                    ? 90
                    : live
                        ? 25
                        : 20
            );
            bool announces = !runs && random.chance(live ? 12 : 60);
            if (runs || announces) {
                op.calls = abi.decode(plan.calls, (GhostCall[]));
                if (op.calls.length == 0) op.settle = Settle.NONE;
                else if (op.calls[op.calls.length - 1].shape == Shape.EARLY_SETTLE) op.settle = Settle.RIGHT;
                if (runs && random.chance(8)) _alter(random, op);
                if (runs && found.due != 0) _drawWhen(random, op, policy, found);
                if (announces) _announceCalls(random, op);
                return;
            }
        }
        if (random.chance(_modelTier(op, policy) == 2 ? 75 : 3)) _announceCalls(random, op);
    }

    /// @dev Whether what was announced may run now, or later.
    function _isOpen(Plan storage plan) internal view returns (bool) {
        Announced memory found = _announced[plan.account][plan.agent][plan.callsHash];
        return found.version == _agents[plan.account][plan.agent].version && block.timestamp <= found.expires;
    }

    /// @dev A window within the time of what was announced, or a second beyond.
    function _drawWhen(
        Random memory random,
        GhostOperation memory op,
        GhostPolicy memory policy,
        Announced memory found
    ) private pure {
        uint256 kind = random.below(100);
        if (kind < 9) {
            op.validAfter = found.due - 1;
        } else if (kind < 18) {
            op.validUntil = found.expires + 1;
        } else if (kind < 28) {
            (op.validAfter, op.validUntil) = (found.due, found.expires);
            if (kind < 23 && found.expires - found.due > policy.maxWindow) op.validUntil = found.due + policy.maxWindow;
            else if (found.expires - found.due > policy.maxWindow) op.validAfter = found.expires - policy.maxWindow;
        } else if (kind < 95) {
            if (op.validAfter < found.due) op.validAfter = found.due;
            if (op.validUntil > found.expires) op.validUntil = found.expires;
        }
    }

    /// @dev Makes the operation announce its calls, mostly in the one form that is permitted.
    function _announceCalls(Random memory random, GhostOperation memory op) private view {
        op.announced = abi.encode(op.calls);
        bytes32 callsHash = _callsHash(op);
        bytes memory logged = abi.encode(_callsOf(op));
        uint256 fault = random.chance(14) ? random.below(11) : 99;
        // What the calls beside the hash are, is not looked at.
        if (fault == 0) callsHash = bytes32(uint256(callsHash) ^ 1);
        if (fault == 1) logged = hex"00";
        address agent = fault == 2 ? _keys[random.below(_keys.length)] : op.agent;
        op.announcing = abi.encodeCall(IPolicyValidator.announce, (agent, callsHash, logged));
        if (fault == 0) op.announced = "";
        GhostCall memory call;
        // The amount says whether the bytes are whole.
        (call.shape, call.amount, call.other) = (Shape.ANNOUNCE, 1, uint256(callsHash));
        op.calls = new GhostCall[](fault == 3 ? 2 : 1);
        for (uint256 i; i < op.calls.length; ++i) op.calls[i] = call;
        op.settle = fault == 4 ? Settle.RIGHT : Settle.NONE;
        op.batch = fault == 5;
        if (fault == 6) call.value = 1;
        if (fault == 7) op.announcing[random.below(16)] ^= 0x01;
        if (fault == 8 || fault == 9) {
            bytes memory short = op.announcing;
            uint256 length = fault == 8 ? 67 + random.below(2) : random.below(100);
            assembly ("memory-safe") {
                mstore(short, length)
            }
            call.amount = 0;
        }
        if (fault == 10) call.shape = Shape.CANCEL;
        if (call.shape == Shape.CANCEL) op.announcing = "";
    }

    /* LOOKING */

    /// @dev The validation of an operation logs its tier, and nothing else.
    function _requireTierLog(GhostOperation memory op, bytes32 hash) internal {
        Log[] memory logs = vm.getRecordedLogs();
        if (logs.length != (op.tier == 0 ? 0 : 1)) revert Disagreement("logs", logs.length, op.tier, 0, "");
        if (op.tier == 0) return;
        bytes32 topic = IPolicyValidator.TierReached.selector;
        if (!_isLog(logs[0], topic, op.account, op.agent, hash, abi.encode(op.tier))) {
            revert Disagreement("TierReached", op.tier, 0, 0, abi.encode(logs[0]));
        }
    }

    /// @dev What an operation that has run leaves of announcements and approvals.
    function _finishTier(GhostOperation memory op, bool success) internal {
        ++_tiers.passed[op.tier];
        if (op.announcing.length != 0) {
            if (success) _finishAnnouncement(op);
            return;
        }
        if (op.tier == 3) _rememberRun(op);
        if (op.tier != 2) return;
        ++_tiers.used;
        if (!success) ++_tiers.usedInVain;
        _auditAnnouncement(op.account, op.agent, _callsHash(op));
    }

    function _finishAnnouncement(GhostOperation memory op) private {
        bytes32 callsHash = bytes32(op.calls[0].other);
        ++_tiers.announced;
        if (_announced[op.account][op.agent][callsHash].due != 0) ++_tiers.again;
        bool possible = _modelAnnounce(op.account, op.agent, callsHash);
        (, , bytes memory logged) = abi.decode(_withoutSelector(op.announcing), (address, bytes32, bytes));
        _requireAnnounced(op.account, op.agent, callsHash, logged);
        if (!possible) revert Disagreement("announce", 0, 0, 0, op.announcing);
        if (op.announced.length != 0) _rememberPlan(op.account, op.agent, callsHash, op.announced);
    }

    /// @dev The announcement is there, and logged.
    function _requireAnnounced(address account, address agent, bytes32 callsHash, bytes memory logged) internal {
        _auditAnnouncement(account, agent, callsHash);
        Announced memory found = _announced[account][agent][callsHash];
        Log[] memory logs = vm.getRecordedLogs();
        bytes memory data = abi.encode(found.due, found.expires, logged);
        bytes32 topic = IPolicyValidator.CallsAnnounced.selector;
        if (logs.length != 1 || !_isLog(logs[0], topic, account, agent, callsHash, data)) {
            revert Disagreement("CallsAnnounced", logs.length, 0, 0, data);
        }
    }

    function _isLog(
        Log memory log,
        bytes32 topic,
        address account,
        address agent,
        bytes32 hash,
        bytes memory data
    ) internal view returns (bool) {
        return
            log.emitter == address(VALIDATOR) &&
            keccak256(abi.encode(log.topics)) ==
                keccak256(abi.encode(uint256(32), uint256(4), topic, account, agent, hash)) &&
            keccak256(log.data) == keccak256(data);
    }

    function _auditAnnouncement(address account, address agent, bytes32 callsHash) internal view {
        Announced memory expected = _announced[account][agent][callsHash];
        AnnouncementState memory found = VALIDATOR.getAnnouncement(account, agent, callsHash);
        if (keccak256(abi.encode(expected)) != keccak256(abi.encode(found))) {
            revert Disagreement("announcement", expected.due, expected.expires, expected.version, abi.encode(found));
        }
    }

    function _rememberPlan(address account, address agent, bytes32 callsHash, bytes memory calls) internal {
        Plan memory plan = Plan({account: account, agent: agent, callsHash: callsHash, calls: calls});
        (_latest, _waits) = (plan, 5);
        Plan[] storage plans = _plans[account][agent];
        for (uint256 i; i < plans.length; ++i) if (plans[i].callsHash == callsHash) return;
        if (plans.length < PLANS) plans.push(plan);
        else plans[_planned[account][agent]++ % PLANS] = plan;
    }

    function _withoutSelector(bytes memory data) private pure returns (bytes memory rest) {
        rest = new bytes(data.length - 4);
        for (uint256 i; i < rest.length; ++i) rest[i] = data[i + 4];
    }

    /// @dev Reason to which an error of a tier belongs; 0 for any other.
    function _tierBitOf(bytes4 selector) internal pure returns (uint256) {
        if (selector == IPolicyErrors.SignatureLengthInvalid.selector) return Denial.SIGNATURE;
        if (selector == IPolicyErrors.AnnouncementRequired.selector) return Denial.ANNOUNCEMENT_REQUIRED;
        if (selector == IPolicyErrors.AnnouncementNotDue.selector) return Denial.ANNOUNCEMENT_NOT_DUE;
        if (selector == IPolicyErrors.AnnouncementExpired.selector) return Denial.ANNOUNCEMENT_EXPIRED;
        if (selector == IPolicyErrors.ApprovalRequired.selector) return Denial.APPROVAL_REQUIRED;
        if (selector == IPolicyErrors.ApprovalExpired.selector) return Denial.APPROVAL_EXPIRED;
        if (selector == IPolicyErrors.ApprovalInvalid.selector) return Denial.APPROVAL_INVALID;
        if (selector == IPolicyErrors.ApprovalUsed.selector) return Denial.APPROVAL_USED;
        return 0;
    }
}
