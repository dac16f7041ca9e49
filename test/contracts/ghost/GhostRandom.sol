// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @dev Source of numbers that depend on the seed alone.
struct Random {
    uint256 state;
}

/// @title GhostRandom
/// @notice Draws numbers from a seed.
library GhostRandom {
    /// @notice Returns any word.
    function word(Random memory random) internal pure returns (uint256 drawn) {
        assembly ("memory-safe") {
            drawn := keccak256(random, 32)
            mstore(random, drawn)
        }
    }

    /// @notice Returns a number below `bound`, which is not 0.
    function below(Random memory random, uint256 bound) internal pure returns (uint256) {
        return word(random) % bound;
    }

    /// @notice Returns a number from `least` to `most`.
    function between(Random memory random, uint256 least, uint256 most) internal pure returns (uint256) {
        return least + below(random, most - least + 1);
    }

    /// @notice Returns true in `percent` of a hundred draws.
    function chance(Random memory random, uint256 percent) internal pure returns (bool) {
        return below(random, 100) < percent;
    }
}
