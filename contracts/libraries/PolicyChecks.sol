// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPolicyStore} from "../interfaces/IPolicyStore.sol";
import {BlobReader} from "./BlobReader.sol";
import {Draft} from "./Draft.sol";
import {HeaderChecks} from "./HeaderChecks.sol";
import {LimitChecks} from "./LimitChecks.sol";
import {PermissionChecks} from "./PermissionChecks.sol";
import {PolicyFormat} from "./PolicyFormat.sol";
import {SetChecks} from "./SetChecks.sol";
import {TableChecks} from "./TableChecks.sol";
import {TierChecks} from "./TierChecks.sol";

/// @title PolicyChecks
/// @notice Decides whether bytes are a well-formed policy, as `docs/policy-format.md` says.
/// @dev INV-20: the validator reads what has passed here without checking it again.
library PolicyChecks {
    using BlobReader for bytes;

    /// @notice Reverts with the first fault found, unless the blob, of kind 1, is a well-formed policy.
    /// @dev INV-23: the directory comes first, and every table before what names it, so that nothing is read outside the
    /// blob.
    /// @param store Store that keeps the sets which the policy names, and that no policy may target.
    function check(bytes memory blob, address store) internal view {
        if (blob.length < PolicyFormat.HEADER_SIZE) revert IPolicyStore.BlobSizeInvalid(blob.length);
        HeaderChecks.checkFields(blob);
        HeaderChecks.checkDirectory(blob);

        Draft memory draft;
        draft.blob = blob;
        draft.store = store;
        (, draft.assets) = blob.tableAt(PolicyFormat.SECTION_ASSETS, PolicyFormat.ASSET_SIZE);
        (, draft.groups) = blob.tableAt(PolicyFormat.SECTION_GROUPS, PolicyFormat.GROUP_SIZE);
        (, draft.sets) = blob.tableAt(PolicyFormat.SECTION_SETS, PolicyFormat.SET_SIZE);

        TableChecks.checkAssets(draft);
        TableChecks.checkGroups(draft);
        LimitChecks.check(draft);
        SetChecks.checkTable(draft);
        HeaderChecks.checkReferences(draft);
        TableChecks.checkSchedule(blob);
        PermissionChecks.check(draft);
        TierChecks.check(draft);

        _checkUse(PolicyFormat.SECTION_ASSETS, draft.assets, draft.usedAssets);
        _checkUse(PolicyFormat.SECTION_GROUPS, draft.groups, draft.usedGroups & draft.limitedGroups);
        _checkUse(PolicyFormat.SECTION_SETS, draft.sets, draft.usedSets);
    }

    /// @dev INV-32: nothing in a policy is without effect. A group needs both a limit and a rule.
    function _checkUse(uint256 section, uint256 count, uint256 used) private pure {
        for (uint256 i; i < count; ++i) {
            if ((used >> i) & 1 == 0) revert IPolicyStore.RecordInvalid(section, i);
        }
    }
}
