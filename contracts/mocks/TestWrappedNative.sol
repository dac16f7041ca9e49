// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {Address} from "@openzeppelin/contracts/utils/Address.sol";

/// @title TestWrappedNative
/// @author Mandate contributors
/// @notice Wraps the native asset one to one, for the tests.
contract TestWrappedNative is ERC20 {
    /// @notice Creates the token with nothing wrapped.
    constructor() ERC20("Test Wrapped Native", "TWN") {}

    /// @notice Wraps what the call carries.
    function deposit() external payable {
        _mint(msg.sender, msg.value);
    }

    /// @notice Unwraps to the caller.
    /// @param amount Amount, in wei.
    function withdraw(uint256 amount) external {
        _burn(msg.sender, amount);
        Address.sendValue(payable(msg.sender), amount);
    }
}
