// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {PolicyFormat} from "./PolicyFormat.sol";

/// @title BlobLib
/// @notice Ids, addresses and kinds of the data contracts that a store keeps.
library BlobLib {
    /// @notice Returns the code whose execution leaves `blob` as the code of a contract.
    /// @dev Its ten bytes copy everything behind them: PUSH2 length, DUP1, PUSH1 10, RETURNDATASIZE (0), CODECOPY,
    /// RETURNDATASIZE (0), RETURN.
    /// @param blob At most 24,576 bytes. Safe cast: the length fits in two bytes.
    function getCreationCode(bytes memory blob) internal pure returns (bytes memory creationCode) {
        creationCode = abi.encodePacked(hex"61", uint16(blob.length), hex"80600a3d393df3", blob);
    }

    /// @notice Returns the address of a blob, whether it exists or not.
    /// @dev INV-21: the id binds the bytes and the address binds the id and the store, so no two blobs meet there.
    /// @param store Store that keeps it.
    /// @param blobHash Its id: the hash of its creation code.
    function getAddress(address store, bytes32 blobHash) internal pure returns (address blob) {
        blob = address(uint160(uint256(keccak256(abi.encodePacked(hex"ff", store, bytes32(0), blobHash)))));
    }

    /// @notice Returns the kind of the blob at this address; 0 where there is none, or one of another version.
    /// @dev Warning: what others deploy can look the same. Ask only for addresses that `getAddress` returned.
    function getKind(address blob) internal view returns (uint256 kind) {
        uint256 start;
        assembly ("memory-safe") {
            extcodecopy(blob, 0x00, 0, 3)
            start := shr(232, mload(0x00))
        }
        if (start >> 16 == 0 && start & 0xff == PolicyFormat.VERSION) kind = start >> 8;
    }
}
