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

    function fields(PackedUserOperation calldata userOp) external pure returns (bytes[4] memory) {
        return _fields(userOp);
    }

    function twins(PackedUserOperation calldata userOp) external pure returns (bytes[4] memory) {
        return _twins(userOp);
    }

    function _fields(PackedUserOperation calldata userOp) private pure returns (bytes[4] memory) {
        return
            [
                bytes(UserOperations.read(userOp, UserOperations.INIT_CODE)),
                UserOperations.read(userOp, UserOperations.CALL_DATA),
                UserOperations.read(userOp, UserOperations.PAYMASTER_AND_DATA),
                UserOperations.read(userOp, UserOperations.SIGNATURE)
            ];
    }

    function _twins(PackedUserOperation calldata userOp) private pure returns (bytes[4] memory) {
        return [bytes(userOp.initCode), userOp.callData, userOp.paymasterAndData, userOp.signature];
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
