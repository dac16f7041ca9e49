// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {PolicyFormat} from "./PolicyFormat.sol";

/// @title PolicyFeatures
/// @notice What of the format the validator enforces. The store refuses the rest as if the format did not have it.
/// @dev INV-33: no policy is published that holds a rule which nobody would enforce.
library PolicyFeatures {
    /// @dev Flags of a policy.
    uint256 internal constant KNOWN_FLAGS = PolicyFormat.FLAG_EXECUTE_USER_OP | PolicyFormat.FLAG_SETTLEMENT;

    /// @dev Every kind of period that the format has.
    uint256 internal constant HIGHEST_LIMIT_KIND = PolicyFormat.PERIOD_ROLLING_COUNT;

    /// @dev A limit notifies, delays or asks for approval: not enforced.
    uint256 internal constant HIGHEST_LIMIT_ACTION = PolicyFormat.ACTION_DENY;

    /// @dev A rule notifies, delays or asks for approval: not enforced.
    uint256 internal constant HIGHEST_RULE_TIER = PolicyFormat.ACTION_DENY;

    /// @dev Delay and approval are not enforced, so nothing needs the record that describes them.
    uint256 internal constant MAX_TIERS = 0;
}
