// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPolicyStore} from "../../../contracts/interfaces/IPolicyStore.sol";
import {PolicyChecks} from "../../../contracts/libraries/PolicyChecks.sol";
import {PolicyFormat} from "../../../contracts/libraries/PolicyFormat.sol";
import {PolicyBuilder} from "../PolicyBuilder.sol";
import {vm} from "../Vm.sol";

contract PolicyChecksTest {
    /// @dev INV-20.
    function testFuzz_Check_AcceptsAnyRecipients(uint8 count) public view {
        this.check(PolicyBuilder.transfers(address(1 << 20), uint256(count) + 1));
    }

    /// @dev INV-23: whatever is cut off, nothing is read beyond the end.
    function testFuzz_RevertWhen_CutOff(uint16 length) public {
        bytes memory blob = PolicyBuilder.transfers(address(1 << 20), 3);
        uint256 kept = uint256(length) % blob.length;
        assembly {
            mstore(blob, kept)
        }
        if (kept < PolicyFormat.HEADER_SIZE) {
            vm.expectRevert(abi.encodeWithSelector(IPolicyStore.BlobSizeInvalid.selector, kept));
            this.check(blob);
        } else {
            try this.check(blob) {
                assert(false);
            } catch (bytes memory reason) {
                assert(bytes4(reason) == IPolicyStore.DirectoryInvalid.selector);
            }
        }
    }

    /// @notice Calls the library, so that its revert can be expected.
    function check(bytes memory blob) external view {
        PolicyChecks.check(blob, address(this));
    }
}
