// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Policy} from "./PolicyReader.sol";
import {Totals, TotalsLib} from "./Totals.sol";

/// @dev A UserOperation while it is validated, and the one of its calls that is being checked.
struct Operation {
    /// @dev Policy of the agent that signed it.
    Policy policy;
    /// @dev Account that sends it.
    uint256 account;
    /// @dev Store that keeps the sets which the policy names.
    address store;
    /// @dev What its calls spend.
    Totals totals;
    /// @dev Agent whose signature it carries.
    address agent;
    /// @dev Number of the agent on the account.
    uint256 agentNumber;
    /// @dev First second of the window that the agent has signed.
    uint256 validAfter;
    /// @dev Last second of that window.
    uint256 validUntil;
    /// @dev Whether gas and approvals deny nothing: the signature is a stub, and so are they.
    bool lenient;
    /// @dev Greatest action of the limits that it goes beyond, and of the rules that it takes; 0 where it needs none.
    uint256 tier;
    /// @dev Where the charges of the trailing `settle` lie in the calldata, behind their number; 0 where there is none.
    uint256 charges;
    /// @dev Index of the call in the operation.
    uint256 callIndex;
    /// @dev Callee of the call.
    uint256 target;
    /// @dev Wei that the call carries.
    uint256 value;
    /// @dev Where the call's data begins in the calldata.
    uint256 data;
    /// @dev Size of the call's data, in bytes.
    uint256 length;
}

/// @title Operations
/// @notice Makes the memory of an operation that is being validated.
library Operations {
    /// @notice Returns an operation of which no call has been looked at.
    function create(Policy policy, address account, address store) internal pure returns (Operation memory operation) {
        operation.policy = policy;
        operation.account = uint160(account);
        operation.store = store;
        operation.totals = TotalsLib.create(policy);
    }

    /// @notice Raises the operation's tier to `action`, unless it is as high already.
    function raise(Operation memory operation, uint256 action) internal pure {
        if (action > operation.tier) operation.tier = action;
    }
}
