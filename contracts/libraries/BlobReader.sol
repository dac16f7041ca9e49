// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {PolicyFormat} from "./PolicyFormat.sol";

/// @title BlobReader
/// @notice Reads a blob that is checked before it is published, and still lies in memory.
library BlobReader {
    /// @notice Returns the big-endian integer of `size` bytes at `offset`.
    /// @dev Warning: nothing is checked. The caller proves that the bytes lie inside the blob; what lies behind it is
    /// read without a fault.
    /// @param size Number of bytes, 1 to 32.
    function uintAt(bytes memory blob, uint256 offset, uint256 size) internal pure returns (uint256 value) {
        assembly ("memory-safe") {
            value := shr(sub(256, shl(3, size)), mload(add(add(blob, 32), offset)))
        }
    }

    /// @notice Returns where a section of a policy begins and where it ends.
    /// @dev They lie inside the blob once the directory is checked.
    function sectionAt(bytes memory blob, uint256 section) internal pure returns (uint256 start, uint256 end) {
        uint256 both = uintAt(blob, PolicyFormat.DIRECTORY_OFFSET + 2 * section, 4);
        start = both >> 16;
        end = both & 0xffff;
    }

    /// @notice Returns where a section of a policy begins and how many records of `size` bytes it holds.
    function tableAt(
        bytes memory blob,
        uint256 section,
        uint256 size
    ) internal pure returns (uint256 start, uint256 count) {
        uint256 end;
        (start, end) = sectionAt(blob, section);
        count = (end - start) / size;
    }
}
