// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Operation} from "./Operations.sol";
import {PolicyFormat} from "./PolicyFormat.sol";

/// @title CallHashes
/// @notice Hashes the calls of an operation as EIP-712 hashes a `Call[]`, which is what is announced and approved.
/// @dev INV-35: equal hashes are equal calls. A single call and a batch of that one call have one hash; a trailing `settle`,
/// which depends on the day, is not part of it.
library CallHashes {
    bytes32 private constant CALL_TYPEHASH = keccak256("Call(address target,uint256 value,bytes data)");

    /// @notice Returns the hash of the operation's calls.
    /// @dev Warning: only after `Calls.check`, which has proven the one canonical encoding that is read here.
    /// @param callData The UserOperation's callData.
    function hash(Operation memory operation, bytes calldata callData) internal pure returns (bytes32) {
        uint256 start;
        assembly ("memory-safe") {
            start := callData.offset
        }
        unchecked {
            // Safe unchecked: offsets in the calldata.
            if (operation.policy.field(PolicyFormat.FLAGS_OFFSET, 1) & PolicyFormat.FLAG_EXECUTE_USER_OP != 0)
                start += 4;
            // `selector(4) ‖ mode(32) ‖ offset(32) ‖ length(32) ‖ execution`. The mode's first byte tells a batch.
            uint256 execution = start + 100;
            if (_load(start + 4) == 0) {
                uint256 length = _load(start + 68) - 52;
                return
                    keccak256(abi.encode(_hash(_load(execution) >> 96, _load(execution + 20), execution + 52, length)));
            }

            // `32(32) ‖ count(32) ‖ offsets`, which count from behind `count`.
            uint256 heads = execution + 64;
            uint256 count = _load(heads - 32);
            bytes32[] memory hashes = new bytes32[](operation.charges == 0 ? count : count - 1);
            for (uint256 i; i < hashes.length; ++i) {
                uint256 element = heads + _load(heads + 32 * i);
                hashes[i] = _hash(_load(element), _load(element + 32), element + 128, _load(element + 96));
            }
            return keccak256(abi.encodePacked(hashes));
        }
    }

    function _hash(uint256 target, uint256 value, uint256 data, uint256 length) private pure returns (bytes32) {
        bytes32 dataHash;
        assembly ("memory-safe") {
            let free := mload(0x40)
            calldatacopy(free, data, length)
            dataHash := keccak256(free, length)
        }
        return keccak256(abi.encode(CALL_TYPEHASH, target, value, dataHash));
    }

    function _load(uint256 offset) private pure returns (uint256 value) {
        assembly ("memory-safe") {
            value := calldataload(offset)
        }
    }
}
