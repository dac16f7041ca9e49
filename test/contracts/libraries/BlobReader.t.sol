// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {BlobReader} from "../../../contracts/libraries/BlobReader.sol";
import {vm} from "../Vm.sol";

contract BlobReaderTest {
    using BlobReader for bytes;

    /// @dev The assembly reads what a loop over the bytes reads.
    function testFuzz_UintAt_EqualsItsTwin(bytes memory blob, uint16 offset, uint8 size) public pure {
        uint256 length = (uint256(size) % 32) + 1;
        vm.assume(blob.length >= length);
        uint256 start = uint256(offset) % (blob.length - length + 1);
        uint256 expected;
        for (uint256 i; i < length; ++i) {
            expected = (expected << 8) | uint8(blob[start + i]);
        }
        assert(blob.uintAt(start, length) == expected);
    }

    function testFuzz_SectionAt_ReadsTheDirectory(uint16[13] memory directory, uint8 index) public pure {
        uint256 section = uint256(index) % 12;
        bytes memory blob = new bytes(160);
        for (uint256 i; i < directory.length; ++i) {
            blob = abi.encodePacked(blob, directory[i]);
        }
        (uint256 start, uint256 end) = blob.sectionAt(section);
        assert(start == directory[section] && end == directory[section + 1]);
    }

    function test_TableAt_CountsTheRecords() public pure {
        bytes memory blob = abi.encodePacked(new bytes(160), uint16(192), uint16(192 + 53 * 3), new bytes(200));
        (uint256 start, uint256 count) = blob.tableAt(0, 53);
        assert(start == 192 && count == 3);
    }
}
