// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @title HostileToken
/// @author Mandate contributors
/// @notice ERC-20 token that does what tokens should not do, for the tests.
contract HostileToken is ERC20 {
    /// @notice What `transfer` does beside moving the tokens.
    enum Behaviour {
        ReturnsNothing,
        ReturnsFalse,
        TakesFee,
        CallsBack,
        Reverts
    }

    /// @notice What `transfer` does.
    Behaviour public behaviour;

    /// @notice Contract that is called back.
    address public callee;

    /// @notice Whether the last call back succeeded.
    bool public succeeded;

    /// @notice What the last call back returned, or reverted with.
    bytes public result;

    bytes private _data;

    /// @notice Creates the token with nothing minted.
    constructor() ERC20("Hostile", "HST") {}

    /// @notice Mints `amount` to `to`. Anyone may call it.
    /// @param to Account that receives the tokens.
    /// @param amount Amount in the smallest unit of the token.
    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }

    /// @notice Chooses what `transfer` does.
    /// @param behaviour_ What it does.
    /// @param callee_ Contract that is called back.
    /// @param data Calldata of the call back.
    function behave(Behaviour behaviour_, address callee_, bytes calldata data) external {
        behaviour = behaviour_;
        callee = callee_;
        _data = data;
    }

    /// @inheritdoc ERC20
    function transfer(address to, uint256 amount) public override returns (bool) {
        if (behaviour == Behaviour.Reverts) revert ERC20InvalidReceiver(to);
        if (behaviour == Behaviour.ReturnsFalse) return false;
        _transfer(msg.sender, to, amount);
        if (behaviour == Behaviour.TakesFee) _burn(to, amount / 10);
        // Safe: whatever comes back is kept, not trusted.
        if (behaviour == Behaviour.CallsBack) (succeeded, result) = callee.call(_data);
        if (behaviour == Behaviour.ReturnsNothing) {
            assembly ("memory-safe") {
                return(0, 0)
            }
        }
        return true;
    }
}
