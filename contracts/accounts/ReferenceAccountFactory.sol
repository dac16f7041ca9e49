// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IEntryPoint} from "@openzeppelin/contracts/interfaces/IERC4337.sol";
import {Clones} from "@openzeppelin/contracts/proxy/Clones.sol";

import {ReferenceAccount} from "./ReferenceAccount.sol";

/// @title ReferenceAccountFactory
/// @author Mandate contributors
/// @notice Creates reference accounts at addresses that owner and salt determine.
/// @dev Has no owner and no storage, so an unstaked use in `initCode` obeys ERC-7562.
/// @dev Safe against front-running: the address binds the owner, and the account has its owner before anything else
/// can call it. Whoever calls `createAccount` first creates the same account.
contract ReferenceAccountFactory {
    /// @notice Implementation that every account is a clone of.
    ReferenceAccount public immutable IMPLEMENTATION;

    /// @notice An account was created.
    /// @param account Account that was created.
    /// @param owner Key that owns it.
    /// @param salt Salt that tells apart accounts of the same owner.
    event AccountCreated(address indexed account, address indexed owner, bytes32 salt);

    /// @notice Deploys the implementation.
    /// @param entryPoint EntryPoint of every account that this factory creates.
    constructor(IEntryPoint entryPoint) {
        IMPLEMENTATION = new ReferenceAccount(entryPoint);
    }

    /// @notice Creates the account of `owner` and `salt`, or returns it if it exists.
    /// @dev Anyone may call it. Emits `AccountCreated` only when it creates.
    /// @param owner Key that owns the account.
    /// @param salt Salt that tells apart accounts of the same owner.
    /// @return account Address of the account, equal to `predictAccount(owner, salt)`.
    function createAccount(address owner, bytes32 salt) external returns (address account) {
        account = predictAccount(owner, salt);
        if (account.code.length > 0) return account;

        Clones.cloneDeterministic(address(IMPLEMENTATION), _cloneSalt(owner, salt));
        ReferenceAccount(payable(account)).initialize(owner);

        emit AccountCreated(account, owner, salt);
    }

    /// @notice Returns the address that `createAccount` gives to the account of `owner` and `salt`.
    /// @param owner Key that owns the account.
    /// @param salt Salt that tells apart accounts of the same owner.
    /// @return account Address of the account, whether it exists yet or not.
    function predictAccount(address owner, bytes32 salt) public view returns (address account) {
        account = Clones.predictDeterministicAddress(address(IMPLEMENTATION), _cloneSalt(owner, salt));
    }

    /// @notice Returns the salt of the clone, which binds the owner into its address.
    /// @param owner Key that owns the account.
    /// @param salt Salt that tells apart accounts of the same owner.
    /// @return CREATE2 salt of the clone.
    function _cloneSalt(address owner, bytes32 salt) private pure returns (bytes32) {
        return keccak256(abi.encode(owner, salt));
    }
}
