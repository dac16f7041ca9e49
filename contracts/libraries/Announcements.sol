// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPolicyErrors} from "../interfaces/IPolicyErrors.sol";
import {IPolicyValidator} from "../interfaces/IPolicyValidator.sol";
import {Operation} from "./Operations.sol";
import {PolicyFormat} from "./PolicyFormat.sol";
import {Policy} from "./PolicyReader.sol";

/// @dev Calls that an agent has announced: `due(48) ‖ expires(48) ‖ version(16)`, right-aligned; 0 where nothing is.
struct Announcement {
    uint256 word;
}

using Announcements for Announcement global;

/// @title Announcements
/// @notice Lets operations of the delay tier wait: announced first, run when they are due.
/// @dev INV-36: what runs was announced, byte for byte, at least the policy's delay before, under the grant's present
/// version, was not cancelled since, and runs once.
library Announcements {
    uint256 private constant ANNOUNCE = uint32(IPolicyValidator.announce.selector);

    /// @notice Returns the key of an announcement.
    /// @param callsHash Hash of the calls, as `CallHashes` has it.
    function key(address agent, bytes32 callsHash) internal pure returns (bytes32) {
        return keccak256(abi.encode(agent, callsHash));
    }

    /// @notice Returns how long the policy has operations of the delay tier wait, and then stand, in seconds; 0 without one.
    function timing(Policy policy) internal pure returns (uint256 delay, uint256 lifetime) {
        (uint256 record, uint256 end) = policy.section(PolicyFormat.SECTION_TIERS);
        if (record != end) {
            delay = policy.field(record, 4);
            lifetime = policy.field(record + 4, 4);
        }
    }

    /// @notice Returns whether a call of this module is its agent's own `announce`, under a policy that has delays.
    function isAnnounce(Operation memory operation) internal pure returns (bool) {
        (uint256 delay, ) = timing(operation.policy);
        uint256 data = operation.data;
        uint256 selector;
        uint256 agent;
        assembly ("memory-safe") {
            selector := shr(224, calldataload(data))
            agent := calldataload(add(data, 4))
        }
        return
            delay != 0 &&
            operation.value == 0 &&
            operation.length >= 68 &&
            selector == ANNOUNCE &&
            agent == uint160(operation.agent);
    }

    /// @notice Returns whether an operation whose calls have been checked is an announcement.
    /// @dev No other call of this module passes but a `settle`, which leaves its charges.
    function announces(Operation memory operation) internal view returns (bool) {
        return operation.target == uint160(address(this)) && operation.charges == 0;
    }

    /// @notice Stores an announcement that is due `delay` seconds from now.
    /// @dev Only in execution, where the time may be read: ERC-7562 forbids it in validation, which compares the signed
    /// window with what was stored (`take`).
    function announce(
        Announcement storage announcement,
        Policy policy,
        uint256 version
    ) internal returns (uint256 due, uint256 expires) {
        (uint256 delay, uint256 lifetime) = timing(policy);
        if (delay == 0) revert IPolicyValidator.DelayNotConfigured();
        // Of 34 bits: a delay and a lifetime of 32 bits each, from a time of today.
        due = block.timestamp + delay;
        expires = due + lifetime;
        announcement.word = (due << 64) | (expires << 16) | version;
    }

    /// @notice Takes the announcement of what runs now, or reverts with `AnnouncementRequired`, `AnnouncementNotDue` or
    /// `AnnouncementExpired`.
    function take(
        Announcement storage announcement,
        Operation memory operation,
        bytes32 callsHash,
        uint256 version
    ) internal {
        (uint256 due, uint256 expires, uint256 announced) = announcement.read();
        if (due == 0 || announced != version) {
            (uint256 delay, ) = timing(operation.policy);
            revert IPolicyErrors.AnnouncementRequired(callsHash, delay);
        }
        // Safe casts: times of 48 bits.
        if (operation.validAfter < due) {
            revert IPolicyErrors.AnnouncementNotDue(uint48(operation.validAfter), uint48(due));
        }
        if (operation.validUntil > expires) {
            revert IPolicyErrors.AnnouncementExpired(uint48(operation.validUntil), uint48(expires));
        }
        announcement.word = 0;
    }

    /// @notice Returns the fields of an announcement; all zero where there is none.
    /// @return due First second in which the calls may run.
    /// @return expires Last second.
    /// @return version Version that the agent had when it announced them.
    function read(
        Announcement storage announcement
    ) internal view returns (uint256 due, uint256 expires, uint256 version) {
        uint256 word = announcement.word;
        return (word >> 64, uint48(word >> 16), uint16(word));
    }
}
