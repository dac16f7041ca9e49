// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IEntryPoint, PackedUserOperation} from "@openzeppelin/contracts/interfaces/IERC4337.sol";

/// @title ContractBundler
/// @author Mandate contributors
/// @notice Bundler that is a contract, and calls the EntryPoint several times in one transaction, for the tests.
contract ContractBundler {
    /// @notice A bundle was refused, with this revert data.
    event Refused(uint256 indexed bundle, bytes reason);

    /// @notice Sends each operation in a bundle of its own.
    /// @param entryPoint EntryPoint that takes the bundles.
    /// @param operations One operation a bundle.
    /// @param beneficiary Account that is paid for the gas.
    function handleEach(
        IEntryPoint entryPoint,
        PackedUserOperation[] calldata operations,
        address payable beneficiary
    ) external {
        for (uint256 i; i < operations.length; ++i) {
            PackedUserOperation[] memory bundle = new PackedUserOperation[](1);
            bundle[0] = operations[i];
            try entryPoint.handleOps(bundle, beneficiary) {} catch (bytes memory reason) {
                emit Refused(i, reason);
            }
        }
    }
}
