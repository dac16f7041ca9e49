// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";

/// @title TestLendingPool
/// @author Mandate contributors
/// @notice Lends without interest and without a look at the collateral, with the interface of Aave's V3 pool, for the
/// tests. As there, the greatest amount means "all".
contract TestLendingPool {
    using SafeERC20 for IERC20;

    /// @notice What somebody has supplied of an asset.
    mapping(address asset => mapping(address account => uint256 amount)) public supplied;

    /// @notice What somebody owes of an asset.
    mapping(address asset => mapping(address account => uint256 amount)) public owed;

    /// @notice Only the variable rate, mode 2, is there.
    error InvalidInterestRateMode();

    /// @notice Nobody has delegated his credit.
    error InsufficientCreditDelegation();

    /// @notice Supplies what the caller has approved, in the name of `onBehalfOf`.
    function supply(address asset, uint256 amount, address onBehalfOf, uint16) external {
        IERC20(asset).safeTransferFrom(msg.sender, address(this), amount);
        supplied[asset][onBehalfOf] += amount;
    }

    /// @notice Withdraws what the caller has supplied.
    function withdraw(address asset, uint256 amount, address to) external returns (uint256) {
        if (amount == type(uint256).max) amount = supplied[asset][msg.sender];
        supplied[asset][msg.sender] -= amount;
        IERC20(asset).safeTransfer(to, amount);
        return amount;
    }

    /// @notice Borrows for the caller, who owes it.
    function borrow(address asset, uint256 amount, uint256 interestRateMode, uint16, address onBehalfOf) external {
        if (interestRateMode != 2) revert InvalidInterestRateMode();
        if (onBehalfOf != msg.sender) revert InsufficientCreditDelegation();
        owed[asset][onBehalfOf] += amount;
        IERC20(asset).safeTransfer(msg.sender, amount);
    }

    /// @notice Pays back what `onBehalfOf` owes.
    function repay(
        address asset,
        uint256 amount,
        uint256 interestRateMode,
        address onBehalfOf
    ) external returns (uint256) {
        if (interestRateMode != 2) revert InvalidInterestRateMode();
        if (amount > owed[asset][onBehalfOf]) amount = owed[asset][onBehalfOf];
        owed[asset][onBehalfOf] -= amount;
        IERC20(asset).safeTransferFrom(msg.sender, address(this), amount);
        return amount;
    }
}
