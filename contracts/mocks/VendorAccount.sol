// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title VendorAccount
/// @author Mandate contributors
/// @notice Account that trusts an EntryPoint of its vendor, for the tests.
contract VendorAccount {
    /// @notice EntryPoint that the account trusts.
    address public immutable entryPoint;

    /// @notice Fixes the EntryPoint.
    /// @param entryPoint_ EntryPoint that the account trusts.
    constructor(address entryPoint_) {
        entryPoint = entryPoint_;
    }
}
