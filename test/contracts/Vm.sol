// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @dev A log, as the machine has recorded it.
struct Log {
    bytes32[] topics;
    bytes data;
    address emitter;
}

/// @title Vm
/// @notice What the tests ask of the machine that runs them.
interface Vm {
    /// @notice Discards this run unless the condition holds.
    function assume(bool condition) external pure;

    /// @notice Fails the test unless the next call reverts with exactly these bytes.
    function expectRevert(bytes calldata revertData) external;

    /// @notice Fails the test unless the next call emits, from `emitter`, the event that is emitted next here.
    function expectEmit(address emitter) external;

    /// @notice Sets the clock, in Unix seconds.
    function warp(uint256 timestamp) external;

    /// @notice Makes the next call come from `sender`.
    function prank(address sender) external;

    /// @notice Gives the account this balance, in wei.
    function deal(address account, uint256 balance) external;

    /// @notice Signs with a private key.
    function sign(uint256 key, bytes32 digest) external pure returns (uint8 v, bytes32 r, bytes32 s);

    /// @notice Forgets what was recorded, and records every log from now on.
    function recordLogs() external;

    /// @notice Returns the logs that were recorded, and forgets them.
    function getRecordedLogs() external returns (Log[] memory logs);

    /// @notice Returns the creation code of a contract as it was built.
    function getCode(string calldata artifact) external view returns (bytes memory);

    /// @notice Returns the address of a private key.
    function addr(uint256 key) external pure returns (address);
}

/// @dev Where the machine listens.
Vm constant vm = Vm(0x7109709ECfa91a80626fF3989D68f67F5b1DD12D);
