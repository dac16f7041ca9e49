// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPolicyStore} from "../interfaces/IPolicyStore.sol";
import {BlobLib} from "./BlobLib.sol";
import {BlobReader} from "./BlobReader.sol";
import {Draft} from "./Draft.sol";
import {PolicyFormat} from "./PolicyFormat.sol";

/// @dev Elements of a set of addresses, in the policy or in a blob of their own.
struct Addresses {
    /// @dev Bytes that hold them.
    bytes data;
    /// @dev Offset of the first one.
    uint256 offset;
    /// @dev How many there are, at least one.
    uint256 count;
}

/// @title SetChecks
/// @notice Checks sets, and looks into them.
library SetChecks {
    using BlobReader for bytes;

    uint256 private constant ADDRESS_SIZE = 20;
    uint256 private constant WORD_SIZE = 32;

    /// @notice Reverts unless the blob, of kind 2 or 3, is a well-formed set.
    function checkBlob(bytes memory blob, uint256 kind) internal pure {
        uint256 size = kind == PolicyFormat.KIND_ADDRESSES ? ADDRESS_SIZE : WORD_SIZE;
        uint256 start = PolicyFormat.SET_BLOB_HEADER_SIZE;
        if (blob.length < start + size || (blob.length - start) % size != 0) {
            revert IPolicyStore.BlobSizeInvalid(blob.length);
        }
        if (blob.uintAt(start - 1, 1) != 0) revert IPolicyStore.HeaderInvalid(start - 1);
        _checkAscending({blob: blob, set: 0, offset: start, count: (blob.length - start) / size, size: size});
    }

    /// @notice Reverts unless every set of the policy is well formed, and their elements tile the data section (INV-26).
    /// @dev INV-31: a set that lies in another blob exists and has the kind that the policy expects.
    function checkTable(Draft memory draft) internal view {
        bytes memory blob = draft.blob;
        (uint256 record, ) = blob.sectionAt(PolicyFormat.SECTION_SETS);
        (uint256 cursor, uint256 end) = blob.sectionAt(PolicyFormat.SECTION_DATA);
        uint256 previousKind;
        uint256 previousLocator;

        for (uint256 set; set < draft.sets; ++set) {
            uint256 kind = blob.uintAt(record, 1);
            uint256 locator = blob.uintAt(record + 1, 32);
            if (kind < previousKind || (set != 0 && kind == previousKind && locator <= previousLocator)) {
                revert IPolicyStore.RecordNotAscending(PolicyFormat.SECTION_SETS, set);
            }
            if (kind == PolicyFormat.SET_ADDRESSES) {
                cursor = _checkEmbedded(blob, set, locator, ADDRESS_SIZE, cursor, end);
            } else if (kind == PolicyFormat.SET_WORDS) {
                cursor = _checkEmbedded(blob, set, locator, WORD_SIZE, cursor, end);
            } else if (kind == PolicyFormat.SET_ADDRESSES_BLOB) {
                _checkPublished(draft, set, bytes32(locator), PolicyFormat.KIND_ADDRESSES);
            } else if (kind == PolicyFormat.SET_WORDS_BLOB) {
                _checkPublished(draft, set, bytes32(locator), PolicyFormat.KIND_WORDS);
            } else {
                revert IPolicyStore.RecordInvalid(PolicyFormat.SECTION_SETS, set);
            }
            (previousKind, previousLocator) = (kind, locator);
            record += PolicyFormat.SET_SIZE;
        }
        if (cursor != end) revert IPolicyStore.DirectoryInvalid(PolicyFormat.SECTION_DATA);
    }

    /// @notice Marks the set as used. Returns false when there is no set with this index.
    /// @dev INV-23.
    function use(Draft memory draft, uint256 set) internal pure returns (bool exists) {
        exists = set < draft.sets;
        if (exists) draft.usedSets |= 1 << set;
    }

    /// @notice Marks the set as used. Returns false when there is no set of addresses with this index.
    function useAddresses(Draft memory draft, uint256 set) internal pure returns (bool exists) {
        exists = use(draft, set) && isAddresses(draft, set);
    }

    /// @notice Returns whether a set that exists holds addresses.
    function isAddresses(Draft memory draft, uint256 set) internal pure returns (bool) {
        uint256 kind = draft.blob.uintAt(_recordAt(draft, set), 1);
        return kind == PolicyFormat.SET_ADDRESSES || kind == PolicyFormat.SET_ADDRESSES_BLOB;
    }

    /// @notice Returns the elements of a set of addresses.
    function load(Draft memory draft, uint256 set) internal view returns (Addresses memory) {
        uint256 record = _recordAt(draft, set);
        uint256 locator = draft.blob.uintAt(record + 1, 32);
        if (draft.blob.uintAt(record, 1) == PolicyFormat.SET_ADDRESSES) {
            return Addresses({data: draft.blob, offset: locator >> 240, count: (locator >> 224) & 0xffff});
        }
        bytes memory code = BlobLib.getAddress(draft.store, bytes32(locator)).code;
        uint256 start = PolicyFormat.SET_BLOB_HEADER_SIZE;
        return Addresses({data: code, offset: start, count: (code.length - start) / ADDRESS_SIZE});
    }

    /// @notice Returns the least element.
    function first(Addresses memory addresses) internal pure returns (uint256) {
        return addresses.data.uintAt(addresses.offset, ADDRESS_SIZE);
    }

    /// @notice Returns whether `element` is one of the addresses.
    function contains(Addresses memory addresses, uint256 element) internal pure returns (bool) {
        uint256 low;
        uint256 high = addresses.count;
        // Invariant: the element, if it is there, has an index from `low` to `high - 1`.
        while (low < high) {
            uint256 middle = (low + high) / 2;
            uint256 found = addresses.data.uintAt(addresses.offset + middle * ADDRESS_SIZE, ADDRESS_SIZE);
            if (found == element) return true;
            if (found < element) low = middle + 1;
            else high = middle;
        }
        return false;
    }

    function _recordAt(Draft memory draft, uint256 set) private pure returns (uint256 record) {
        (record, ) = draft.blob.sectionAt(PolicyFormat.SECTION_SETS);
        record += set * PolicyFormat.SET_SIZE;
    }

    /// @dev Returns where the elements end. They begin where those of the set before ended.
    function _checkEmbedded(
        bytes memory blob,
        uint256 set,
        uint256 locator,
        uint256 size,
        uint256 cursor,
        uint256 end
    ) private pure returns (uint256 next) {
        uint256 count = (locator >> 224) & 0xffff;
        next = cursor + count * size;
        if (locator >> 240 != cursor || count == 0 || next > end || locator << 32 != 0) {
            revert IPolicyStore.RecordInvalid(PolicyFormat.SECTION_SETS, set);
        }
        _checkAscending({blob: blob, set: set, offset: cursor, count: count, size: size});
    }

    function _checkPublished(Draft memory draft, uint256 set, bytes32 blobHash, uint256 kind) private view {
        if (BlobLib.getKind(BlobLib.getAddress(draft.store, blobHash)) != kind) {
            revert IPolicyStore.SetNotPublished(set, blobHash);
        }
    }

    /// @dev INV-24. Safe unchecked: `offset` and `offset + count * size` lie inside the blob.
    function _checkAscending(bytes memory blob, uint256 set, uint256 offset, uint256 count, uint256 size) private pure {
        unchecked {
            uint256 previous = blob.uintAt(offset, size);
            for (uint256 element = 1; element < count; ++element) {
                offset += size;
                uint256 current = blob.uintAt(offset, size);
                if (current <= previous) revert IPolicyStore.SetNotAscending(set, element);
                previous = current;
            }
        }
    }
}
