// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPolicyStore} from "../interfaces/IPolicyStore.sol";
import {BlobReader} from "./BlobReader.sol";
import {Draft} from "./Draft.sol";
import {PolicyFormat} from "./PolicyFormat.sol";
import {RuleChecks} from "./RuleChecks.sol";
import {Addresses, SetChecks} from "./SetChecks.sol";
import {PermittedCall} from "./TokenCalls.sol";

/// @title PermissionChecks
/// @notice Checks the permissions and the set permissions, what they reach, and with each its rule.
/// @dev INV-24: both ascend strictly.
library PermissionChecks {
    using BlobReader for bytes;
    using SetChecks for Addresses;

    uint256 private constant KEY_SIZE = 25;
    uint256 private constant SET_KEY_SIZE = 6;

    /// @notice Reverts unless all permissions are well formed and their rules tile the section of rules.
    /// @dev INV-26: each rule begins where the one before ended, and nothing lies behind the last.
    function check(Draft memory draft) internal view {
        (uint256 cursor, uint256 end) = draft.blob.sectionAt(PolicyFormat.SECTION_RULES);
        uint256 permissions;
        uint256 setPermissions;
        (cursor, permissions) = _checkTargets(draft, cursor);
        (cursor, setPermissions) = _checkSets(draft, cursor, permissions);
        if (permissions + setPermissions == 0) revert IPolicyStore.PolicyEmpty();
        if (cursor != end) revert IPolicyStore.RuleInvalid(cursor);
    }

    /// @dev Returns where the rules end, and the number of permissions.
    function _checkTargets(Draft memory draft, uint256 cursor) private pure returns (uint256 end, uint256 count) {
        bytes memory blob = draft.blob;
        uint256 record;
        (record, count) = blob.tableAt(PolicyFormat.SECTION_PERMISSIONS, PolicyFormat.PERMISSION_SIZE);
        uint256 previousKey;

        for (uint256 i; i < count; ++i) {
            uint256 key = blob.uintAt(record, KEY_SIZE);
            if (i != 0 && key <= previousKey) {
                revert IPolicyStore.RecordNotAscending(PolicyFormat.SECTION_PERMISSIONS, i);
            }
            uint256 target = key >> 40;
            PermittedCall memory call = _toCall(PolicyFormat.SECTION_PERMISSIONS, i, key & 0xffffffffff);
            _checkTarget(draft, i, target);
            call.target = target;
            call.assetKind = _assetKind(draft, target);

            cursor = _checkRule(draft, call, blob.uintAt(record + KEY_SIZE, 2), cursor);
            previousKey = key;
            record += PolicyFormat.PERMISSION_SIZE;
        }
        end = cursor;
    }

    /// @dev Returns where the rules end, and the number of set permissions. `permissions` is the number of those before
    /// them, from which `TargetReserved` counts on.
    function _checkSets(
        Draft memory draft,
        uint256 cursor,
        uint256 permissions
    ) private view returns (uint256 end, uint256 count) {
        bytes memory blob = draft.blob;
        uint256 record;
        (record, count) = blob.tableAt(PolicyFormat.SECTION_SET_PERMISSIONS, PolicyFormat.SET_PERMISSION_SIZE);
        uint256 previousKey;

        for (uint256 i; i < count; ++i) {
            uint256 key = blob.uintAt(record, SET_KEY_SIZE);
            if (i != 0 && key <= previousKey) {
                revert IPolicyStore.RecordNotAscending(PolicyFormat.SECTION_SET_PERMISSIONS, i);
            }
            PermittedCall memory call = _toCall(PolicyFormat.SECTION_SET_PERMISSIONS, i, key >> 8);
            uint256 rule = blob.uintAt(record + SET_KEY_SIZE, 2);
            _checkSet(draft, call, i, permissions + i, key & 0xff, rule);

            cursor = _checkRule(draft, call, rule, cursor);
            previousKey = key;
            record += PolicyFormat.SET_PERMISSION_SIZE;
        }
        end = cursor;
    }

    function _checkRule(
        Draft memory draft,
        PermittedCall memory call,
        uint256 rule,
        uint256 cursor
    ) private pure returns (uint256 end) {
        if (rule != cursor) revert IPolicyStore.RuleInvalid(rule);
        end = RuleChecks.check(draft, call, rule);
    }

    /// @dev Reads `kind(1) ‖ selector(4)`. A plain transfer has no selector.
    function _toCall(
        uint256 section,
        uint256 index,
        uint256 kindAndSelector
    ) private pure returns (PermittedCall memory call) {
        call.kind = kindAndSelector >> 32;
        call.selector = bytes4(uint32(kindAndSelector));
        bool valid = call.kind == PolicyFormat.TRANSFER ? call.selector == 0 : call.kind == PolicyFormat.CALL;
        if (!valid) revert IPolicyStore.RecordInvalid(section, index);
    }

    /// @dev INV-30: a set that is named is reached in no other way than its elements would be; a complement, and every
    /// address, take plain transfers only. INV-27: a call reaches no token with a budget through a set.
    function _checkSet(
        Draft memory draft,
        PermittedCall memory call,
        uint256 index,
        uint256 permission,
        uint256 set,
        uint256 rule
    ) private view {
        bool isComplement = set & PolicyFormat.NOT_IN_SET != 0;
        if (isComplement && call.kind == PolicyFormat.TRANSFER && set == PolicyFormat.ANY_ADDRESS) return;
        if (
            (isComplement && call.kind == PolicyFormat.CALL) ||
            !SetChecks.useAddresses(draft, set & ~PolicyFormat.NOT_IN_SET)
        ) revert IPolicyStore.RecordInvalid(PolicyFormat.SECTION_SET_PERMISSIONS, index);
        if (isComplement) return;

        Addresses memory targets = SetChecks.load(draft, set);
        _checkTarget(draft, permission, targets.first());
        if (targets.contains(uint160(draft.store))) revert IPolicyStore.TargetReserved(permission, draft.store);
        if (call.kind == PolicyFormat.CALL) _checkNoToken(draft, targets, rule, call.selector);
    }

    function _checkNoToken(Draft memory draft, Addresses memory targets, uint256 rule, bytes4 selector) private pure {
        (uint256 asset, ) = draft.blob.sectionAt(PolicyFormat.SECTION_ASSETS);
        for (uint256 i; i < draft.assets; ++i) {
            // Zero, the address of an asset that is no token, is in no set of targets.
            uint256 token = draft.blob.uintAt(asset + 1, 20);
            if (targets.contains(token)) {
                revert IPolicyStore.TokenCallUnknown(rule, address(uint160(token)), selector);
            }
            asset += PolicyFormat.ASSET_SIZE;
        }
    }

    function _checkTarget(Draft memory draft, uint256 permission, uint256 target) private pure {
        if (target <= PolicyFormat.HIGHEST_RESERVED_TARGET || target == uint160(draft.store)) {
            revert IPolicyStore.TargetReserved(permission, address(uint160(target)));
        }
    }

    /// @dev Kind of the assets with this address, which all have the same; 0 where there are none.
    function _assetKind(Draft memory draft, uint256 target) private pure returns (uint256) {
        (uint256 asset, ) = draft.blob.sectionAt(PolicyFormat.SECTION_ASSETS);
        for (uint256 i; i < draft.assets; ++i) {
            uint256 token = draft.blob.uintAt(asset, 21);
            if (uint160(token) == target) return token >> 160;
            asset += PolicyFormat.ASSET_SIZE;
        }
        return 0;
    }
}
