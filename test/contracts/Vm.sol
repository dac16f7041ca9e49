// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title Vm
/// @notice What the tests ask of the machine that runs them.
interface Vm {
    /// @notice Discards this run unless the condition holds.
    function assume(bool condition) external pure;

    /// @notice Fails the test unless the next call reverts with exactly these bytes.
    function expectRevert(bytes calldata revertData) external;

    /// @notice Fails the test unless the next call emits, from `emitter`, the event that is emitted next here.
    function expectEmit(address emitter) external;
}

/// @dev Where the machine listens.
Vm constant vm = Vm(0x7109709ECfa91a80626fF3989D68f67F5b1DD12D);
