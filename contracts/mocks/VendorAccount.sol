// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title VendorAccount
/// @author Mandate contributors
/// @notice Account that trusts an EntryPoint of its vendor, for the tests.
contract VendorAccount {
    address private immutable ENTRY_POINT;

    /// @notice Fixes the EntryPoint.
    /// @param entryPoint_ EntryPoint that the account trusts.
    constructor(address entryPoint_) {
        ENTRY_POINT = entryPoint_;
    }

    /// @notice Returns the EntryPoint that the account trusts.
    /// @return EntryPoint of the vendor.
    function entryPoint() external view returns (address) {
        return ENTRY_POINT;
    }
}
