// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {
    IERC7579Module,
    IERC7579Validator,
    MODULE_TYPE_VALIDATOR,
    VALIDATION_FAILED,
    VALIDATION_SUCCESS
} from "@openzeppelin/contracts/interfaces/draft-IERC7579.sol";
import {PackedUserOperation} from "@openzeppelin/contracts/interfaces/IERC4337.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";

/// @title PlainValidatorMock
/// @author Mandate contributors
/// @notice ERC-7579 validator that lets one key do everything: the least that a validator with a key can do.
/// @dev What the benchmark compares with. An operation costs one SLOAD and one `ecrecover`.
contract PlainValidatorMock is IERC7579Validator {
    bytes4 private constant SIGNATURE_REFUSED = 0xffffffff;

    mapping(address account => address owner) private _owners;

    /// @inheritdoc IERC7579Module
    /// @dev `data` is the key's address, in 20 bytes.
    function onInstall(bytes calldata data) external {
        _owners[msg.sender] = address(bytes20(data));
    }

    /// @inheritdoc IERC7579Module
    function onUninstall(bytes calldata) external {
        delete _owners[msg.sender];
    }

    /// @inheritdoc IERC7579Module
    function isModuleType(uint256 moduleTypeId) external pure returns (bool) {
        return moduleTypeId == MODULE_TYPE_VALIDATOR;
    }

    /// @inheritdoc IERC7579Validator
    /// @dev The signature has 65 bytes and is over `userOpHash` itself.
    function validateUserOp(PackedUserOperation calldata userOp, bytes32 userOpHash) external view returns (uint256) {
        (address recovered, ECDSA.RecoverError failure, ) = ECDSA.tryRecoverCalldata(userOpHash, userOp.signature);
        bool isValid = failure == ECDSA.RecoverError.NoError && recovered == _owners[msg.sender];
        return isValid ? VALIDATION_SUCCESS : VALIDATION_FAILED;
    }

    /// @inheritdoc IERC7579Validator
    function isValidSignatureWithSender(address, bytes32, bytes calldata) external pure returns (bytes4) {
        return SIGNATURE_REFUSED;
    }
}
