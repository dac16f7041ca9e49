// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @title TestToken
/// @author Mandate contributors
/// @notice ERC-20 token that anyone may mint, for the demo and the tests.
contract TestToken is ERC20 {
    uint8 private immutable DECIMALS;

    /// @notice Creates the token with nothing minted.
    /// @param name_ Name of the token.
    /// @param symbol_ Symbol of the token.
    /// @param decimals_ Decimal places of an amount shown to people.
    constructor(string memory name_, string memory symbol_, uint8 decimals_) ERC20(name_, symbol_) {
        DECIMALS = decimals_;
    }

    /// @notice Mints `amount` to `to`. Anyone may call it.
    /// @param to Account that receives the tokens.
    /// @param amount Amount in the smallest unit of the token.
    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }

    /// @notice Returns the decimal places of an amount shown to people.
    /// @return Decimal places that the constructor was given.
    function decimals() public view override returns (uint8) {
        return DECIMALS;
    }
}
