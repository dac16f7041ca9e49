// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC1155} from "@openzeppelin/contracts/token/ERC1155/IERC1155.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

/// @title TokenSelectors
/// @notice Names the calls that move or approve tokens, and what their arguments mean.
library TokenSelectors {
    /// @dev Meaning of an argument of a token call.
    enum Role {
        None,
        Source,
        Recipient,
        Spender,
        Allowance
    }

    uint256 internal constant TRANSFER = uint32(IERC20.transfer.selector);
    /// @dev Of ERC-20 and of ERC-721 alike.
    uint256 internal constant TRANSFER_FROM = uint32(IERC20.transferFrom.selector);
    uint256 internal constant APPROVE = uint32(IERC20.approve.selector);
    /// @dev `safeTransferFrom(address,address,uint256)` of ERC-721.
    uint256 internal constant SAFE_TRANSFER_FROM = 0x42842e0e;
    /// @dev `safeTransferFrom(address,address,uint256,bytes)` of ERC-721.
    uint256 internal constant SAFE_TRANSFER_FROM_WITH_DATA = 0xb88d4fde;
    uint256 internal constant SAFE_TRANSFER_FROM_ID = uint32(IERC1155.safeTransferFrom.selector);
    /// @dev `deposit()` of wrapped native tokens.
    uint256 internal constant DEPOSIT = 0xd0e30db0;
    /// @dev `withdraw(uint256)` of wrapped native tokens.
    uint256 internal constant WITHDRAW = 0x2e1a7d4d;

    /// @notice Returns what the argument at `word` of a call with this selector means.
    function role(uint256 selector, uint256 word) internal pure returns (Role) {
        if (selector == TRANSFER) return word == 0 ? Role.Recipient : Role.None;
        if (selector == APPROVE) {
            if (word == 0) return Role.Spender;
            return word == 1 ? Role.Allowance : Role.None;
        }
        if (
            selector == TRANSFER_FROM ||
            selector == SAFE_TRANSFER_FROM ||
            selector == SAFE_TRANSFER_FROM_WITH_DATA ||
            selector == SAFE_TRANSFER_FROM_ID
        ) {
            if (word == 0) return Role.Source;
            return word == 1 ? Role.Recipient : Role.None;
        }
        return Role.None;
    }
}
