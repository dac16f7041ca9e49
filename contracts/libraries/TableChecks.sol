// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPolicyStore} from "../interfaces/IPolicyStore.sol";
import {BlobReader} from "./BlobReader.sol";
import {Draft} from "./Draft.sol";
import {PolicyFormat} from "./PolicyFormat.sol";

/// @title TableChecks
/// @notice Checks the tables that name nothing but one another: assets, groups, weekly windows and blackouts.
/// @dev INV-24: all of them ascend strictly.
library TableChecks {
    using BlobReader for bytes;

    uint256 private constant WEEK = 604_800;

    /// @notice Reverts unless the assets are well formed and strictly ascending.
    /// @dev A token stands for one kind only: `transferFrom` moves an amount of one kind and an item of another.
    function checkAssets(Draft memory draft) internal pure {
        bytes memory blob = draft.blob;
        (uint256 record, ) = blob.sectionAt(PolicyFormat.SECTION_ASSETS);
        uint256 previousToken;
        uint256 previousId;

        for (uint256 asset; asset < draft.assets; ++asset) {
            uint256 token = blob.uintAt(record, 21);
            uint256 id = blob.uintAt(record + 21, 32);
            if (token < previousToken || (asset != 0 && token == previousToken && id <= previousId)) {
                revert IPolicyStore.RecordNotAscending(PolicyFormat.SECTION_ASSETS, asset);
            }
            if (!_isAsset(draft, token >> 160, uint160(token), id) || _isOfOtherKind(draft, asset, token)) {
                revert IPolicyStore.RecordInvalid(PolicyFormat.SECTION_ASSETS, asset);
            }
            (previousToken, previousId) = (token, id);
            record += PolicyFormat.ASSET_SIZE;
        }
    }

    /// @notice Reverts unless the groups' names are distinct and not zero.
    function checkGroups(Draft memory draft) internal pure {
        bytes memory blob = draft.blob;
        (uint256 start, ) = blob.sectionAt(PolicyFormat.SECTION_GROUPS);
        uint256 previous;
        for (uint256 group; group < draft.groups; ++group) {
            uint256 record = start + group * PolicyFormat.GROUP_SIZE;
            uint256 name = blob.uintAt(record, PolicyFormat.GROUP_SIZE);
            if (name == 0) revert IPolicyStore.RecordInvalid(PolicyFormat.SECTION_GROUPS, group);
            if (name <= previous) revert IPolicyStore.RecordNotAscending(PolicyFormat.SECTION_GROUPS, group);
            previous = name;
        }
    }

    /// @notice Reverts unless the weekly windows and the blackouts are in order.
    function checkSchedule(bytes memory blob) internal pure {
        _checkIntervals(blob, PolicyFormat.SECTION_WEEKLY, PolicyFormat.WEEKLY_SIZE / 2, WEEK);
        _checkIntervals(
            blob,
            PolicyFormat.SECTION_BLACKOUTS,
            PolicyFormat.BLACKOUT_SIZE / 2,
            PolicyFormat.TIME_LIMIT - 1
        );
    }

    /// @dev `start ‖ end`, of `size` bytes each, where a start is greater than the end before it: else two intervals were
    /// one. `maxEnd` is the greatest end.
    function _checkIntervals(bytes memory blob, uint256 section, uint256 size, uint256 maxEnd) private pure {
        (uint256 record, uint256 count) = blob.tableAt(section, 2 * size);
        uint256 previousEnd;
        for (uint256 i; i < count; ++i) {
            uint256 start = blob.uintAt(record, size);
            uint256 end = blob.uintAt(record + size, size);
            if (start >= end || end > maxEnd) revert IPolicyStore.RecordInvalid(section, i);
            if (i != 0 && start <= previousEnd) revert IPolicyStore.RecordNotAscending(section, i);
            previousEnd = end;
            record += 2 * size;
        }
    }

    /// @dev A token is no precompile and not the store: no permission could target it.
    function _isAsset(Draft memory draft, uint256 kind, uint256 token, uint256 id) private pure returns (bool) {
        if (kind >= PolicyFormat.ASSET_ERC20 && kind <= PolicyFormat.ASSET_ERC1155) {
            if (token <= PolicyFormat.HIGHEST_RESERVED_TARGET || token == uint160(draft.store)) return false;
            return id == 0 || kind == PolicyFormat.ASSET_ERC1155;
        }
        return kind >= PolicyFormat.ASSET_NATIVE && kind <= PolicyFormat.ASSET_GAS && token == 0 && id == 0;
    }

    /// @dev Whether an asset before this one is of the same address, not zero, and of another kind.
    function _isOfOtherKind(Draft memory draft, uint256 asset, uint256 token) private pure returns (bool) {
        if (uint160(token) == 0) return false;
        (uint256 other, ) = draft.blob.sectionAt(PolicyFormat.SECTION_ASSETS);
        for (uint256 i; i < asset; ++i) {
            uint256 otherToken = draft.blob.uintAt(other, 21);
            if (uint160(otherToken) == uint160(token) && otherToken != token) return true;
            other += PolicyFormat.ASSET_SIZE;
        }
        return false;
    }
}
