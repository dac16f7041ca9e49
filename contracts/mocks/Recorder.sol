// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title Recorder
/// @author Mandate contributors
/// @notice Takes any call and tells what it was given, for the tests.
contract Recorder {
    /// @notice Somebody has called.
    event Called(address indexed sender, uint256 value, bytes data);

    /// @notice Takes native transfers.
    receive() external payable {
        emit Called(msg.sender, msg.value, "");
    }

    /// @notice Takes any call.
    fallback() external payable {
        emit Called(msg.sender, msg.value, msg.data);
    }
}
