// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ERC4337Utils} from "@openzeppelin/contracts/account/utils/ERC4337Utils.sol";

/// @title EntryPoints
/// @notice Names the canonical EntryPoints of ERC-4337, which no policy may reach.
library EntryPoints {
    /// @dev Version 0.6, which OpenZeppelin's library does not name.
    address internal constant V06 = 0x5FF137D4b0FDCD49DcA30c7CF57E578a026d2789;
    address internal constant V07 = address(ERC4337Utils.ENTRYPOINT_V07);
    address internal constant V08 = address(ERC4337Utils.ENTRYPOINT_V08);
    address internal constant V09 = address(ERC4337Utils.ENTRYPOINT_V09);

    /// @notice Returns whether `target` is one of them.
    function isCanonical(address target) internal pure returns (bool) {
        return target == V06 || target == V07 || target == V08 || target == V09;
    }
}
