// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";

/// @title Signatures
/// @notice Reads an agent's signature of an operation: `agent(20) ‖ validAfter(6) ‖ validUntil(6) ‖ r(32) ‖ yParityAndS(32)`.
library Signatures {
    uint256 internal constant SIZE = 96;

    /// @dev What the agent signs with every operation: ERC-4337's hash, and the window that the module returns.
    bytes32 private constant WINDOW_TYPEHASH = keccak256(
        "UserOperationWindow(bytes32 userOpHash,uint48 validAfter,uint48 validUntil)"
    );

    /// @notice Returns the first word of a signature: `agent(20) ‖ validAfter(6) ‖ validUntil(6)`.
    /// @param signature Signature, of `SIZE` bytes.
    function head(bytes calldata signature) internal pure returns (uint256 word) {
        assembly ("memory-safe") {
            word := calldataload(signature.offset)
        }
    }

    /// @notice Returns whether the agent that the signature names has signed this operation, for the window that it names.
    /// @dev INV-1.
    /// @param signature Signature, of `SIZE` bytes.
    /// @param domainSeparator The module's own (EIP-712).
    function isSigned(
        bytes calldata signature,
        bytes32 userOpHash,
        bytes32 domainSeparator
    ) internal pure returns (bool signed) {
        uint256 window = head(signature);
        bytes32 hashStruct = keccak256(abi.encode(WINDOW_TYPEHASH, userOpHash, uint48(window >> 48), uint48(window)));
        // `yParityAndS` holds the parity in its highest bit (EIP-2098). The greater of two valid `s` is refused (EIP-2).
        (address signer, ECDSA.RecoverError failure, ) = ECDSA.tryRecover(
            MessageHashUtils.toTypedDataHash(domainSeparator, hashStruct),
            bytes32(signature[32:]),
            bytes32(signature[64:])
        );
        return failure == ECDSA.RecoverError.NoError && signer == address(uint160(window >> 96));
    }
}
