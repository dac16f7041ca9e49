// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPolicyStore} from "../interfaces/IPolicyStore.sol";
import {BlobReader} from "./BlobReader.sol";
import {Draft} from "./Draft.sol";
import {PolicyFormat} from "./PolicyFormat.sol";
import {SetChecks} from "./SetChecks.sol";

/// @title TierChecks
/// @notice Checks the record that says how an operation is delayed or approved.
library TierChecks {
    using BlobReader for bytes;

    /// @notice Reverts with `RecordInvalid` unless there is a record exactly when an action needs one.
    /// @dev Only after limits and rules are checked. Fields of an action that nothing has are zero.
    function check(Draft memory draft) internal view {
        bytes memory blob = draft.blob;
        (uint256 record, uint256 count) = blob.tableAt(PolicyFormat.SECTION_TIERS, PolicyFormat.TIER_SIZE);
        bool delays = draft.actions & (1 << PolicyFormat.ACTION_DELAY) != 0;
        bool approves = draft.actions & (1 << PolicyFormat.ACTION_APPROVAL) != 0;
        bool valid = (delays || approves) == (count != 0);
        if (count != 0) {
            uint256 delay = blob.uintAt(record, 4);
            uint256 lifetime = blob.uintAt(record + 4, 4);
            if (delays) valid = valid && delay != 0 && lifetime != 0;
            else valid = valid && delay == 0 && lifetime == 0;

            uint256 threshold = blob.uintAt(record + 8, 1);
            uint256 approvers = blob.uintAt(record + 9, 1);
            if (approves) valid = valid && _canApprove(draft, threshold, approvers);
            else valid = valid && threshold == 0 && approvers == 0;

            valid = valid && blob.uintAt(record + 10, 2) == 0;
        }
        if (!valid) revert IPolicyStore.RecordInvalid(PolicyFormat.SECTION_TIERS, 0);
    }

    /// @dev Whether as many can approve as must.
    function _canApprove(Draft memory draft, uint256 threshold, uint256 approvers) private view returns (bool) {
        if (threshold == 0 || approvers == 0 || !SetChecks.useAddresses(draft, approvers - 1)) return false;
        return threshold <= SetChecks.load(draft, approvers - 1).count;
    }
}
