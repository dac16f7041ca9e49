// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ERC721} from "@openzeppelin/contracts/token/ERC721/ERC721.sol";

/// @title TestCollection
/// @author Mandate contributors
/// @notice ERC-721 collection of which anyone may mint, for the tests.
contract TestCollection is ERC721 {
    /// @notice Creates the collection with nothing minted.
    constructor() ERC721("Test Collection", "TC") {}

    /// @notice Mints the item to `to`. Anyone may call it.
    /// @param to Account that receives the item.
    /// @param id Id of the item.
    function mint(address to, uint256 id) external {
        _mint(to, id);
    }
}
