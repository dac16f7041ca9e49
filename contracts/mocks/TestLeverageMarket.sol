// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";

/// @title TestLeverageMarket
/// @author Mandate contributors
/// @notice Opens positions of a signed size and a leverage on markets that have a name, for the tests.
contract TestLeverageMarket {
    using SafeERC20 for IERC20;

    IERC20 private immutable TOKEN;

    /// @notice Signed size of somebody's position, in base units of the token.
    mapping(bytes32 market => mapping(address account => int256 size)) public sizes;

    /// @notice Creates it.
    constructor(IERC20 token) {
        TOKEN = token;
    }

    /// @notice Opens a position of the caller, and takes its margin: the size divided by the leverage.
    function open(bytes32 market, int256 size, uint256 leverage) external {
        // Safe cast: it is not negative.
        TOKEN.safeTransferFrom(msg.sender, address(this), uint256(size < 0 ? -size : size) / leverage);
        sizes[market][msg.sender] += size;
    }
}
