// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {PackedUserOperation} from "@openzeppelin/contracts/interfaces/IERC4337.sol";

/// @title UserOperations
/// @notice Reads the fields of a UserOperation that have no fixed size.
library UserOperations {
    /// @dev Where the offset of each stands in the operation.
    uint256 internal constant INIT_CODE = 0x40;
    uint256 internal constant CALL_DATA = 0x60;
    uint256 internal constant PAYMASTER_AND_DATA = 0xe0;
    uint256 internal constant SIGNATURE = 0x100;

    /// @notice Returns a field, which lies wholly in the calldata. Reverts without data where it does not.
    /// @param field One of the constants above.
    function read(PackedUserOperation calldata userOp, uint256 field) internal pure returns (bytes calldata data) {
        assembly ("memory-safe") {
            let offset := calldataload(add(userOp, field))
            let start := add(userOp, offset)
            data.length := calldataload(start)
            data.offset := add(start, 32)
            // With both below 2^64, no sum overflows.
            if or(shr(64, or(offset, data.length)), gt(add(data.offset, data.length), calldatasize())) {
                revert(0x00, 0x00)
            }
        }
    }
}
