// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {PolicyFormat} from "./PolicyFormat.sol";
import {Policy} from "./PolicyReader.sol";
import {Sets} from "./Sets.sol";

/// @title TargetChecks
/// @notice Tells what a published policy reaches.
library TargetChecks {
    /// @notice Returns whether the policy names `target`, alone or in a set.
    /// @dev INV-5. A set permission for every address, or for all but some, is not looked at.
    function reaches(Policy policy, address store, address target) internal view returns (bool) {
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
            if (record >> 96 == key) return true;
        }

        (start, end) = policy.section(PolicyFormat.SECTION_SET_PERMISSIONS);
        for (; start < end; start += PolicyFormat.SET_PERMISSION_SIZE) {
            uint256 set = (policy.word(start) >> 208) & 0xff;
            if (set < PolicyFormat.NOT_IN_SET && Sets.contains(policy, store, set, key)) return true;
        }
        return false;
    }
}
