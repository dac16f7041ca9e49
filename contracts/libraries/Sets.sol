// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {BlobLib} from "./BlobLib.sol";
import {PolicyFormat} from "./PolicyFormat.sol";
import {Policy, PolicyReader} from "./PolicyReader.sol";

/// @title Sets
/// @notice Tells whether a word is in a set that the policy holds or names.
library Sets {
    /// @notice Returns whether `value` is in the set with this index.
    /// @dev INV-7: a word with any of its upper 96 bits set is in no set of addresses.
    /// @param store Store that keeps the sets which the policy names.
    function contains(Policy policy, address store, uint256 set, uint256 value) internal view returns (bool) {
        uint256 record = _offset(policy, set);
        // `kind(1) ‖ offset(2) ‖ count(2)`, where the set lies in the policy.
        uint256 head = policy.field(record, 5);
        uint256 kind = head >> 32;
        uint256 start = (head >> 16) & 0xffff;
        uint256 count = head & 0xffff;
        // Kinds 1 and 3 hold addresses, 2 and 4 words.
        bool addresses = kind & 1 != 0;
        if (addresses && value >> 160 != 0) return false;
        if (kind > PolicyFormat.SET_WORDS) {
            address blob = BlobLib.getAddress(store, bytes32(policy.field(record + 1, 32)));
            policy = PolicyReader.loadSet(blob);
            start = PolicyFormat.SET_BLOB_HEADER_SIZE;
            count = (blob.code.length - start) / (addresses ? 20 : 32);
        }
        if (addresses) {
            (, uint256 found) = policy.search(start, count, 20, 160, value);
            return found >> 96 == value;
        } else {
            (, uint256 found) = policy.search(start, count, 32, 256, value);
            return found == value;
        }
    }

    /// @notice Returns whether the set with this index holds addresses; words otherwise.
    function holdsAddresses(Policy policy, uint256 set) internal pure returns (bool) {
        // Kinds 1 and 3.
        return policy.field(_offset(policy, set), 1) & 1 != 0;
    }

    function _offset(Policy policy, uint256 set) private pure returns (uint256 offset) {
        (offset, ) = policy.section(PolicyFormat.SECTION_SETS);
        unchecked {
            // Safe unchecked: an offset of at most 24,576.
            offset += set * PolicyFormat.SET_SIZE;
        }
    }
}
