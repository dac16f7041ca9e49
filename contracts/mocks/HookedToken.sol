// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";

/// @title HookedToken
/// @author Mandate contributors
/// @notice Token with every way in that tokens in use have beside ERC-20's: those of ERC-677, ERC-777 and ERC-1363, permits
/// and authorizations with signatures of any length, and a mint for what it receives; for the tests.
contract HookedToken is ERC20, EIP712 {
    /// @notice ERC-1271 has refused the signature.
    error SignatureInvalid();

    /// @dev Of ERC-2612, but for the nonce: a test uses a signature once.
    bytes32 private constant PERMIT_TYPEHASH = keccak256("Permit(address owner,address spender,uint256 value)");

    /// @dev Of ERC-3009, but for times and nonce.
    bytes32 private constant AUTHORIZATION_TYPEHASH = keccak256(
        "TransferWithAuthorization(address from,address to,uint256 value)"
    );

    /// @notice Creates the token with nothing minted.
    constructor() ERC20("Hooked", "HKD") EIP712("Hooked", "1") {}

    /// @notice Mints `amount` to `to`. Anyone may call it.
    /// @param to Account that receives the tokens.
    /// @param amount Amount in the smallest unit of the token.
    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }

    /// @notice Transfers, as ERC-777 has it.
    /// @param to Account that receives the tokens.
    /// @param amount Amount in the smallest unit of the token.
    function send(address to, uint256 amount, bytes calldata) external {
        _transfer(msg.sender, to, amount);
    }

    /// @notice Lets `operator` move all tokens of the caller, as ERC-777 has it.
    /// @param operator Account that may move them.
    function authorizeOperator(address operator) external {
        _approve(msg.sender, operator, type(uint256).max);
    }

    /// @notice Destroys tokens of the caller, as ERC-777 has it.
    /// @param amount Amount in the smallest unit of the token.
    function burn(uint256 amount, bytes calldata) external {
        _burn(msg.sender, amount);
    }

    /// @notice Transfers and calls the recipient, as ERC-677 and ERC-1363 have it.
    /// @param to Account that receives the tokens and the data.
    /// @param amount Amount in the smallest unit of the token.
    /// @param data Calldata for the recipient.
    function transferAndCall(address to, uint256 amount, bytes calldata data) external {
        _transfer(msg.sender, to, amount);
        _notify(to, data);
    }

    /// @notice Approves and calls the spender, as ERC-1363 has it.
    /// @param spender Account that is approved.
    /// @param amount Amount in the smallest unit of the token.
    /// @param data Calldata for the spender.
    function approveAndCall(address spender, uint256 amount, bytes calldata data) external {
        _approve(msg.sender, spender, amount);
        _notify(spender, data);
    }

    /// @notice Approves with a signature of the owner.
    /// @param owner Owner of the tokens.
    /// @param spender Account that is approved.
    /// @param value Amount in the smallest unit of the token.
    /// @param signature Signature that the owner's ERC-1271 is asked about.
    function permit(address owner, address spender, uint256 value, bytes calldata signature) external {
        _requireSigned(owner, keccak256(abi.encode(PERMIT_TYPEHASH, owner, spender, value)), signature);
        _approve(owner, spender, value);
    }

    /// @notice Transfers with a signature of the owner.
    /// @param from Owner of the tokens.
    /// @param to Account that receives them.
    /// @param value Amount in the smallest unit of the token.
    /// @param signature Signature that the owner's ERC-1271 is asked about.
    function transferWithAuthorization(address from, address to, uint256 value, bytes calldata signature) external {
        _requireSigned(from, keccak256(abi.encode(AUTHORIZATION_TYPEHASH, from, to, value)), signature);
        _transfer(from, to, value);
    }

    function _notify(address callee, bytes calldata data) private {
        (bool success, bytes memory result) = callee.call(data);
        if (!success) {
            assembly ("memory-safe") {
                revert(add(result, 0x20), mload(result))
            }
        }
    }

    function _requireSigned(address signer, bytes32 structHash, bytes calldata signature) private view {
        bytes32 digest = _hashTypedDataV4(structHash);
        if (!SignatureChecker.isValidSignatureNowCalldata(signer, digest, signature)) revert SignatureInvalid();
    }
}
