// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {AccountERC7579} from "@openzeppelin/contracts/account/extensions/draft-AccountERC7579.sol";
import {IEntryPoint} from "@openzeppelin/contracts/interfaces/IERC4337.sol";
import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {ERC1155Holder} from "@openzeppelin/contracts/token/ERC1155/utils/ERC1155Holder.sol";
import {ERC721Holder} from "@openzeppelin/contracts/token/ERC721/utils/ERC721Holder.sol";

/// @title GhostAccount
/// @notice The account of the reference account's family, whose EntryPoint is whoever made it and whose owner signs messages by
/// telling it.
contract GhostAccount is AccountERC7579, ERC1155Holder, ERC721Holder {
    IEntryPoint private immutable ENTRY_POINT = IEntryPoint(msg.sender);

    mapping(bytes32 hash => bool) private _signed;

    /// @notice Signs a message.
    function sign(bytes32 hash) external onlyEntryPoint {
        _signed[hash] = true;
    }

    /// @inheritdoc AccountERC7579
    function isValidSignature(bytes32 hash, bytes calldata) public view override returns (bytes4) {
        return _signed[hash] ? IERC1271.isValidSignature.selector : bytes4(0xffffffff);
    }

    function entryPoint() public view override returns (IEntryPoint) {
        return ENTRY_POINT;
    }
}
