// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPolicyErrors} from "../interfaces/IPolicyErrors.sol";
import {EntryPoints} from "./EntryPoints.sol";
import {Operation} from "./Operations.sol";
import {PolicyFormat} from "./PolicyFormat.sol";
import {Policy} from "./PolicyReader.sol";
import {Rules} from "./Rules.sol";
import {Sets} from "./Sets.sol";

/// @title Permissions
/// @notice Finds the rule that permits a call, and applies it.
library Permissions {
    /// @notice Denies the call unless the policy has a permission for it whose rule it keeps.
    /// @dev INV-5: no call to the account, this module or the zero address passes (some accounts read zero as
    /// themselves), whatever the policy says.
    /// @param operation Operation, with the call to check. Its `selector` is filled in here.
    function check(Operation memory operation) internal view {
        uint256 target = operation.target;
        uint256 account = uint160(operation.account);
        bool privileged;
        assembly ("memory-safe") {
            privileged := or(iszero(target), or(eq(target, account), eq(target, address())))
        }
        if (privileged) revert IPolicyErrors.PrivilegedTarget(operation.callIndex, address(uint160(target)));

        // `kind ‖ selector`, as permissions have it.
        uint256 called;
        uint256 length = operation.length;
        if (length != 0) {
            if (length < 4) revert IPolicyErrors.CallDataSizeInvalid(operation.callIndex, 0, length, 4);
            uint256 data = operation.data;
            assembly ("memory-safe") {
                called := or(shl(32, 1), shr(224, calldataload(data)))
            }
        }
        operation.selector = called & 0xffffffff;
        Rules.apply_(operation, _find(operation, target, called));
    }

    /// @dev An exact target beats a set.
    function _find(Operation memory operation, uint256 target, uint256 called) private view returns (uint256 rule) {
        Policy policy = operation.policy;
        (uint256 start, uint256 end) = policy.section(PolicyFormat.SECTION_PERMISSIONS);
        if (start != end) {
            uint256 key = (target << 40) | called;
            unchecked {
                // Safe unchecked: a section's end is not before its start.
                (, uint256 record) = policy.search(
                    start,
                    (end - start) / PolicyFormat.PERMISSION_SIZE,
                    PolicyFormat.PERMISSION_SIZE,
                    200,
                    key
                );
                if (record >> 56 == key) return (record >> 40) & 0xffff;
            }
        }
        rule = _findInSets(operation, target, called);
        if (rule == 0) _deny(policy, operation.callIndex, target, called, start, end);
    }

    /// @dev Returns 0 when no set permission fits.
    function _findInSets(Operation memory operation, uint256 target, uint256 called) private view returns (uint256) {
        Policy policy = operation.policy;
        (uint256 record, uint256 end) = policy.section(PolicyFormat.SECTION_SET_PERMISSIONS);
        for (; record < end;) {
            uint256 permission = policy.word(record) >> 192;
            unchecked {
                record += PolicyFormat.SET_PERMISSION_SIZE;
            }
            if (permission >> 24 != called) continue;

            uint256 set = (permission >> 16) & 0xff;
            bool fits;
            if (set < PolicyFormat.NOT_IN_SET) {
                fits = Sets.contains(policy, operation.store, set, target);
            } else if (!EntryPoints.isCanonical(address(uint160(target)))) {
                if (set != PolicyFormat.ANY_ADDRESS) {
                    fits = Sets.contains(policy, operation.store, set & 0x7f, target);
                }
                fits = !fits;
            }
            if (fits) return permission & 0xffff;
        }
        return 0;
    }

    /// @dev Says whether the target or only the selector is not permitted.
    function _deny(
        Policy policy,
        uint256 callIndex,
        uint256 target,
        uint256 called,
        uint256 start,
        uint256 end
    ) private view {
        address target_ = address(uint160(target));
        if (called == 0) revert IPolicyErrors.RecipientNotAllowed(callIndex, 0, address(0), target_);
        for (uint256 record = start; record < end; record += PolicyFormat.PERMISSION_SIZE) {
            uint256 permission = policy.word(record);
            if (permission >> 96 == target && (permission >> 88) & 0xff == PolicyFormat.CALL) {
                revert IPolicyErrors.SelectorNotAllowed(callIndex, target_, bytes4(uint32(called)));
            }
        }
        revert IPolicyErrors.TargetNotAllowed(callIndex, target_);
    }
}
