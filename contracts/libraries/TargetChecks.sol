// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPolicyValidator} from "../interfaces/IPolicyValidator.sol";
import {EntryPoints} from "./EntryPoints.sol";
import {PolicyFormat} from "./PolicyFormat.sol";
import {Policy} from "./PolicyReader.sol";
import {Sets} from "./Sets.sol";

/// @title TargetChecks
/// @notice Refuses a policy that permits calls to what could change the account or this module.
library TargetChecks {
    /// @notice Reverts with `TargetForbidden` when the policy names `target`, alone or in a set.
    /// @dev INV-5. A set permission for all addresses, or for all but some, is for plain transfers alone; what they must
    /// not reach is denied in validation.
    function refuse(Policy policy, address store, address target) internal view {
        (uint256 start, uint256 end) = policy.section(PolicyFormat.SECTION_PERMISSIONS);
        uint256 key = uint256(uint160(target));
        if (start != end) {
            (, uint256 record) = policy.search(
                start,
                (end - start) / PolicyFormat.PERMISSION_SIZE,
                PolicyFormat.PERMISSION_SIZE,
                200,
                // The greatest key of the target, so that the search ends at its last permission, if it has one.
                (key << 40) | type(uint40).max
            );
            if (record >> 96 == key) revert IPolicyValidator.TargetForbidden(target);
        }

        (start, end) = policy.section(PolicyFormat.SECTION_SET_PERMISSIONS);
        for (; start < end; start += PolicyFormat.SET_PERMISSION_SIZE) {
            uint256 set = (policy.word(start) >> 208) & 0xff;
            if (set >= PolicyFormat.NOT_IN_SET) continue;
            if (Sets.contains(policy, store, set, key)) revert IPolicyValidator.TargetForbidden(target);
        }
    }

    /// @notice Reverts with `TargetForbidden` when the policy names a canonical EntryPoint, or that of the account.
    function refuseEntryPoints(Policy policy, address store, address account) internal view {
        refuse(policy, store, EntryPoints.V06);
        refuse(policy, store, EntryPoints.V07);
        refuse(policy, store, EntryPoints.V08);
        refuse(policy, store, EntryPoints.V09);
        // Not every account has this function. Those that do say which EntryPoint they trust, canonical or not.
        (bool success, bytes memory result) = account.staticcall(abi.encodeWithSignature("entryPoint()"));
        if (success && result.length == 32) refuse(policy, store, address(uint160(uint256(bytes32(result)))));
    }
}
