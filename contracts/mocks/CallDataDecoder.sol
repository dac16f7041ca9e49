// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ERC7579Utils} from "@openzeppelin/contracts/account/utils/draft-ERC7579Utils.sol";
import {Execution} from "@openzeppelin/contracts/interfaces/draft-IERC7579.sol";

/// @title CallDataDecoder
/// @author Mandate contributors
/// @notice Decodes `execute` as OpenZeppelin's account does before it executes, for the tests.
contract CallDataDecoder {
    /// @notice Returns the calls that the account would make.
    /// @param mode Execution mode, single or batch.
    /// @param executionCalldata Execution calldata.
    /// @return executions Calls in their order.
    function execute(
        bytes32 mode,
        bytes calldata executionCalldata
    ) external pure returns (Execution[] memory executions) {
        if (mode == 0) {
            executions = new Execution[](1);
            (address target, uint256 value, bytes calldata data) = ERC7579Utils.decodeSingle(executionCalldata);
            executions[0] = Execution({target: target, value: value, callData: data});
        } else {
            Execution[] calldata batch = ERC7579Utils.decodeBatch(executionCalldata);
            executions = new Execution[](batch.length);
            for (uint256 i; i < batch.length; ++i) {
                executions[i] = batch[i];
            }
        }
    }
}
