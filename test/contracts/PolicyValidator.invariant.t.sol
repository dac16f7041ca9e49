// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {GhostHandler} from "./ghost/GhostHandler.sol";
import {Coverage} from "./ghost/GhostOperations.sol";
import {vm} from "./Vm.sol";

/// @dev What the machine calls, with any seed: it looks for its targets among the contracts of this file. All suites are
/// given the same seeds, and make histories of their own of them.
contract GhostSteps {
    GhostHandler private immutable HANDLER;
    uint256 private immutable SUITE;

    constructor(GhostHandler handler, uint256 suite) {
        (HANDLER, SUITE) = (handler, suite);
    }

    function step(uint256 seed) external {
        HANDLER.step(uint256(keccak256(abi.encode(SUITE, seed))));
    }
}

/// @dev Validator and store against a model that was written from the specification alone, over random histories. There are
/// several suites since the machine runs suites side by side.
abstract contract PolicyValidatorInvariant {
    /// @notice The run has not seen enough for its silence to mean anything.
    error TooLittleSeen(Coverage seen);

    uint256 private immutable SUITE;
    GhostHandler private _handler;
    GhostSteps private _steps;

    constructor(uint256 suite) {
        SUITE = suite;
    }

    function setUp() public {
        vm.warp(1_772_000_000);
        _handler = new GhostHandler();
        _steps = new GhostSteps(_handler, SUITE);
    }

    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_steps);
    }

    /// @dev The handler compares after every step, and reverts where validator and model differ: which operations pass and why
    /// others do not (INV-2, INV-4, INV-5, INV-9, INV-10), whose meters they move (INV-8), what a failed execution gives back
    /// (INV-13), what rolls (INV-14, INV-15), and what owners, guardians and strangers can do (INV-12, INV-16, INV-18),
    /// and what has to be announced or approved (INV-35 to INV-38).
    function invariant_Validator_IsTheModel() public view {}

    /// @dev A run in which everything is denied proves nothing: each sees this much at least.
    function afterInvariant() public view {
        Coverage memory seen = _handler.coverage();
        if (
            seen.passed < 80 ||
            seen.settled < 20 ||
            seen.refunded == 0 ||
            seen.together == 0 ||
            seen.levers == 0 ||
            seen.bySet < 5 ||
            seen.beforeSet + seen.listed < 5 ||
            seen.items == 0 ||
            seen.crowds == 0 ||
            seen.intrusions == 0 ||
            _countDenials(seen.denials) < 18 ||
            _countActs(seen.acts) < 4 ||
            seen.tiers.passed[1] + seen.tiers.passed[2] + seen.tiers.passed[3] < 10 ||
            seen.tiers.announced < 5 ||
            seen.tiers.refused == 0 ||
            // What was announced has run, or came too early, too late or never.
            seen.tiers.used + seen.denials[26] + seen.denials[27] + seen.denials[28] < 2 ||
            _countTierDenials(seen.denials) < 2
        ) revert TooLittleSeen(seen);
    }

    function _countDenials(uint256[33] memory counts) private pure returns (uint256 kinds) {
        for (uint256 i; i < counts.length; ++i) if (counts[i] != 0) ++kinds;
    }

    /// @dev From `Denial.SIGNATURE` on.
    function _countTierDenials(uint256[33] memory counts) private pure returns (uint256 kinds) {
        for (uint256 i = 25; i < counts.length; ++i) if (counts[i] != 0) ++kinds;
    }

    function _countActs(uint256[12] memory counts) private pure returns (uint256 kinds) {
        for (uint256 i; i < counts.length; ++i) if (counts[i] != 0) ++kinds;
    }
}

/// hardhat-config: default.invariant.runs = 25
/// hardhat-config: default.invariant.depth = 1000
/// hardhat-config: short.invariant.runs = 3
/// hardhat-config: short.invariant.depth = 1000
/// hardhat-config: long.invariant.runs = 250
/// hardhat-config: long.invariant.depth = 1000
contract PolicyValidatorInvariant1Test is PolicyValidatorInvariant(1) {}

/// hardhat-config: default.invariant.runs = 25
/// hardhat-config: default.invariant.depth = 1000
/// hardhat-config: short.invariant.runs = 3
/// hardhat-config: short.invariant.depth = 1000
/// hardhat-config: long.invariant.runs = 250
/// hardhat-config: long.invariant.depth = 1000
contract PolicyValidatorInvariant2Test is PolicyValidatorInvariant(2) {}

/// hardhat-config: default.invariant.runs = 25
/// hardhat-config: default.invariant.depth = 1000
/// hardhat-config: short.invariant.runs = 3
/// hardhat-config: short.invariant.depth = 1000
/// hardhat-config: long.invariant.runs = 250
/// hardhat-config: long.invariant.depth = 1000
contract PolicyValidatorInvariant3Test is PolicyValidatorInvariant(3) {}

/// hardhat-config: default.invariant.runs = 25
/// hardhat-config: default.invariant.depth = 1000
/// hardhat-config: short.invariant.runs = 3
/// hardhat-config: short.invariant.depth = 1000
/// hardhat-config: long.invariant.runs = 250
/// hardhat-config: long.invariant.depth = 1000
contract PolicyValidatorInvariant4Test is PolicyValidatorInvariant(4) {}
