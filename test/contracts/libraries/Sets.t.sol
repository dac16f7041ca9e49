// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {PolicyStore} from "../../../contracts/PolicyStore.sol";
import {BlobLib} from "../../../contracts/libraries/BlobLib.sol";
import {PolicyFormat} from "../../../contracts/libraries/PolicyFormat.sol";
import {PolicyReader} from "../../../contracts/libraries/PolicyReader.sol";
import {Sets} from "../../../contracts/libraries/Sets.sol";
import {PolicyBuilder, Sections} from "../PolicyBuilder.sol";

contract SetsTest {
    PolicyStore private _store;

    function setUp() public {
        _store = new PolicyStore();
    }

    /// @dev INV-7: a set in the policy against a search that looks at one element after the other.
    function testFuzz_Contains_IsThatOfTheElements(uint256 seed, bool addresses, bool apart) public {
        uint256 count = (seed % 60) + 1;
        uint256[] memory elements = _elements(seed, count, addresses);
        address policy = apart ? _buildApart(elements, addresses) : _build(elements, addresses);
        for (uint256 i; i < 30; ++i) {
            uint256 value = _valueOf(elements, seed, i);
            bool expected;
            for (uint256 j; j < count; ++j) expected = expected || elements[j] == value;
            assert(this.contains(policy, value) == expected);
        }
        assert(this.holdsAddresses(policy) == addresses);
    }

    /// @dev INV-7: an element with any of its upper 96 bits set is in no set of addresses.
    function testFuzz_Contains_NoDirtyAddress(uint256 seed, uint96 dirt, bool apart) public {
        uint256[] memory elements = _elements(seed, (seed % 60) + 1, true);
        address policy = apart ? _buildApart(elements, true) : _build(elements, true);
        uint256 member = elements[seed % elements.length];

        assert(this.contains(policy, member));
        assert(this.contains(policy, (uint256(dirt) << 160) | member) == (dirt == 0));
    }

    function contains(address policy, uint256 value) external view returns (bool) {
        return Sets.contains(PolicyReader.load(policy), address(_store), 0, value);
    }

    function holdsAddresses(address policy) external view returns (bool) {
        return Sets.holdsAddresses(PolicyReader.load(policy), 0);
    }

    /// @dev A policy whose only set lies in it.
    function _build(uint256[] memory elements, bool addresses) private returns (address) {
        Sections memory sections;
        sections.sets = abi.encodePacked(
            uint8(addresses ? PolicyFormat.SET_ADDRESSES : PolicyFormat.SET_WORDS),
            uint16(PolicyFormat.HEADER_SIZE + PolicyFormat.SET_SIZE),
            uint16(elements.length),
            new bytes(28)
        );
        sections.data = _pack(elements, addresses);
        return _deploy(PolicyBuilder.build(sections));
    }

    /// @dev A policy whose only set is a blob of its own.
    function _buildApart(uint256[] memory elements, bool addresses) private returns (address) {
        bytes32 blobHash = _store.publish(
            abi.encodePacked(addresses ? bytes4(0x00020100) : bytes4(0x00030100), _pack(elements, addresses))
        );
        Sections memory sections;
        sections.sets = abi.encodePacked(
            uint8(addresses ? PolicyFormat.SET_ADDRESSES_BLOB : PolicyFormat.SET_WORDS_BLOB),
            blobHash
        );
        return _deploy(PolicyBuilder.build(sections));
    }

    function _pack(uint256[] memory elements, bool addresses) private pure returns (bytes memory packed) {
        for (uint256 i; i < elements.length; ++i) {
            packed =
                addresses
                    ? abi.encodePacked(packed, address(uint160(elements[i])))
                    : abi.encodePacked(packed, elements[i]);
        }
    }

    function _elements(uint256 seed, uint256 count, bool addresses) private pure returns (uint256[] memory elements) {
        elements = new uint256[](count);
        uint256 room = (addresses ? uint256(type(uint160).max) : type(uint256).max) / count;
        for (uint256 i; i < count; ++i) {
            elements[i] =
                (seed >> 8) % 2 == 0 ? i * room + (uint256(keccak256(abi.encode(seed, i))) % room) : 0x10000 + 2 * i;
        }
    }

    /// @dev An element, or what lies beside one, or anything.
    function _valueOf(uint256[] memory elements, uint256 seed, uint256 i) private pure returns (uint256) {
        uint256 random = uint256(keccak256(abi.encode(seed, i, "value")));
        uint256 element = elements[random % elements.length];
        unchecked {
            if (i % 4 == 1) return element + 1;
            if (i % 4 == 2) return element - 1;
        }
        return i % 4 == 3 ? element : random;
    }

    function _deploy(bytes memory bytes_) private returns (address blob) {
        bytes memory creationCode = BlobLib.getCreationCode(bytes_);
        assembly ("memory-safe") {
            blob := create(0, add(creationCode, 32), mload(creationCode))
        }
    }
}
