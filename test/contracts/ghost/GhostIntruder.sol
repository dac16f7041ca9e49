// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ERC1155Holder} from "@openzeppelin/contracts/token/ERC1155/utils/ERC1155Holder.sol";
import {ERC721Holder} from "@openzeppelin/contracts/token/ERC721/utils/ERC721Holder.sol";
import {TestToken} from "../../../contracts/mocks/TestToken.sol";

/// @dev What an intruder does, and what has to become of it.
struct Attempt {
    address target;
    bool mustFail;
    bool mustSucceed;
    bytes data;
}

/// @title GhostIntruder
/// @notice Does what it was told to do whenever a token or a recipient is called by an operation.
contract GhostIntruder {
    address private immutable OWNER = msg.sender;

    /// @notice How often it came in.
    uint256 public intrusions;

    /// @notice Number of the attempt that went otherwise than it must, 0 while there is none.
    uint256 public broken;

    Attempt[] private _attempts;
    bool private _busy;

    error OnlyOwner();

    /// @notice Says what to do from now on.
    function arm(Attempt[] memory attempts) external {
        if (msg.sender != OWNER) revert OnlyOwner();
        delete _attempts;
        for (uint256 i; i < attempts.length; ++i) _attempts.push(attempts[i]);
    }

    /// @notice Comes in, but not again from what it does.
    function intrude() external {
        if (_busy || _attempts.length == 0) return;
        _busy = true;
        ++intrusions;
        for (uint256 i; i < _attempts.length; ++i) {
            Attempt memory attempt = _attempts[i];
            (bool success, ) = attempt.target.call(attempt.data);
            if (success ? attempt.mustFail : attempt.mustSucceed) broken = i + 1;
        }
        _busy = false;
    }
}

/// @title GhostSink
/// @notice Takes calls that only a policy tells apart, and lets the intruder in.
contract GhostSink is ERC1155Holder, ERC721Holder {
    GhostIntruder private immutable INTRUDER;

    error Failed();

    constructor(GhostIntruder intruder) {
        INTRUDER = intruder;
    }

    function poke(uint256) external payable {
        INTRUDER.intrude();
    }

    function swap(uint256, uint256) external payable {
        INTRUDER.intrude();
    }

    function fail() external payable {
        INTRUDER.intrude();
        revert Failed();
    }

    receive() external payable {
        INTRUDER.intrude();
    }
}

/// @title GhostToken
/// @notice Token that lets the intruder in when it moves.
contract GhostToken is TestToken {
    GhostIntruder private immutable INTRUDER;

    constructor(GhostIntruder intruder) TestToken("Hooked", "HKD", 18) {
        INTRUDER = intruder;
    }

    function _update(address from, address to, uint256 value) internal override {
        super._update(from, to, value);
        INTRUDER.intrude();
    }
}
