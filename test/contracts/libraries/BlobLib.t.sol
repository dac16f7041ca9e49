// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {BlobLib} from "../../../contracts/libraries/BlobLib.sol";
import {vm} from "../Vm.sol";

contract BlobLibTest {
    /// @dev INV-21: the creation code leaves the blob as it is, where `getAddress` says.
    function testFuzz_GetCreationCode_CreatesTheBlob(bytes memory blob) public {
        blob = abi.encodePacked(hex"00", blob);
        bytes memory creationCode = BlobLib.getCreationCode(blob);
        address expected = BlobLib.getAddress(address(this), keccak256(creationCode));
        assert(_create(creationCode) == expected);
        assert(keccak256(expected.code) == keccak256(blob));
    }

    function test_GetCreationCode_OfTheLongestBlob() public {
        bytes memory blob = new bytes(24_576);
        address created = _create(BlobLib.getCreationCode(blob));
        assert(keccak256(created.code) == keccak256(blob));
    }

    function test_GetCreationCode_IsThatOfTheFormat() public pure {
        bytes memory creationCode = BlobLib.getCreationCode(hex"00aabb");
        assert(keccak256(creationCode) == keccak256(hex"61000380600a3d393df300aabb"));
    }

    function testFuzz_GetAddress_DiffersByStoreAndId(
        address store,
        address other,
        bytes32 id,
        bytes32 otherId
    ) public pure {
        vm.assume(store != other && id != otherId);
        assert(BlobLib.getAddress(store, id) != BlobLib.getAddress(other, id));
        assert(BlobLib.getAddress(store, id) != BlobLib.getAddress(store, otherId));
    }

    function testFuzz_GetKind_IsTheSecondByte(uint8 kind, bytes calldata rest) public {
        bytes memory blob = abi.encodePacked(hex"00", kind, hex"01", rest);
        assert(BlobLib.getKind(_create(BlobLib.getCreationCode(blob))) == kind);
    }

    function testFuzz_GetKind_IsZeroOfWhatIsNoBlob(uint8 first, uint8 kind, uint8 version) public {
        vm.assume(first != 0xef && (first != 0 || version != 1));
        bytes memory code = abi.encodePacked(first, kind, version);
        assert(BlobLib.getKind(_create(BlobLib.getCreationCode(code))) == 0);
    }

    function test_GetKind_IsZeroWhereThereIsNothing() public view {
        assert(BlobLib.getKind(address(0xdead)) == 0);
    }

    function _create(bytes memory creationCode) private returns (address created) {
        assembly {
            created := create2(0, add(creationCode, 32), mload(creationCode), 0)
        }
        assert(created != address(0));
    }
}
