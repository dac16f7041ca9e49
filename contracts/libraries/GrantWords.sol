// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @dev What an account has granted to an agent, in one word. From the highest bit:
///
///     policy (160) ‖ version (16) ‖ number (16) ‖ 0 (2) ‖ retired (1) ‖ frozen (1) ‖ gasExponent (4) ‖ gasPeriod (16) ‖
///     gasSpent (40)
///
/// `policy` is the blob's address, 0 without a grant. `number` is given once, from 1. `gasSpent` counts units of
/// `10^gasExponent` wei in the UTC day `gasPeriod`.
type GrantWord is uint256;

using GrantWords for GrantWord global;

/// @title GrantWords
/// @notice Reads and writes the fields of a grant.
library GrantWords {
    uint256 private constant POLICY_SHIFT = 96;
    uint256 private constant VERSION_SHIFT = 80;
    uint256 private constant NUMBER_SHIFT = 64;
    uint256 private constant FROZEN_BIT = 1 << 60;
    uint256 private constant RETIRED_BIT = 1 << 61;
    uint256 private constant GAS_MASK = (1 << 60) - 1;

    function policy(GrantWord word) internal pure returns (address) {
        return address(uint160(GrantWord.unwrap(word) >> POLICY_SHIFT));
    }

    function version(GrantWord word) internal pure returns (uint256) {
        return uint16(GrantWord.unwrap(word) >> VERSION_SHIFT);
    }

    function number(GrantWord word) internal pure returns (uint256) {
        return uint16(GrantWord.unwrap(word) >> NUMBER_SHIFT);
    }

    function frozen(GrantWord word) internal pure returns (bool) {
        return GrantWord.unwrap(word) & FROZEN_BIT != 0;
    }

    /// @dev Whether the key was rotated away. It gets no grant any more: it would have a number, and budgets, of its own.
    function retired(GrantWord word) internal pure returns (bool) {
        return GrantWord.unwrap(word) & RETIRED_BIT != 0;
    }

    function gasExponent(GrantWord word) internal pure returns (uint256) {
        return (GrantWord.unwrap(word) >> 56) & 0xf;
    }

    function gasPeriod(GrantWord word) internal pure returns (uint256) {
        return uint16(GrantWord.unwrap(word) >> 40);
    }

    function gasSpent(GrantWord word) internal pure returns (uint256) {
        return uint40(GrantWord.unwrap(word));
    }

    function withPolicy(GrantWord word, address policy_) internal pure returns (GrantWord) {
        uint256 rest = GrantWord.unwrap(word) & ((1 << POLICY_SHIFT) - 1);
        return GrantWord.wrap((uint256(uint160(policy_)) << POLICY_SHIFT) | rest);
    }

    /// @dev `version_` must fit in 16 bits.
    function withVersion(GrantWord word, uint256 version_) internal pure returns (GrantWord) {
        uint256 rest = GrantWord.unwrap(word) & ~(uint256(type(uint16).max) << VERSION_SHIFT);
        return GrantWord.wrap(rest | (version_ << VERSION_SHIFT));
    }

    /// @dev `number_` must fit in 16 bits.
    function withNumber(GrantWord word, uint256 number_) internal pure returns (GrantWord) {
        uint256 rest = GrantWord.unwrap(word) & ~(uint256(type(uint16).max) << NUMBER_SHIFT);
        return GrantWord.wrap(rest | (number_ << NUMBER_SHIFT));
    }

    function withFrozen(GrantWord word, bool frozen_) internal pure returns (GrantWord) {
        uint256 rest = GrantWord.unwrap(word) & ~FROZEN_BIT;
        return GrantWord.wrap(frozen_ ? rest | FROZEN_BIT : rest);
    }

    /// @dev What is left of a key that was rotated away: its version, so that nothing signed for it can be used again.
    function retire(GrantWord word) internal pure returns (GrantWord) {
        return GrantWord.wrap(RETIRED_BIT).withVersion(word.version());
    }

    /// @dev `exponent` must fit in 4 bits, `period` in 16, `spent` in 40.
    function withGas(
        GrantWord word,
        uint256 exponent,
        uint256 period,
        uint256 spent
    ) internal pure returns (GrantWord) {
        return GrantWord.wrap((GrantWord.unwrap(word) & ~GAS_MASK) | (exponent << 56) | (period << 40) | spent);
    }
}
