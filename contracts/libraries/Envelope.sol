// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {PackedUserOperation} from "@openzeppelin/contracts/interfaces/IERC4337.sol";
import {IPolicyErrors} from "../interfaces/IPolicyErrors.sol";
import {PolicyFormat} from "./PolicyFormat.sol";
import {Policy} from "./PolicyReader.sol";
import {Sets} from "./Sets.sol";
import {UserOperations} from "./UserOperations.sol";

/// @title Envelope
/// @notice Checks what surrounds the calls of a UserOperation: factory, nonce and paymaster.
library Envelope {
    using UserOperations for PackedUserOperation;

    /// @dev Paymaster address, and its two gas limits of 16 bytes.
    uint256 private constant MIN_PAYMASTER_DATA = 52;

    /// @notice Denies the operation unless it carries no initCode, a nonce key of the policy's, and no paymaster but a
    /// listed one.
    /// @dev INV-10: the nonce key chooses how an account validates (a mode, another validator, an enabling of modules); the
    /// policy pins those of its bits that matter.
    function check(
        Policy policy,
        PackedUserOperation calldata userOp,
        bytes calldata paymasterAndData,
        address store
    ) internal view {
        uint256 key = userOp.nonce >> 64;
        uint256 mask = policy.field(PolicyFormat.NONCE_MASK_OFFSET, 24);
        uint256 value = policy.field(PolicyFormat.NONCE_VALUE_OFFSET, 24);
        if (userOp.read(UserOperations.INIT_CODE).length != 0) revert IPolicyErrors.InitCodeNotAllowed();
        if (key & mask != value) revert IPolicyErrors.NonceNotAllowed(uint192(key), uint192(mask), uint192(value));

        if (paymasterAndData.length != 0) _checkPaymaster(policy, paymasterAndData, store);
    }

    function _checkPaymaster(Policy policy, bytes calldata paymasterAndData, address store) private view {
        uint256 length = paymasterAndData.length;
        if (length < MIN_PAYMASTER_DATA) revert IPolicyErrors.PaymasterDataInvalid(length);
        address paymaster = address(bytes20(paymasterAndData));
        uint256 set = policy.field(PolicyFormat.PAYMASTERS_OFFSET, 1);
        bool listed;
        if (set != 0) listed = Sets.contains(policy, store, set - 1, uint160(paymaster));
        if (!listed) revert IPolicyErrors.PaymasterNotAllowed(paymaster);
    }
}
