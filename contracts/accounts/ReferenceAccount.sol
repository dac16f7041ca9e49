// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {AccountERC7579} from "@openzeppelin/contracts/account/extensions/draft-AccountERC7579.sol";
import {IEntryPoint} from "@openzeppelin/contracts/interfaces/IERC4337.sol";
import {Initializable} from "@openzeppelin/contracts/proxy/utils/Initializable.sol";
import {ERC1155Holder} from "@openzeppelin/contracts/token/ERC1155/utils/ERC1155Holder.sol";
import {ERC721Holder} from "@openzeppelin/contracts/token/ERC721/utils/ERC721Holder.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {AbstractSigner} from "@openzeppelin/contracts/utils/cryptography/signers/AbstractSigner.sol";
import {ERC7739} from "@openzeppelin/contracts/utils/cryptography/signers/draft-ERC7739.sol";
import {SignerECDSA} from "@openzeppelin/contracts/utils/cryptography/signers/SignerECDSA.sol";

/// @title ReferenceAccount
/// @author Mandate contributors
/// @notice ERC-7579 smart account with one owner key, for the demo and the tests.
/// @dev Every behaviour is OpenZeppelin's; this contract only chooses the parts and the order in which they answer:
/// - a UserOperation whose nonce begins with an installed validator is that validator's to judge; any other one needs
///   the owner's signature over `userOpHash` itself, without the prefix of personal messages;
/// - an ERC-1271 signature is the owner's in the nested form of ERC-7739, or else begins with an installed validator.
/// @dev Meant to run behind clones that `ReferenceAccountFactory` makes. The owner cannot be changed.
/// @dev Warning: the owner's plain signature over a hash is not a valid ERC-1271 signature. ERC-7739 binds each one to
/// this account and chain, so that it cannot be replayed on another account of the same owner.
contract ReferenceAccount is Initializable, EIP712, ERC7739, AccountERC7579, SignerECDSA, ERC721Holder, ERC1155Holder {
    IEntryPoint private immutable ENTRY_POINT;

    /// @notice Fixes the EntryPoint of all clones, and locks the implementation itself.
    /// @dev The implementation has no owner and cannot be given one: `initialize` on it reverts with
    /// `InvalidInitialization`.
    /// @param entryPoint_ EntryPoint that may validate and execute.
    constructor(IEntryPoint entryPoint_) EIP712("ReferenceAccount", "1") SignerECDSA(address(0)) {
        ENTRY_POINT = entryPoint_;
        _disableInitializers();
    }

    /// @notice Sets the owner. Works once.
    /// @dev Anyone may call it, so a clone has to be initialised in the transaction that creates it. Reverts with
    /// `InvalidInitialization` if it was called before, and on the implementation.
    /// @param owner Key that owns the account. Warning: an account whose owner is zero obeys nobody.
    function initialize(address owner) external initializer {
        _setSigner(owner);
    }

    /// @notice Returns the EntryPoint that may validate and execute.
    /// @return EntryPoint that the implementation was constructed with.
    function entryPoint() public view override returns (IEntryPoint) {
        return ENTRY_POINT;
    }

    /// @notice Tells whether a signature over `hash` is valid.
    /// @dev The owner is asked first. A signature that begins with an installed validator is no nested signature of the
    /// owner, so it goes to the validator.
    /// @param hash Hash that was signed.
    /// @param signature Nested signature of the owner (ERC-7739), or validator address followed by its signature.
    /// @return `0x1626ba7e` if valid, `0x77390001` for the ERC-7739 detection request, and `0xffffffff` if not valid,
    /// or what the validator answered.
    function isValidSignature(
        bytes32 hash,
        bytes calldata signature
    ) public view override(AccountERC7579, ERC7739) returns (bytes4) {
        bytes4 answer = ERC7739.isValidSignature(hash, signature);
        return answer == bytes4(0xffffffff) ? AccountERC7579.isValidSignature(hash, signature) : answer;
    }

    /// @notice Tells whether `signature` over `hash` is the owner's.
    /// @dev Resolves to `SignerECDSA`. Warning: that one has to stand after `AccountERC7579` in the list of bases,
    /// which refuses every signature.
    /// @param hash Hash that was signed.
    /// @param signature ECDSA signature of 65 bytes.
    /// @return Whether `signature` recovers to the owner.
    function _rawSignatureValidation(
        bytes32 hash,
        bytes calldata signature
    ) internal view override(AbstractSigner, AccountERC7579, SignerECDSA) returns (bool) {
        return super._rawSignatureValidation(hash, signature);
    }
}
