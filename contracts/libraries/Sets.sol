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
        uint256 record = _record(policy, set);
        uint256 kind = policy.field(record, 1);
        uint256 elements = policy.field(record + 1, 32);
        bool addresses = _holdsAddresses(kind);
        if (addresses && value >> 160 != 0) return false;

        uint256 start;
        uint256 count;
        if (kind <= PolicyFormat.SET_WORDS) {
            start = elements >> 240;
            count = (elements >> 224) & 0xffff;
        } else {
            address blob = BlobLib.getAddress(store, bytes32(elements));
            policy = PolicyReader.open(blob);
            start = PolicyFormat.SET_BLOB_HEADER_SIZE;
            count = (blob.code.length - start) / (addresses ? 20 : 32);
        }
        (uint256 size, uint256 bits) = addresses ? (uint256(20), uint256(160)) : (32, 256);
        (, uint256 found) = policy.search(start, count, size, bits, value);
        return found >> (256 - bits) == value;
    }

    /// @notice Returns whether the set with this index holds addresses; words otherwise.
    function holdsAddresses(Policy policy, uint256 set) internal pure returns (bool) {
        return _holdsAddresses(policy.field(_record(policy, set), 1));
    }

    function _record(Policy policy, uint256 set) private pure returns (uint256 record) {
        (record, ) = policy.section(PolicyFormat.SECTION_SETS);
        unchecked {
            // Safe unchecked: an offset of at most 24,576.
            record += set * PolicyFormat.SET_SIZE;
        }
    }

    function _holdsAddresses(uint256 kind) private pure returns (bool) {
        return kind == PolicyFormat.SET_ADDRESSES || kind == PolicyFormat.SET_ADDRESSES_BLOB;
    }
}
