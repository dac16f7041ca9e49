// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";

/// @title TestSwapRouter
/// @author Mandate contributors
/// @notice Swaps at fixed rates, with the interfaces of Uniswap's V2 router and of its SwapRouter02, for the tests.
contract TestSwapRouter {
    using SafeERC20 for IERC20;

    /// @notice Arguments of `exactInputSingle`, as SwapRouter02 has them.
    struct ExactInputSingleParams {
        address tokenIn;
        address tokenOut;
        uint24 fee;
        address recipient;
        uint256 amountIn;
        uint256 amountOutMinimum;
        uint160 sqrtPriceLimitX96;
    }

    /// @notice What one whole unit (1e18) of the base units of the first token gives of those of the second.
    mapping(address tokenIn => mapping(address tokenOut => uint256 rate)) public rates;

    /// @notice The deadline of the swap has passed.
    error Expired();

    /// @notice No rate is known, or the token is swapped for itself.
    error InvalidPath();

    /// @notice The swap gives less than its caller wants.
    error InsufficientOutput(uint256 amountOut);

    /// @notice Sets a rate. Anyone may call it.
    function setRate(address tokenIn, address tokenOut, uint256 rate) external {
        rates[tokenIn][tokenOut] = rate;
    }

    /// @notice Swaps along a path, as Uniswap's V2 router does.
    function swapExactTokensForTokens(
        uint256 amountIn,
        uint256 amountOutMin,
        address[] calldata path,
        address to,
        uint256 deadline
    ) external returns (uint256[] memory amounts) {
        if (deadline < block.timestamp) revert Expired();
        if (path.length < 2) revert InvalidPath();
        amounts = new uint256[](path.length);
        amounts[0] = amountIn;
        for (uint256 index = 1; index < path.length; ++index) {
            amounts[index] = _quote(path[index - 1], path[index], amounts[index - 1]);
        }
        uint256 amountOut = amounts[path.length - 1];
        if (amountOut < amountOutMin) revert InsufficientOutput(amountOut);
        IERC20(path[0]).safeTransferFrom(msg.sender, address(this), amountIn);
        IERC20(path[path.length - 1]).safeTransfer(to, amountOut);
    }

    /// @notice Swaps in one pool, as SwapRouter02 does: an amount of 0 is all that the router has, the recipients 1 and 2
    /// are the caller and the router.
    function exactInputSingle(ExactInputSingleParams memory params) external payable returns (uint256 amountOut) {
        bool hasPaid = params.amountIn == 0;
        if (hasPaid) params.amountIn = IERC20(params.tokenIn).balanceOf(address(this));
        if (params.recipient == address(1)) params.recipient = msg.sender;
        else if (params.recipient == address(2)) params.recipient = address(this);
        amountOut = _quote(params.tokenIn, params.tokenOut, params.amountIn);
        if (amountOut < params.amountOutMinimum) revert InsufficientOutput(amountOut);
        if (!hasPaid) IERC20(params.tokenIn).safeTransferFrom(msg.sender, address(this), params.amountIn);
        IERC20(params.tokenOut).safeTransfer(params.recipient, amountOut);
    }

    function _quote(address tokenIn, address tokenOut, uint256 amountIn) private view returns (uint256) {
        uint256 rate = rates[tokenIn][tokenOut];
        if (rate == 0 || tokenIn == tokenOut) revert InvalidPath();
        return (amountIn * rate) / 1e18;
    }
}
