// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {
    IERC7579Execution,
    IERC7579Module,
    MODULE_TYPE_EXECUTOR
} from "@openzeppelin/contracts/interfaces/draft-IERC7579.sol";

/// @title OpenExecutor
/// @author Mandate contributors
/// @notice Executor that does whatever anybody asks of it, for the tests.
contract OpenExecutor is IERC7579Module {
    /// @inheritdoc IERC7579Module
    function onInstall(bytes calldata) external {}

    /// @inheritdoc IERC7579Module
    function onUninstall(bytes calldata) external {}

    /// @notice Has the account execute.
    /// @param account Account that has installed this module.
    /// @param mode Execution mode.
    /// @param executionCalldata Execution calldata.
    function run(IERC7579Execution account, bytes32 mode, bytes calldata executionCalldata) external {
        account.executeFromExecutor(mode, executionCalldata);
    }

    /// @inheritdoc IERC7579Module
    function isModuleType(uint256 moduleTypeId) external pure returns (bool) {
        return moduleTypeId == MODULE_TYPE_EXECUTOR;
    }
}
