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
    function contains(Policy policy, address store, uint256 set, uint256 value) internal view returns (bool found) {
        uint256 record = _offset(policy, set);
        // `kind(1) ‖ offset(2) ‖ count(2)`, where the set lies in the policy.
        uint256 head = policy.field(record, 5);
        unchecked {
            // Safe unchecked: the store has proven the kind, and that a set's blob is longer than its header.
            uint256 kind = head >> 32;
            uint256 start = (head >> 16) & 0xffff;
            uint256 count = head & 0xffff;
            // Kinds 1 and 3 hold addresses, of 20 bytes; 2 and 4 words, of 32.
            uint256 shift = 96 * (kind & 1);
            uint256 stride = 32 - shift / 8;
            if (kind > PolicyFormat.SET_WORDS) {
                address blob = BlobLib.getAddress(store, bytes32(policy.field(record + 1, 32)));
                policy = PolicyReader.loadSet(blob);
                start = PolicyFormat.SET_BLOB_HEADER_SIZE;
                count = (blob.code.length - start) / stride;
            }
            (, uint256 last) = policy.search(start, count, stride, 256 - shift, value);
            // An address that is found has 160 bits: no greater value is.
            found = last >> shift == value;
        }
    }

    /// @notice Returns whether the set with this index holds addresses; words otherwise.
    function holdsAddresses(Policy policy, uint256 set) internal pure returns (bool) {
        // Kinds 1 and 3.
        return policy.field(_offset(policy, set), 1) & 1 != 0;
    }

    function _offset(Policy policy, uint256 set) private pure returns (uint256 offset) {
        unchecked {
            // Safe unchecked: an offset of at most 24,576.
            offset = policy.sectionStart(PolicyFormat.SECTION_SETS) + set * PolicyFormat.SET_SIZE;
        }
    }
}
