// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @dev A policy while it is checked, and what was named in it so far. In each map of bits, bit `i` is entry `i`.
struct Draft {
    /// @dev Bytes of the policy.
    bytes blob;
    /// @dev Store that checks it.
    address store;
    /// @dev Number of assets, at most 32.
    uint256 assets;
    /// @dev Number of groups, at most 16.
    uint256 groups;
    /// @dev Number of sets, at most 64.
    uint256 sets;
    /// @dev Index of the native asset plus 1; 0 where there is none.
    uint256 nativeAsset;
    /// @dev Assets that something spends.
    uint256 usedAssets;
    /// @dev Groups that a limit names.
    uint256 limitedGroups;
    /// @dev Groups that a rule names.
    uint256 usedGroups;
    /// @dev Sets that the header, a tier, a set permission or a condition names.
    uint256 usedSets;
    /// @dev Actions of limits and rules; bit 0 means nothing.
    uint256 actions;
}
