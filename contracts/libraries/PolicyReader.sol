// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {PolicyFormat} from "./PolicyFormat.sol";

/// @dev A policy that is being read: the memory address of what is loaded of it. The word before holds its blob's address.
type Policy is uint256;

using PolicyReader for Policy global;

/// @title PolicyReader
/// @notice Reads a policy from its blob, without copying more of it than is needed.
/// @dev One cold account access loads the first kibibyte, which holds the whole of a small policy, and always the header and
/// all tables before the permissions. What lies beyond is read word by word, or by the chunk where a search has come that
/// near. The store has proven that every offset in a policy lies inside its blob; code reads as zero beyond its end.
library PolicyReader {
    /// @dev Bytes that are loaded at once.
    uint256 internal constant HEAD_SIZE = 1024;

    /// @dev Bytes of a table that are loaded at once when a search has come that near: cheaper than one by one.
    uint256 private constant CHUNK_SIZE = 512;

    /// @dev Directory entry at which the tables end that are always loaded: that of the permissions.
    uint256 private constant TABLES_END_OFFSET = PolicyFormat.DIRECTORY_OFFSET + 2 * PolicyFormat.SECTION_PERMISSIONS;

    /// @notice Loads the header and the tables before the permissions, and the rest of the first kibibyte.
    /// @dev Warning: the blob must be a policy of the store. Nothing is checked here.
    function load(address blob) internal view returns (Policy policy) {
        uint256 tablesEndOffset = TABLES_END_OFFSET;
        assembly ("memory-safe") {
            mstore(mload(0x40), blob)
            policy := add(mload(0x40), 32)
            extcodecopy(blob, policy, 0, HEAD_SIZE)
            let size := shr(240, mload(add(policy, tablesEndOffset)))
            switch gt(size, HEAD_SIZE)
            case 0 {
                size := HEAD_SIZE
            }
            default {
                extcodecopy(blob, add(policy, HEAD_SIZE), HEAD_SIZE, sub(size, HEAD_SIZE))
            }
            // A field may be read together with up to 31 bytes behind it.
            mstore(0x40, add(policy, add(size, 32)))
        }
    }

    /// @notice Loads the first kibibyte of a set blob, for `search` alone.
    /// @dev Warning: the blob must be a set of the store.
    function loadSet(address blob) internal view returns (Policy set) {
        assembly ("memory-safe") {
            mstore(mload(0x40), blob)
            set := add(mload(0x40), 32)
            extcodecopy(blob, set, 0, HEAD_SIZE)
            mstore(0x40, add(set, HEAD_SIZE))
        }
    }

    /// @notice Returns the 32 bytes at `offset`, anywhere in a policy.
    function word(Policy policy, uint256 offset) internal view returns (uint256 value) {
        assembly ("memory-safe") {
            switch gt(offset, sub(HEAD_SIZE, 32))
            case 0 {
                value := mload(add(policy, offset))
            }
            default {
                extcodecopy(mload(sub(policy, 32)), 0x00, offset, 32)
                value := mload(0x00)
            }
        }
    }

    /// @notice Returns the big-endian integer of `size` bytes at `offset`.
    /// @dev For the header and the tables before the permissions. `size` is 1 to 32.
    function field(Policy policy, uint256 offset, uint256 size) internal pure returns (uint256 value) {
        assembly ("memory-safe") {
            value := shr(sub(256, shl(3, size)), mload(add(policy, offset)))
        }
    }

    /// @notice Returns where a section begins.
    function sectionStart(Policy policy, uint256 index) internal pure returns (uint256) {
        unchecked {
            return policy.field(PolicyFormat.DIRECTORY_OFFSET + 2 * index, 2);
        }
    }

    /// @notice Returns where a section begins and where it ends.
    function section(Policy policy, uint256 index) internal pure returns (uint256 start, uint256 end) {
        unchecked {
            uint256 both = policy.field(PolicyFormat.DIRECTORY_OFFSET + 2 * index, 4);
            start = both >> 16;
            end = both & 0xffff;
        }
    }

    /// @notice Returns where in memory the `size` bytes at `offset` lie, anywhere in a policy, and loads them if need be.
    /// @dev Up to 31 bytes behind them may be read too.
    function locate(Policy policy, uint256 offset, uint256 size) internal view returns (uint256 pointer) {
        assembly ("memory-safe") {
            switch gt(add(offset, size), sub(HEAD_SIZE, 31))
            case 0 {
                pointer := add(policy, offset)
            }
            default {
                pointer := mload(0x40)
                extcodecopy(mload(sub(policy, 32)), pointer, offset, size)
                mstore(0x40, add(pointer, add(size, 31)))
            }
        }
    }

    /// @notice Searches a table that is sorted, strictly ascending, by the first `keyBits` bits of its records.
    /// @dev Both the table and the key lie in code that the store has checked, or in calldata; no input can make it read
    /// outside the table.
    /// @param start Offset of the first record.
    /// @param count Number of records, at least 1.
    /// @param stride Size of a record, in bytes.
    /// @param keyBits Size of the key, in bits, at most 256.
    /// @param key Key to search for, right-aligned.
    /// @return offset Offset of the last record whose key is not greater; of the first where there is none.
    /// @return record The 32 bytes at `offset`. It is for the caller to compare the key.
    function search(
        Policy policy,
        uint256 start,
        uint256 count,
        uint256 stride,
        uint256 keyBits,
        uint256 key
    ) internal view returns (uint256 offset, uint256 record) {
        assembly ("memory-safe") {
            let shift := sub(256, keyBits)
            // Where the bytes at an offset lie in memory, less that offset.
            let base := policy
            if gt(add(start, mul(count, stride)), sub(HEAD_SIZE, 32)) {
                // Halves the range where it is not loaded until it fits in a chunk, and loads that, with as much behind it
                // as the last record is read with.
                let blob := mload(sub(policy, 32))
                for {} gt(mul(count, stride), CHUNK_SIZE) {} {
                    let half := shr(1, count)
                    let step := mul(half, stride)
                    extcodecopy(blob, 0x00, add(start, step), 32)
                    let upper := iszero(gt(shr(shift, mload(0x00)), key))
                    start := add(start, mul(step, upper))
                    count := add(half, and(count, upper))
                }
                let chunk := mload(0x40)
                extcodecopy(blob, chunk, start, add(mul(count, stride), 32))
                base := sub(chunk, start)
            }
            // Invariant, of this loop and of the one above: the record that is searched for is among the `count` records
            // from `start`. The lower half of an odd count is the smaller, by one: `and(count, upper)`.
            for {} gt(count, 1) {} {
                let half := shr(1, count)
                let step := mul(half, stride)
                let upper := iszero(gt(shr(shift, mload(add(base, add(start, step)))), key))
                start := add(start, mul(step, upper))
                count := add(half, and(count, upper))
            }
            offset := start
            record := mload(add(base, start))
        }
    }
}
