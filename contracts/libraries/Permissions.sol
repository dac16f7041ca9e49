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
    /// @param operation Operation, with the call to check.
    function check(Operation memory operation) internal view {
        uint256 target = operation.target;
        uint256 account = operation.account;
        uint256 length = operation.length;
        uint256 data = operation.data;
        // `kind ‖ selector`, as permissions have it: 0 for a plain transfer.
        uint256 called;
        bool denied;
        assembly ("memory-safe") {
            called := mul(iszero(iszero(length)), or(shl(32, 1), shr(224, calldataload(data))))
            // A length of 0 wraps here, and is not below 3.
            denied := or(or(iszero(target), eq(target, account)), or(eq(target, address()), lt(sub(length, 1), 3)))
        }
        if (denied) _denyCall(operation);
        Rules.apply_(operation, _find(operation, target, called));
    }

    /// @dev An exact target beats a set.
    function _find(Operation memory operation, uint256 target, uint256 called) private view returns (uint256 rule) {
        Policy policy = operation.policy;
        (uint256 start, uint256 end) = policy.section(PolicyFormat.SECTION_PERMISSIONS);
        if (start != end) {
            unchecked {
                // Safe unchecked: a section's end is not before its start.
                uint256 count = (end - start) / PolicyFormat.PERMISSION_SIZE;
                uint256 key = (target << 40) | called;
                (, uint256 record) = policy.search(start, count, PolicyFormat.PERMISSION_SIZE, 200, key);
                if (record >> 56 == key) rule = (record >> 40) & 0xffff;
            }
        }
        // No rule begins at 0.
        if (rule == 0) {
            rule = _findInSets(operation, target, called);
            if (rule == 0) _denyPermission(operation, called);
        }
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
            if (set != PolicyFormat.ANY_ADDRESS) fits = Sets.contains(policy, operation.store, set & 0x7f, target);
            // What no policy may name, a complement does not hold either (INV-5).
            if (set >= PolicyFormat.NOT_IN_SET) fits = !fits && !_isReserved(operation, target);
            if (fits) return permission & 0xffff;
        }
        return 0;
    }

    function _isReserved(Operation memory operation, uint256 target) private pure returns (bool) {
        return
            target <= PolicyFormat.HIGHEST_RESERVED_TARGET ||
            target == uint160(operation.store) ||
            EntryPoints.isCanonical(address(uint160(target)));
    }

    /// @dev Says what is wrong with a call that no permission could allow.
    function _denyCall(Operation memory operation) private view {
        uint256 target = operation.target;
        if (target == 0 || target == operation.account || target == uint160(address(this))) {
            revert IPolicyErrors.PrivilegedTarget(operation.callIndex, address(uint160(target)));
        }
        revert IPolicyErrors.CallDataSizeInvalid(operation.callIndex, 0, operation.length, 4);
    }

    /// @dev Says whether the target or only the selector is not permitted.
    function _denyPermission(Operation memory operation, uint256 called) private view {
        Policy policy = operation.policy;
        uint256 callIndex = operation.callIndex;
        address target = address(uint160(operation.target));
        if (called == 0) revert IPolicyErrors.RecipientNotAllowed(callIndex, 0, address(0), target);
        (uint256 start, uint256 end) = policy.section(PolicyFormat.SECTION_PERMISSIONS);
        for (uint256 record = start; record < end; record += PolicyFormat.PERMISSION_SIZE) {
            uint256 permission = policy.word(record);
            if (permission >> 88 == (operation.target << 8) | PolicyFormat.CALL) {
                revert IPolicyErrors.SelectorNotAllowed(callIndex, target, bytes4(uint32(called)));
            }
        }
        revert IPolicyErrors.TargetNotAllowed(callIndex, target);
    }
}
