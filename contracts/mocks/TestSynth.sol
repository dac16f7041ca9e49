// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @title TestSynth
/// @author Mandate contributors
/// @notice ERC-20 token that anyone may mint, and burn without an approval, as Synthetix' markets do, for the tests.
contract TestSynth is ERC20 {
    /// @notice Creates the token with nothing minted.
    constructor() ERC20("Test Synth", "TSYN") {}

    /// @notice Mints `amount` to `to`. Anyone may call it.
    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }

    /// @notice Burns `amount` of `from`. Anyone may call it.
    function burn(address from, uint256 amount) external {
        _burn(from, amount);
    }
}
