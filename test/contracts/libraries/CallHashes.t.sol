// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Execution} from "@openzeppelin/contracts/interfaces/draft-IERC7579.sol";
import {CallHashes} from "../../../contracts/libraries/CallHashes.sol";
import {Operation} from "../../../contracts/libraries/Operations.sol";
import {PolicyFormat} from "../../../contracts/libraries/PolicyFormat.sol";
import {Policy} from "../../../contracts/libraries/PolicyReader.sol";

contract CallHashesTest {
    bytes32 private constant CALL_TYPEHASH = keccak256("Call(address target,uint256 value,bytes data)");

    bytes4 private constant EXECUTE = 0xe9ae5c53;
    bytes4 private constant EXECUTE_USER_OP = 0x8dd7712f;

    /// @dev INV-35: the hash of a batch is that of its calls as EIP-712 has it, with or without a settle behind it, and
    /// whether or not `executeUserOp` encloses it.
    function testFuzz_Hash_IsThatOfTheCalls(Execution[] memory calls, bool settled, bool wrapped) public view {
        if (calls.length == 0) return;
        uint256 count = settled ? calls.length - 1 : calls.length;
        bytes32[] memory hashes = new bytes32[](count);
        for (uint256 i; i < count; ++i) hashes[i] = _hash(calls[i]);

        bytes memory callData = abi.encodeWithSelector(EXECUTE, bytes32(uint256(1) << 248), abi.encode(calls));
        assert(this.hash(_wrap(callData, wrapped), wrapped, settled) == keccak256(abi.encodePacked(hashes)));
    }

    /// @dev INV-35: a single call and a batch of that call have one hash.
    function testFuzz_Hash_OfOneCallIsOne(Execution memory call, bool wrapped) public view {
        bytes memory single = abi.encodePacked(call.target, call.value, call.callData);
        bytes memory callData = abi.encodeWithSelector(EXECUTE, bytes32(0), single);
        bytes32 expected = keccak256(abi.encode(_hash(call)));
        assert(this.hash(_wrap(callData, wrapped), wrapped, false) == expected);

        Execution[] memory calls = new Execution[](1);
        calls[0] = call;
        callData = abi.encodeWithSelector(EXECUTE, bytes32(uint256(1) << 248), abi.encode(calls));
        assert(this.hash(_wrap(callData, wrapped), wrapped, false) == expected);
    }

    /// @notice Calls the library with an operation of a policy that has the flag or not.
    function hash(bytes calldata callData, bool wrapped, bool settled) external pure returns (bytes32) {
        Operation memory operation;
        bytes memory header = new bytes(PolicyFormat.HEADER_SIZE);
        if (wrapped) header[PolicyFormat.FLAGS_OFFSET] = bytes1(uint8(PolicyFormat.FLAG_EXECUTE_USER_OP));
        uint256 pointer;
        assembly ("memory-safe") {
            pointer := add(header, 32)
        }
        operation.policy = Policy.wrap(pointer);
        operation.charges = settled ? 1 : 0;
        return CallHashes.hash(operation, callData);
    }

    function _hash(Execution memory call) private pure returns (bytes32) {
        return keccak256(abi.encode(CALL_TYPEHASH, call.target, call.value, keccak256(call.callData)));
    }

    function _wrap(bytes memory callData, bool wrapped) private pure returns (bytes memory) {
        return wrapped ? abi.encodePacked(EXECUTE_USER_OP, callData) : callData;
    }
}
