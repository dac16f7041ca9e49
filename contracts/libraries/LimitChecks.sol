// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPolicyStore} from "../interfaces/IPolicyStore.sol";
import {BlobReader} from "./BlobReader.sol";
import {Draft} from "./Draft.sol";
import {PolicyFormat} from "./PolicyFormat.sol";

/// @dev A limit while it is checked.
struct Limit {
    /// @dev Index of the asset.
    uint256 asset;
    /// @dev Kind of the asset; 0 where there is no such asset.
    uint256 assetKind;
    /// @dev Whose spending it counts.
    uint256 scope;
    /// @dev Index of the group plus 1; 0 where there is none.
    uint256 group;
    /// @dev Kind of the period.
    uint256 kind;
    /// @dev Length of the period, in seconds.
    uint256 length;
    /// @dev First second of the first period.
    uint256 anchor;
    /// @dev What happens when the amount would be exceeded.
    uint256 action;
    /// @dev Base units of the asset.
    uint256 amount;
}

/// @title LimitChecks
/// @notice Checks the limits, and that nothing can move without a budget.
/// @dev INV-24: they ascend strictly.
library LimitChecks {
    using BlobReader for bytes;

    uint256 private constant KEY_SIZE = 15;

    /// @notice Reverts unless every limit is well formed and every asset has a budget.
    /// @dev INV-25: an asset that can move has a limit over time, over all permissions, that denies.
    function check(Draft memory draft) internal pure {
        bytes memory blob = draft.blob;
        (uint256 record, uint256 count) = blob.tableAt(PolicyFormat.SECTION_LIMITS, PolicyFormat.LIMIT_SIZE);
        uint256 previousKey;
        uint256 budgets;

        for (uint256 i; i < count; ++i) {
            uint256 key = blob.uintAt(record, KEY_SIZE);
            if (i != 0 && key <= previousKey) revert IPolicyStore.RecordNotAscending(PolicyFormat.SECTION_LIMITS, i);
            Limit memory limit = _read(draft, record);
            if (!_isValid(draft, limit) || blob.uintAt(record + KEY_SIZE, 1) != 0) {
                revert IPolicyStore.RecordInvalid(PolicyFormat.SECTION_LIMITS, i);
            }
            if (limit.action == PolicyFormat.ACTION_DENY && limit.amount == 0) {
                revert IPolicyStore.BudgetMissing(limit.asset);
            }

            if (limit.group != 0) draft.limitedGroups |= 1 << (limit.group - 1);
            draft.actions |= 1 << limit.action;
            if (_isBudget(limit)) budgets |= 1 << limit.asset;
            previousKey = key;
            record += PolicyFormat.LIMIT_SIZE;
        }

        for (uint256 asset; asset < draft.assets; ++asset) {
            if ((budgets >> asset) & 1 == 0) revert IPolicyStore.BudgetMissing(asset);
        }
    }

    function _read(Draft memory draft, uint256 record) private pure returns (Limit memory limit) {
        bytes memory blob = draft.blob;
        limit.asset = blob.uintAt(record, 1);
        limit.scope = blob.uintAt(record + 1, 1);
        limit.group = blob.uintAt(record + 2, 1);
        limit.kind = blob.uintAt(record + 3, 1);
        limit.length = blob.uintAt(record + 4, 4);
        limit.anchor = blob.uintAt(record + 8, 6);
        limit.action = blob.uintAt(record + 14, 1);
        limit.amount = blob.uintAt(record + 16, 16);
        if (limit.asset < draft.assets) {
            (uint256 assets, ) = blob.sectionAt(PolicyFormat.SECTION_ASSETS);
            limit.assetKind = blob.uintAt(assets + limit.asset * PolicyFormat.ASSET_SIZE, 1);
        }
    }

    function _isValid(Draft memory draft, Limit memory limit) private pure returns (bool) {
        return
            limit.kind <= PolicyFormat.PERIOD_ROLLING_COUNT &&
            limit.action <= PolicyFormat.ACTION_APPROVAL &&
            // What is rolling denies: nothing may be charged to it beyond its amount.
            (limit.kind < PolicyFormat.PERIOD_ROLLING_AMOUNT || limit.action == PolicyFormat.ACTION_DENY) &&
            _isScope(draft, limit) &&
            _isPeriod(limit) &&
            _isForAsset(limit);
    }

    /// @dev A group where the scope has one, and nowhere else. One operation has one agent.
    function _isScope(Draft memory draft, Limit memory limit) private pure returns (bool) {
        if (limit.scope > PolicyFormat.SCOPE_ACCOUNT + PolicyFormat.SCOPE_GROUP || limit.group > draft.groups) {
            return false;
        }
        if (limit.kind == PolicyFormat.PERIOD_OPERATION && limit.scope & PolicyFormat.SCOPE_ACCOUNT != 0) return false;
        return (limit.scope & PolicyFormat.SCOPE_GROUP != 0) == (limit.group != 0);
    }

    function _isPeriod(Limit memory limit) private pure returns (bool) {
        uint256 kind = limit.kind;
        if (kind == PolicyFormat.PERIOD_FIXED) {
            return limit.length >= PolicyFormat.MIN_PERIOD_LENGTH && limit.anchor < PolicyFormat.TIME_LIMIT;
        }
        if (limit.anchor != 0) return false;
        if (kind == PolicyFormat.PERIOD_ROLLING_AMOUNT) return limit.length >= PolicyFormat.MIN_PERIOD_LENGTH;
        if (kind == PolicyFormat.PERIOD_ROLLING_COUNT) {
            return
                limit.length >= PolicyFormat.MIN_PERIOD_LENGTH &&
                limit.amount != 0 &&
                limit.amount <= PolicyFormat.MAX_ROLLING_COUNT;
        }
        return kind != 0 && limit.length == 0;
    }

    /// @dev The gas of an operation belongs to no group of calls.
    function _isForAsset(Limit memory limit) private pure returns (bool) {
        uint256 kind = limit.kind;
        bool isCounted = kind >= PolicyFormat.PERIOD_FIXED && kind <= PolicyFormat.PERIOD_LIFETIME;
        if (limit.assetKind == PolicyFormat.ASSET_OPERATIONS) {
            return isCounted || kind == PolicyFormat.PERIOD_ROLLING_COUNT;
        }
        if (limit.assetKind == PolicyFormat.ASSET_GAS) {
            return isCounted && limit.action == PolicyFormat.ACTION_DENY && limit.group == 0;
        }
        return limit.assetKind != 0 && kind != PolicyFormat.PERIOD_ROLLING_COUNT;
    }

    /// @dev Operations and gas need any limit at all.
    function _isBudget(Limit memory limit) private pure returns (bool) {
        if (limit.assetKind > PolicyFormat.ASSET_ERC1155) return true;
        return
            limit.kind != PolicyFormat.PERIOD_OPERATION && limit.action == PolicyFormat.ACTION_DENY && limit.group == 0;
    }
}
