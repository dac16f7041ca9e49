// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IEntryPoint, PackedUserOperation} from "@openzeppelin/contracts/interfaces/IERC4337.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

/// @title TakingPaymaster
/// @author Mandate contributors
/// @notice Paymaster that takes all tokens that it can when it is called back, or reverts there, for the tests.
contract TakingPaymaster {
    /// @dev The callback was told to revert.
    error PostOpRefused();

    IEntryPoint private immutable ENTRY_POINT;
    IERC20 private immutable TOKEN;

    /// @notice Whether the callback reverts.
    bool public refuses;

    /// @notice Fixes what is taken.
    /// @param entryPoint EntryPoint that keeps the deposit.
    /// @param token Token that is taken.
    constructor(IEntryPoint entryPoint, IERC20 token) {
        ENTRY_POINT = entryPoint;
        TOKEN = token;
    }

    /// @notice Pays for operations with what is sent.
    function fund() external payable {
        ENTRY_POINT.depositTo{value: msg.value}(address(this));
    }

    /// @notice Chooses whether the callback reverts.
    /// @param refuses_ Whether it does.
    function refuse(bool refuses_) external {
        refuses = refuses_;
    }

    /// @notice Pays for every operation, and asks for a callback.
    /// @param userOp Operation that is paid for.
    /// @return context Account that sends it.
    /// @return validationData 0: valid at all times.
    function validatePaymasterUserOp(
        PackedUserOperation calldata userOp,
        bytes32 /* userOpHash */,
        uint256 /* maxCost */
    ) external pure returns (bytes memory context, uint256 validationData) {
        return (abi.encode(userOp.sender), 0);
    }

    /// @notice Takes what the account has and has allowed.
    /// @param context Account that sent the operation.
    function postOp(uint8 /* mode */, bytes calldata context, uint256 /* cost */, uint256 /* fee */) external {
        if (refuses) revert PostOpRefused();
        address account = abi.decode(context, (address));
        uint256 amount = TOKEN.allowance(account, address(this));
        uint256 balance = TOKEN.balanceOf(account);
        if (amount > balance) amount = balance;
        if (amount != 0) TOKEN.transferFrom(account, address(this), amount);
    }
}
