// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";
import {Signatures} from "../../../contracts/libraries/Signatures.sol";

contract SignaturesTwinTest {
    /// @dev INV-1: the same answer as OpenZeppelin's, for the key that the signature recovers to and for any other.
    function testFuzz_IsSigned_IsThatOfTheTwin(
        bytes32 userOpHash,
        bytes32 domainSeparator,
        bytes32 r,
        bytes32 vs,
        uint96 window,
        address other
    ) public view {
        bytes32 digest = _digest(userOpHash, domainSeparator, window);
        (address agent, ECDSA.RecoverError failure, ) = ECDSA.tryRecover(digest, r, vs);
        bool valid = failure == ECDSA.RecoverError.NoError;
        if (valid) assert(this.isSigned(abi.encodePacked(agent, window, r, vs), userOpHash, domainSeparator));
        if (other != address(0)) {
            bool signed = this.isSigned(abi.encodePacked(other, window, r, vs), userOpHash, domainSeparator);
            assert(signed == (valid && other == agent));
        }
    }

    /// @dev INV-1: the signature with the greater `s`, which recovers to the same key, is refused.
    function testFuzz_IsSigned_RefusesTheGreaterS(bytes32 userOpHash, bytes32 r, uint256 s, uint96 window) public view {
        uint256 order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141;
        s = (order >> 1) + 1 + (s % ((1 << 255) - 1 - (order >> 1)));
        bytes32 digest = _digest(userOpHash, 0, window);
        address agent = ecrecover(digest, 27, r, bytes32(s));
        if (agent != address(0)) {
            assert(!this.isSigned(abi.encodePacked(agent, window, r, s), userOpHash, 0));
        }
    }

    function testFuzz_Head_IsTheFirstWord(bytes32 firstWord, bytes32 r, bytes32 vs) public view {
        assert(this.head(abi.encodePacked(firstWord, r, vs)) == uint256(firstWord));
    }

    function isSigned(
        bytes calldata signature,
        bytes32 userOpHash,
        bytes32 domainSeparator
    ) external pure returns (bool) {
        return Signatures.isSigned(signature, userOpHash, domainSeparator);
    }

    function head(bytes calldata signature) external pure returns (uint256) {
        return Signatures.head(signature);
    }

    function _digest(bytes32 userOpHash, bytes32 domainSeparator, uint96 window) private pure returns (bytes32) {
        bytes32 typehash = keccak256("UserOperationWindow(bytes32 userOpHash,uint48 validAfter,uint48 validUntil)");
        bytes32 hashStruct = keccak256(abi.encode(typehash, userOpHash, uint48(window >> 48), uint48(window)));
        return MessageHashUtils.toTypedDataHash(domainSeparator, hashStruct);
    }
}
