// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC1155} from "@openzeppelin/contracts/token/ERC1155/IERC1155.sol";
import {IPolicyStore} from "../../../contracts/interfaces/IPolicyStore.sol";
import {TokenCalls} from "../../../contracts/libraries/TokenCalls.sol";
import {vm} from "../Vm.sol";

contract TokenCallsTest {
    function test_CheckSelector_KnowsTheForbidden() public {
        string[19] memory signatures = [
            "increaseAllowance(address,uint256)",
            "permit(address,address,uint256,uint256,uint8,bytes32,bytes32)",
            "permit(address,address,uint256,uint256,bytes)",
            "permit(address,address,uint256,uint256,bool,uint8,bytes32,bytes32)",
            "setApprovalForAll(address,bool)",
            "transferWithAuthorization(address,address,uint256,uint256,uint256,bytes32,uint8,bytes32,bytes32)",
            "transferWithAuthorization(address,address,uint256,uint256,uint256,bytes32,bytes)",
            "increaseApproval(address,uint256)",
            "approveAndCall(address,uint256,bytes)",
            "transferAndCall(address,uint256,bytes)",
            "transferAndCall(address,uint256)",
            "approveAndCall(address,uint256)",
            "transferFromAndCall(address,address,uint256,bytes)",
            "transferFromAndCall(address,address,uint256)",
            "send(address,uint256,bytes)",
            "operatorSend(address,address,uint256,bytes,bytes)",
            "authorizeOperator(address)",
            "safeBatchTransferFrom(address,address,uint256[],uint256[],bytes)",
            "setOperator(address,bool)"
        ];
        for (uint256 i; i < signatures.length; ++i) {
            bytes4 selector = bytes4(keccak256(bytes(signatures[i])));
            vm.expectRevert(abi.encodeWithSelector(IPolicyStore.SelectorForbidden.selector, i, selector));
            this.checkSelector(i, selector);
        }
    }

    function test_CheckNoToken_KnowsTheTransfers() public {
        bytes4[6] memory selectors = [
            IERC20.transfer.selector,
            IERC20.transferFrom.selector,
            IERC20.approve.selector,
            bytes4(keccak256("safeTransferFrom(address,address,uint256)")),
            bytes4(keccak256("safeTransferFrom(address,address,uint256,bytes)")),
            IERC1155.safeTransferFrom.selector
        ];
        for (uint256 i; i < selectors.length; ++i) {
            vm.expectRevert(abi.encodeWithSelector(IPolicyStore.TokenWithoutBudget.selector, i, selectors[i]));
            this.checkNoToken(i, selectors[i]);
        }
    }

    function test_CheckNoToken_LetsWrappingPass() public view {
        this.checkNoToken(0, bytes4(keccak256("deposit()")));
        this.checkNoToken(0, bytes4(keccak256("withdraw(uint256)")));
    }

    /// @notice Calls the library, so that its revert can be expected.
    function checkSelector(uint256 rule, bytes4 selector) external pure {
        TokenCalls.checkSelector(rule, selector);
    }

    /// @notice Calls the library, so that its revert can be expected.
    function checkNoToken(uint256 rule, bytes4 selector) external pure {
        TokenCalls.checkNoToken(rule, selector);
    }
}
