// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPolicyValidator} from "../../../contracts/interfaces/IPolicyValidator.sol";
import {GhostOwner} from "./GhostOwner.sol";
import {Denial, GhostOperation, GhostPolicy, Settle, Shape} from "./GhostTypes.sol";

/// @title GhostAnnouncements
/// @notice What the model knows of the delay tier, in the words of `docs/policy-format.md`, `docs/tiers.md` and the interface.
abstract contract GhostAnnouncements is GhostOwner {
    /// @dev Seconds in which announced calls may run, both inclusive, and the agent's version when it announced them.
    struct Announced {
        uint48 due;
        uint48 expires;
        uint16 version;
    }

    mapping(address account => mapping(address agent => mapping(bytes32 callsHash => Announced))) internal _announced;

    /// @notice Tells whether the operation announces: its only call, in single mode, without value, of 68 bytes
    /// or more, which begin with the selector and the agent.
    function _modelAnnounces(GhostOperation memory op, GhostPolicy memory policy) internal pure returns (bool) {
        if (op.calls.length != 1 || op.calls[0].shape != Shape.ANNOUNCE) return false;
        if (op.batch || op.settle != Settle.NONE || op.calls[0].value != 0) return false;
        if (policy.delay == 0 || op.announcing.length < 68) return false;
        bytes memory begins = abi.encodeWithSelector(IPolicyValidator.announce.selector, op.agent);
        for (uint256 i; i < 36; ++i) if (op.announcing[i] != begins[i]) return false;
        return true;
    }

    /// @notice Announces calls, for the agent's operation or for the owner. Returns whether that is possible.
    function _modelAnnounce(address account, address agent, bytes32 callsHash) internal returns (bool) {
        Agent storage found = _agents[account][agent];
        if (found.policyHash == 0 || found.frozen) return false;
        GhostPolicy memory policy = _modelPolicyOf(found.policyHash);
        if (policy.delay == 0) return false;
        uint48 due = uint48(block.timestamp + policy.delay);
        _announced[account][agent][callsHash] = Announced({
            due: due,
            expires: due + policy.lifetime,
            version: uint16(found.version)
        });
        return true;
    }

    /// @notice Cancels announced calls for the account, or for the guardian. Returns whether that is possible.
    function _modelCancel(address account, address agent, bytes32 callsHash, address by) internal returns (bool) {
        address guardian = _modelPolicyOf(_agents[account][agent].policyHash).guardian;
        if (by != account && (guardian == address(0) || by != guardian)) return false;
        if (_announced[account][agent][callsHash].due == 0) return false;
        delete _announced[account][agent][callsHash];
        return true;
    }

    /// @dev Reasons why the calls of an operation of the delay tier may not run.
    function _judgeAnnouncement(GhostOperation memory op, bytes32 callsHash) internal view returns (uint256 denials) {
        Announced memory found = _announced[op.account][op.agent][callsHash];
        if (found.due == 0 || found.version != _agents[op.account][op.agent].version) {
            return Denial.ANNOUNCEMENT_REQUIRED;
        }
        if (op.validAfter < found.due) denials |= Denial.ANNOUNCEMENT_NOT_DUE;
        if (op.validUntil > found.expires) denials |= Denial.ANNOUNCEMENT_EXPIRED;
    }
}
