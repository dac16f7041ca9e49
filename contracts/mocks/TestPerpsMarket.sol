// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {TestSynth} from "./TestSynth.sol";

/// @title TestPerpsMarket
/// @author Mandate contributors
/// @notice Perpetuals at a fixed price, with the interface of one of Synthetix' V2 markets, for the tests.
contract TestPerpsMarket {
    TestSynth private immutable SYNTH;
    uint256 private immutable PRICE;

    /// @notice What somebody has put in, in base units of the synth.
    mapping(address account => uint256 amount) public margins;

    /// @notice Signed size of somebody's position.
    mapping(address account => int256 size) public sizes;

    /// @notice Signed size of somebody's order that waits for its price.
    mapping(address account => int256 size) public pending;

    /// @notice There is no margin, or not enough.
    error InsufficientMargin();

    /// @notice There is a position still.
    error PositionOpen();

    /// @notice The order changes nothing.
    error NilOrder();

    /// @notice The fixed price is worse than the desired one.
    error PriceExceeded(uint256 price);

    /// @notice Creates the market.
    constructor(TestSynth synth, uint256 price) {
        SYNTH = synth;
        PRICE = price;
    }

    /// @notice Puts in, or takes out, margin of the caller. No approval is needed.
    function transferMargin(int256 marginDelta) external {
        if (marginDelta >= 0) {
            // Safe cast: it is not negative.
            SYNTH.burn(msg.sender, uint256(marginDelta));
            margins[msg.sender] += uint256(marginDelta);
        } else {
            _withdraw(uint256(-marginDelta));
        }
    }

    /// @notice Takes out all margin of the caller.
    function withdrawAllMargin() external {
        _withdraw(margins[msg.sender]);
    }

    /// @notice Changes the caller's position, downwards where the size is negative.
    function modifyPosition(int256 sizeDelta, uint256 desiredFillPrice) external {
        _check(sizeDelta, desiredFillPrice);
        sizes[msg.sender] += sizeDelta;
    }

    /// @notice Orders a change of the caller's position.
    function submitOffchainDelayedOrder(int256 sizeDelta, uint256 desiredFillPrice) external {
        _check(sizeDelta, desiredFillPrice);
        pending[msg.sender] = sizeDelta;
    }

    /// @notice Closes the caller's position.
    function closePosition(uint256 desiredFillPrice) external {
        _check(-sizes[msg.sender], desiredFillPrice);
        sizes[msg.sender] = 0;
    }

    function _withdraw(uint256 amount) private {
        if (sizes[msg.sender] != 0) revert PositionOpen();
        if (amount > margins[msg.sender]) revert InsufficientMargin();
        margins[msg.sender] -= amount;
        SYNTH.mint(msg.sender, amount);
    }

    function _check(int256 sizeDelta, uint256 desiredFillPrice) private view {
        if (sizeDelta == 0) revert NilOrder();
        if (margins[msg.sender] == 0) revert InsufficientMargin();
        if (sizeDelta > 0 ? PRICE > desiredFillPrice : PRICE < desiredFillPrice) revert PriceExceeded(PRICE);
    }
}
