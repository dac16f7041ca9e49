// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {BlobLib} from "../../../contracts/libraries/BlobLib.sol";
import {PolicyReader} from "../../../contracts/libraries/PolicyReader.sol";

contract PolicyReaderTest {
    /// @dev A sorted table in a blob.
    struct Table {
        uint256 start;
        uint256 count;
        uint256 stride;
        uint256 keyBits;
        uint256[] keys;
        bytes blob;
    }

    /* SEARCHING */

    /// @dev Table in the first kibibyte.
    function testFuzz_Search_InTheHead(uint256 seed) public {
        _compare(_build(seed, 192 + (seed % 100), 20));
    }

    /// @dev Table that begins in the first kibibyte and ends beyond it.
    function testFuzz_Search_AcrossTheHead(uint256 seed) public {
        _compare(_build(seed, 900 + (seed % 124), 40));
    }

    /// @dev Table that ends within 32 bytes of the first kibibyte's end.
    function testFuzz_Search_AtTheEndOfTheHead(uint256 seed) public {
        Table memory table = _build(seed, 600, 12);
        uint256 start = 1024 - table.count * table.stride - 40 + (seed % 80);
        _compare(_rebuild(table, start));
    }

    /// @dev Table far beyond the first kibibyte.
    function testFuzz_Search_FarBeyondTheHead(uint256 seed) public {
        _compare(_build(seed, 1024 + (seed % 8000), 400));
    }

    /// @dev Table of another blob, of which nothing but its elements is known.
    function testFuzz_Search_InASetBlob(uint256 seed) public {
        Table memory table = _build(seed, 4, 500);
        address blob = _deploy(table.blob);
        for (uint256 i; i < 40; ++i) {
            uint256 key = _keyOf(table, seed, i);
            (uint256 offset, uint256 record) = this.searchSet(blob, table, key);
            _check(table, key, offset, record);
        }
    }

    /* READING */

    /// @dev A word is that of the code, and zero beyond its end.
    function testFuzz_Word_IsThatOfTheBlob(uint256 seed, uint16 size, uint16 position) public {
        bytes memory blob = _random(seed, 192 + (size % 3000));
        address target = _deploy(blob);
        for (uint256 i; i < 8; ++i) {
            uint256 offset = i % 2 == 0 ? (uint256(position) + 97 * i) % 3300 : 980 + ((uint256(position) + i) % 80);
            assert(this.word(target, offset) == _wordAt(blob, offset));
        }
    }

    /// @dev A located stretch is that of the code, and zero beyond its end.
    function testFuzz_Locate_IsThatOfTheBlob(uint256 seed, uint16 size, uint16 position, uint8 length) public {
        bytes memory blob = _random(seed, 192 + (size % 3000));
        uint256 offset = seed % 2 == 0 ? position % 3200 : 900 + (position % 150);
        bytes memory located = this.locate(_deploy(blob), offset, length);
        for (uint256 i; i < length; ++i) {
            bytes1 expected = offset + i < blob.length ? blob[offset + i] : bytes1(0);
            assert(located[i] == expected);
        }
    }

    /// @dev A field is that of the code, wherever the tables before the permissions end.
    function testFuzz_Field_ReachesToThePermissions(uint256 seed, uint16 tables, uint16 position, uint8 size) public {
        uint256 end = 192 + (tables % 5000);
        bytes memory blob = _random(seed, end);
        (blob[176], blob[177]) = (bytes1(uint8(end >> 8)), bytes1(uint8(end)));
        uint256 width = (uint256(size) % 32) + 1;
        uint256 offset = position % (end - width + 1);

        assert(this.field(_deploy(blob), offset, width) == _wordAt(blob, offset) >> (256 - 8 * width));
    }

    /* HARNESS */

    function search(
        address blob,
        Table memory table,
        uint256 key
    ) external view returns (uint256 offset, uint256 record) {
        return PolicyReader.load(blob).search(table.start, table.count, table.stride, table.keyBits, key);
    }

    function searchSet(
        address blob,
        Table memory table,
        uint256 key
    ) external view returns (uint256 offset, uint256 record) {
        return PolicyReader.loadSet(blob).search(table.start, table.count, table.stride, table.keyBits, key);
    }

    function word(address blob, uint256 offset) external view returns (uint256) {
        return PolicyReader.load(blob).word(offset);
    }

    function field(address blob, uint256 offset, uint256 size) external view returns (uint256) {
        return PolicyReader.load(blob).field(offset, size);
    }

    function locate(address blob, uint256 offset, uint256 size) external view returns (bytes memory bytes_) {
        uint256 pointer = PolicyReader.load(blob).locate(offset, size);
        bytes_ = new bytes(size);
        assembly ("memory-safe") {
            mcopy(add(bytes_, 32), pointer, size)
        }
    }

    function _compare(Table memory table) private {
        address blob = _deploy(table.blob);
        for (uint256 i; i < 40; ++i) {
            uint256 key = _keyOf(table, table.start, i);
            (uint256 offset, uint256 record) = this.search(blob, table, key);
            _check(table, key, offset, record);
        }
    }

    /// @dev Against a search that looks at one record after the other.
    function _check(Table memory table, uint256 key, uint256 offset, uint256 record) private pure {
        uint256 expected = table.start;
        for (uint256 i; i < table.count; ++i) {
            if (table.keys[i] <= key) expected = table.start + i * table.stride;
        }
        assert(offset == expected);
        // What lies behind the blob is not the caller's to look at.
        uint256 shift = 256 - 8 * (table.stride < 32 ? table.stride : 32);
        assert(record >> shift == _wordAt(table.blob, expected) >> shift);
    }

    /// @dev A key of the table, or one beside it, or any.
    function _keyOf(Table memory table, uint256 seed, uint256 i) private pure returns (uint256) {
        uint256 most = type(uint256).max >> (256 - table.keyBits);
        uint256 random = uint256(keccak256(abi.encode(seed, i)));
        uint256 key = table.keys[random % table.count];
        if (i == 0) return 0;
        if (i == 1) return most;
        if (i % 4 == 1) return key == most ? key : key + 1;
        if (i % 4 == 2) return key == 0 ? key : key - 1;
        return i % 4 == 3 ? key : random & most;
    }

    function _build(uint256 seed, uint256 start, uint256 most) private pure returns (Table memory table) {
        uint256 shape = seed % 4;
        table.stride = [uint256(27), 34, 20, 32][shape];
        table.keyBits = [uint256(200), 256, 160, 256][shape];
        table.count = ((seed >> 8) % most) + 1;
        table.keys = new uint256[](table.count);
        uint256 room = (type(uint256).max >> (256 - table.keyBits)) / table.count;
        for (uint256 i; i < table.count; ++i) {
            // Half of the tables are dense.
            table.keys[i] =
                (seed >> 4) % 2 == 0 ? i * room + (uint256(keccak256(abi.encode(seed, i))) % room) : 100 + 2 * i;
        }
        return _rebuild(table, start);
    }

    function _rebuild(Table memory table, uint256 start) private pure returns (Table memory) {
        table.start = start;
        bytes memory blob = _random(table.keys[0], start + table.count * table.stride);
        if (start >= 192) (blob[176], blob[177]) = (0, bytes1(uint8(192)));
        for (uint256 i; i < table.count; ++i) {
            bytes32 key = bytes32(table.keys[i] << (256 - table.keyBits));
            for (uint256 j; j < table.keyBits / 8; ++j) blob[start + i * table.stride + j] = key[j];
        }
        table.blob = blob;
        return table;
    }

    function _random(uint256 seed, uint256 size) private pure returns (bytes memory bytes_) {
        bytes_ = new bytes(size);
        for (uint256 i; i < size; i += 32) {
            bytes32 chunk = keccak256(abi.encode(seed, i));
            for (uint256 j; j < 32 && i + j < size; ++j) bytes_[i + j] = chunk[j];
        }
        // As every blob begins, lest it be no code.
        bytes_[0] = 0;
    }

    function _wordAt(bytes memory bytes_, uint256 offset) private pure returns (uint256 value) {
        for (uint256 i; i < 32; ++i) {
            value = (value << 8) | (offset + i < bytes_.length ? uint8(bytes_[offset + i]) : 0);
        }
    }

    function _deploy(bytes memory bytes_) private returns (address blob) {
        bytes memory creationCode = BlobLib.getCreationCode(bytes_);
        assembly ("memory-safe") {
            blob := create(0, add(creationCode, 32), mload(creationCode))
        }
        assert(blob != address(0));
    }
}
