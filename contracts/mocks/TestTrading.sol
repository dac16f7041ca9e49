// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";

/// @title TestTrading
/// @author Mandate contributors
/// @notice Leveraged trades that neither win nor lose, with the interface of Gains Network's V10 diamond, for the tests.
contract TestTrading {
    using SafeERC20 for IERC20;

    /// @notice A trade, as the diamond has it.
    struct Trade {
        address user;
        uint32 index;
        uint16 pairIndex;
        uint24 leverage;
        bool long;
        bool isOpen;
        uint8 collateralIndex;
        uint8 tradeType;
        uint120 collateralAmount;
        uint64 openPrice;
        uint64 tp;
        uint64 sl;
        bool isCounterTrade;
        uint160 positionSizeToken;
        uint24 __placeholder;
    }

    /// @notice Tokens that trades are paid in.
    mapping(uint8 index => IERC20 token) public collaterals;

    /// @notice Open trades.
    mapping(address user => Trade[] trades) private _trades;

    /// @notice The trade is another's.
    error NotYourTrade();

    /// @notice The trade has no leverage, collateral or price.
    error InvalidTrade();

    /// @notice Sets the token of a collateral. Anyone may call it.
    function setCollateral(uint8 index, IERC20 token) external {
        collaterals[index] = token;
    }

    /// @notice Opens a trade of the caller, and takes its collateral.
    function openTrade(Trade memory trade, uint16, address) external {
        if (trade.user != msg.sender) revert NotYourTrade();
        if (trade.leverage == 0 || trade.collateralAmount == 0 || trade.openPrice == 0) revert InvalidTrade();
        collaterals[trade.collateralIndex].safeTransferFrom(msg.sender, address(this), trade.collateralAmount);
        // Safe cast: nobody opens so many trades.
        trade.index = uint32(_trades[msg.sender].length);
        trade.isOpen = true;
        _trades[msg.sender].push(trade);
    }

    /// @notice Closes a trade of the caller, and gives its collateral back.
    function closeTradeMarket(uint32 index, uint64 expectedPrice) external {
        Trade storage trade = _trades[msg.sender][index];
        if (!trade.isOpen || expectedPrice == 0) revert InvalidTrade();
        trade.isOpen = false;
        collaterals[trade.collateralIndex].safeTransfer(msg.sender, trade.collateralAmount);
    }

    /// @notice Returns a trade.
    function getTrade(address user, uint32 index) external view returns (Trade memory) {
        return _trades[user][index];
    }
}
