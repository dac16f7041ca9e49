// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ERC1155} from "@openzeppelin/contracts/token/ERC1155/ERC1155.sol";

/// @title TestItems
/// @author Mandate contributors
/// @notice ERC-1155 token of which anyone may mint, for the tests.
contract TestItems is ERC1155 {
    /// @notice Creates the token with nothing minted.
    constructor() ERC1155("") {}

    /// @notice Mints to `to`. Anyone may call it.
    /// @param to Account that receives the items.
    /// @param id Id of the items.
    /// @param amount How many.
    function mint(address to, uint256 id, uint256 amount) external {
        _mint(to, id, amount, "");
    }
}
