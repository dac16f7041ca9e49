// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IEntryPoint, PackedUserOperation} from "@openzeppelin/contracts/interfaces/IERC4337.sol";
import {Address} from "@openzeppelin/contracts/utils/Address.sol";
import {ReferenceAccount} from "../accounts/ReferenceAccount.sol";

/// @title WrappingAccount
/// @author Mandate contributors
/// @notice Account whose operations are wrapped in `executeUserOp`, as those of Kernel and Nexus may be, for the tests.
contract WrappingAccount is ReferenceAccount {
    /// @notice Fixes the EntryPoint.
    /// @param entryPoint_ EntryPoint that may validate and execute.
    constructor(IEntryPoint entryPoint_) ReferenceAccount(entryPoint_) {}

    /// @notice Calls the account with what follows the selector in the operation's callData.
    /// @param userOp Operation that is executed.
    function executeUserOp(
        PackedUserOperation calldata userOp,
        bytes32 /* userOpHash */
    ) external onlyEntryPointOrSelf {
        Address.functionDelegateCall(address(this), userOp.callData[4:]);
    }
}
