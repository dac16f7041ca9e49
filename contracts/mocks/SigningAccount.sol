// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";

/// @title SigningAccount
/// @author Mandate contributors
/// @notice Account, or guardian, whose ERC-1271 signatures are its owner's plain ones, for the tests.
contract SigningAccount is IERC1271 {
    address private immutable OWNER;

    /// @notice Fixes the owner.
    /// @param owner Key that signs for the account.
    constructor(address owner) {
        OWNER = owner;
    }

    /// @inheritdoc IERC1271
    function isValidSignature(bytes32 hash, bytes calldata signature) external view returns (bytes4) {
        (address signer, , ) = ECDSA.tryRecover(hash, signature);
        return signer == OWNER ? IERC1271.isValidSignature.selector : bytes4(0xffffffff);
    }
}
