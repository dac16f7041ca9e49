// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {BlobLib} from "../../../contracts/libraries/BlobLib.sol";
import {Conditions} from "../../../contracts/libraries/Conditions.sol";
import {Operation, Operations} from "../../../contracts/libraries/Operations.sol";
import {PolicyFormat} from "../../../contracts/libraries/PolicyFormat.sol";
import {PolicyReader} from "../../../contracts/libraries/PolicyReader.sol";
import {PolicyBuilder, Sections} from "../PolicyBuilder.sol";

contract ConditionsTest {
    address private _blob;

    function setUp() public {
        Sections memory sections;
        bytes memory creationCode = BlobLib.getCreationCode(PolicyBuilder.build(sections));
        address blob;
        assembly ("memory-safe") {
            blob := create(0, add(creationCode, 32), mload(creationCode))
        }
        _blob = blob;
    }

    /// @dev INV-6: every comparison is Solidity's own, near the operand and far from it.
    function testFuzz_Compare_IsThatOfTheLanguage(uint256 operand, uint256 actual, uint8 near) public view {
        unchecked {
            if (near % 4 == 0) actual = operand;
            if (near % 4 == 1) actual = operand + 1;
            if (near % 4 == 2) actual = operand - 1;
        }
        assert(_holds(PolicyFormat.OP_EQUAL, actual, abi.encode(operand)) == (actual == operand));
        assert(_holds(PolicyFormat.OP_NOT_EQUAL, actual, abi.encode(operand)) == (actual != operand));
        assert(_holds(PolicyFormat.OP_AT_MOST, actual, abi.encode(operand)) == (actual <= operand));
        assert(_holds(PolicyFormat.OP_AT_LEAST, actual, abi.encode(operand)) == (actual >= operand));
        (int256 one, int256 other) = (int256(actual), int256(operand));
        assert(_holds(PolicyFormat.OP_SIGNED_AT_MOST, actual, abi.encode(operand)) == (one <= other));
        assert(_holds(PolicyFormat.OP_SIGNED_AT_LEAST, actual, abi.encode(operand)) == (one >= other));
    }

    /// @dev INV-6: the word under the mask, and nothing else of it.
    function testFuzz_Mask_LooksAtItsBits(uint256 mask, uint256 value, uint256 actual, bool fits) public view {
        value &= mask;
        if (fits) actual = (actual & ~mask) | value;
        assert(_holds(PolicyFormat.OP_MASK, actual, abi.encode(mask, value)) == (actual & mask == value));
    }

    /// @dev INV-7: an address has no dirt above it, and the account is one.
    function testFuzz_Address_HasNoDirt(address party, uint96 dirt) public view {
        uint256 word = (uint256(dirt) << 160) | uint160(party);
        uint256 account = (uint256(dirt) << 160) | uint160(address(this));
        assert(_holds(PolicyFormat.OP_ADDRESS, word, "") == (dirt == 0));
        assert(_holds(PolicyFormat.OP_ACCOUNT, account, "") == (dirt == 0));
        assert(_holds(PolicyFormat.OP_ACCOUNT, word, "") == (word == uint160(address(this))));
    }

    /// @dev INV-6: pins are equalities.
    function testFuzz_Pins_AreEqualities(uint16 pinned, uint16 other, uint256 actual, bool fits) public view {
        bytes memory operand = abi.encodePacked(pinned, other);
        if (fits) actual = 32 * uint256(pinned);
        assert(_holds(PolicyFormat.OP_POINTER, actual, operand) == (actual == 32 * uint256(pinned)));
        if (fits) actual = pinned;
        assert(_holds(PolicyFormat.OP_LENGTH, actual, operand) == (actual == pinned));
    }

    /// @dev INV-6: a word is read only where all of it lies in the call's data.
    function testFuzz_Argument_LiesInTheData(uint16 word, uint16 length) public view {
        word %= 20;
        bytes memory data = new bytes(length % 700);
        for (uint256 i; i < data.length; ++i) data[i] = 0x5a;
        bytes memory condition = abi.encodePacked(uint8(PolicyFormat.OP_NOT_EQUAL), word, uint256(0));
        bool expected = data.length >= 36 + 32 * uint256(word);
        try this.check(data, condition) returns (uint256 size) {
            assert(expected && size == condition.length);
        } catch {
            assert(!expected);
        }
    }

    /// @dev Returns how many bytes the condition has.
    function check(bytes calldata data, bytes memory condition) external view returns (uint256 size) {
        Operation memory operation = Operations.create(PolicyReader.load(_blob), address(this), address(0));
        uint256 pointer;
        uint256 start;
        assembly ("memory-safe") {
            pointer := add(condition, 32)
            start := data.offset
        }
        operation.data = start;
        operation.length = data.length;
        return Conditions.check(operation, 0, pointer) - pointer;
    }

    function _holds(uint256 op, uint256 actual, bytes memory operand) private view returns (bool) {
        bytes memory condition = abi.encodePacked(uint8(op), uint16(1), operand);
        bytes memory data = abi.encodePacked(bytes4(0x12345678), uint256(0), actual, uint256(0));
        try this.check(data, condition) returns (uint256 size) {
            assert(size == condition.length);
            return true;
        } catch {
            return false;
        }
    }
}
