// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @dev What is spent of one asset, by one agent or all agents of an account, over one kind of period. At most 126 words,
/// so that all of it is storage associated with the account (ERC-7562).
///
/// - Fixed periods, months and lifetime: `period(128) ‖ spent(128)`. The slot behind it is transient (`Settlement`).
/// - Rolling amount: `clock(48) ‖ level(208)`, see `RollingAmount`.
/// - Rolling count: how many were ever counted. Behind it lies the ring of `RollingCount`.
struct Meter {
    uint256 word;
}
