// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {PackedUserOperation} from "@openzeppelin/contracts/interfaces/IERC4337.sol";
import {UserOperations} from "../../../contracts/libraries/UserOperations.sol";

contract UserOperationsTwinTest {
    /// @dev The fields are those that Solidity reads.
    function testFuzz_Read_IsThatOfTheTwin(PackedUserOperation calldata userOp) public view {
        this.compare(userOp);
    }

    /// @dev Where Solidity refuses an offset or a length, so does the library; and it gives no other bytes.
    function testFuzz_Read_RefusesWhatTheTwinRefuses(uint8 field, uint256 word, bool ofLength) public view {
        PackedUserOperation memory userOp;
        userOp.callData = hex"01020304";
        userOp.signature = new bytes(96);
        bytes memory data = abi.encodeCall(this.fields, (userOp));
        uint256 head = _fieldOf(field) + 68;
        assembly ("memory-safe") {
            let at := add(data, head)
            if ofLength {
                at := add(add(data, 68), mload(at))
            }
            mstore(at, mod(word, 1024))
        }
        (bool passes, bytes memory result) = address(this).staticcall(data);
        bytes memory twin = abi.encodePacked(this.twins.selector, _tail(data));
        (bool twinPasses, bytes memory expected) = address(this).staticcall(twin);
        assert(passes == twinPasses && keccak256(result) == keccak256(expected));
    }

    function compare(PackedUserOperation calldata userOp) external pure {
        assert(UserOperations.read(userOp, UserOperations.INIT_CODE).length == userOp.initCode.length);
        bytes memory actual = abi.encode(_fields(userOp));
        assert(keccak256(actual) == keccak256(abi.encode(_twins(userOp))));
    }

    function fields(PackedUserOperation calldata userOp) external pure returns (uint256[2][4] memory) {
        return _fields(userOp);
    }

    function twins(PackedUserOperation calldata userOp) external pure returns (uint256[2][4] memory) {
        return _twins(userOp);
    }

    function _fields(PackedUserOperation calldata userOp) private pure returns (uint256[2][4] memory) {
        return
            [
                _place(UserOperations.read(userOp, UserOperations.INIT_CODE)),
                _place(UserOperations.read(userOp, UserOperations.CALL_DATA)),
                _place(UserOperations.read(userOp, UserOperations.PAYMASTER_AND_DATA)),
                _place(UserOperations.read(userOp, UserOperations.SIGNATURE))
            ];
    }

    function _twins(PackedUserOperation calldata userOp) private pure returns (uint256[2][4] memory) {
        return
            [
                _place(userOp.initCode),
                _place(userOp.callData),
                _place(userOp.paymasterAndData),
                _place(userOp.signature)
            ];
    }

    /// @dev Where the bytes lie, without reading them: Solidity checks them once more when it copies them.
    function _place(bytes calldata data) private pure returns (uint256[2] memory place) {
        assembly ("memory-safe") {
            mstore(place, data.offset)
            mstore(add(place, 32), data.length)
        }
    }

    function _fieldOf(uint256 field) private pure returns (uint256) {
        if (field % 4 == 0) return UserOperations.INIT_CODE;
        if (field % 4 == 1) return UserOperations.CALL_DATA;
        return field % 4 == 2 ? UserOperations.PAYMASTER_AND_DATA : UserOperations.SIGNATURE;
    }

    function _tail(bytes memory data) private pure returns (bytes memory tail) {
        tail = new bytes(data.length - 4);
        for (uint256 i; i < tail.length; ++i) tail[i] = data[i + 4];
    }
}
