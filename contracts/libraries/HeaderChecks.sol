// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPolicyStore} from "../interfaces/IPolicyStore.sol";
import {BlobReader} from "./BlobReader.sol";
import {Draft} from "./Draft.sol";
import {PolicyFormat} from "./PolicyFormat.sol";
import {SetChecks} from "./SetChecks.sol";

/// @title HeaderChecks
/// @notice Checks the header and the directory of a policy.
library HeaderChecks {
    using BlobReader for bytes;

    uint256 private constant MAX_ASSETS = 32;
    uint256 private constant MAX_GROUPS = 16;
    uint256 private constant MAX_RECORDS = 64;
    uint256 private constant ANY_NUMBER = PolicyFormat.MAX_BLOB_SIZE;

    /// @notice Reverts with `DirectoryInvalid` unless the sections tile the blob and hold whole records.
    /// @dev INV-26: no byte lies between sections or behind the last one.
    /// @param blob At least as long as the header.
    function checkDirectory(bytes memory blob) internal pure {
        uint256[12] memory sizes = [
            PolicyFormat.ASSET_SIZE,
            PolicyFormat.GROUP_SIZE,
            PolicyFormat.LIMIT_SIZE,
            PolicyFormat.SET_SIZE,
            PolicyFormat.TIER_SIZE,
            PolicyFormat.WEEKLY_SIZE,
            PolicyFormat.BLACKOUT_SIZE,
            1,
            PolicyFormat.PERMISSION_SIZE,
            PolicyFormat.SET_PERMISSION_SIZE,
            1,
            1
        ];
        uint256[12] memory maxima = [
            MAX_ASSETS,
            MAX_GROUPS,
            MAX_RECORDS,
            MAX_RECORDS,
            1,
            MAX_RECORDS,
            MAX_RECORDS,
            0,
            ANY_NUMBER,
            MAX_RECORDS,
            ANY_NUMBER,
            ANY_NUMBER
        ];

        uint256 expected = PolicyFormat.HEADER_SIZE;
        for (uint256 section; section < PolicyFormat.SECTIONS; ++section) {
            (uint256 start, uint256 end) = blob.sectionAt(section);
            if (
                start != expected ||
                end < start ||
                end > blob.length ||
                (end - start) % sizes[section] != 0 ||
                (end - start) / sizes[section] > maxima[section]
            ) revert IPolicyStore.DirectoryInvalid(section);
            expected = end;
        }
        if (expected != blob.length) revert IPolicyStore.DirectoryInvalid(PolicyFormat.SECTION_DATA);
    }

    /// @notice Reverts with `HeaderInvalid` unless every field that stands for itself is in its range.
    /// @param blob At least as long as the header.
    function checkFields(bytes memory blob) internal pure {
        uint256 flags = blob.uintAt(PolicyFormat.FLAGS_OFFSET, 1);
        _require(flags <= PolicyFormat.FLAG_EXECUTE_USER_OP + PolicyFormat.FLAG_SETTLEMENT, PolicyFormat.FLAGS_OFFSET);

        uint256 validAfter = blob.uintAt(PolicyFormat.VALID_AFTER_OFFSET, 6);
        uint256 validUntil = blob.uintAt(PolicyFormat.VALID_UNTIL_OFFSET, 6);
        uint256 maxWindow = blob.uintAt(PolicyFormat.MAX_WINDOW_OFFSET, 4);
        _require(validAfter < PolicyFormat.TIME_LIMIT, PolicyFormat.VALID_AFTER_OFFSET);
        _require(validUntil >= validAfter && validUntil < PolicyFormat.TIME_LIMIT, PolicyFormat.VALID_UNTIL_OFFSET);
        _require(maxWindow != 0 && maxWindow <= PolicyFormat.MAX_WINDOW, PolicyFormat.MAX_WINDOW_OFFSET);
        _requireAboveZero(blob, PolicyFormat.CHAIN_ID_OFFSET, 8);

        uint256 nonceMask = blob.uintAt(PolicyFormat.NONCE_MASK_OFFSET, 24);
        uint256 nonceValue = blob.uintAt(PolicyFormat.NONCE_VALUE_OFFSET, 24);
        _requireAboveZero(blob, PolicyFormat.MAX_PRE_VERIFICATION_GAS_OFFSET, 8);
        _require(nonceValue & nonceMask == nonceValue, PolicyFormat.NONCE_VALUE_OFFSET);

        _requireAboveZero(blob, PolicyFormat.MAX_GAS_OFFSET, 8);
        _requireAboveZero(blob, PolicyFormat.MAX_FEE_PER_GAS_OFFSET, 16);
        _requireAboveZero(blob, PolicyFormat.GAS_BUDGET_OFFSET, 5);
        uint256 gasExponent = blob.uintAt(PolicyFormat.GAS_EXPONENT_OFFSET, 1);
        _require(gasExponent <= PolicyFormat.MAX_GAS_EXPONENT, PolicyFormat.GAS_EXPONENT_OFFSET);
        _requireAboveZero(blob, PolicyFormat.MAX_CALLS_OFFSET, 1);

        _requireZero(blob, PolicyFormat.MAX_CALLS_OFFSET + 1, PolicyFormat.GUARDIAN_OFFSET);
        _requireZero(blob, PolicyFormat.GUARDIAN_OFFSET + 20, PolicyFormat.DIRECTORY_OFFSET);
        _requireZero(blob, PolicyFormat.DIRECTORY_OFFSET + 2 * (PolicyFormat.SECTIONS + 1), PolicyFormat.HEADER_SIZE);
    }

    /// @notice Reverts with `HeaderInvalid` unless the header names the one asset of each kind that it has a byte for,
    /// and no paymasters or a set of addresses.
    /// @dev Only after the assets and sets are checked: they are sorted, so that there is at most one of each kind.
    function checkReferences(Draft memory draft) internal pure {
        bytes memory blob = draft.blob;
        (uint256 record, ) = blob.sectionAt(PolicyFormat.SECTION_ASSETS);
        uint256 native;
        uint256 operations;
        uint256 gas;
        for (uint256 number = 1; number <= draft.assets; ++number) {
            uint256 kind = blob.uintAt(record, 1);
            if (kind == PolicyFormat.ASSET_NATIVE) native = number;
            if (kind == PolicyFormat.ASSET_OPERATIONS) operations = number;
            if (kind == PolicyFormat.ASSET_GAS) gas = number;
            record += PolicyFormat.ASSET_SIZE;
        }
        _require(blob.uintAt(PolicyFormat.NATIVE_ASSET_OFFSET, 1) == native, PolicyFormat.NATIVE_ASSET_OFFSET);
        _require(
            blob.uintAt(PolicyFormat.OPERATIONS_ASSET_OFFSET, 1) == operations,
            PolicyFormat.OPERATIONS_ASSET_OFFSET
        );
        _require(blob.uintAt(PolicyFormat.GAS_ASSET_OFFSET, 1) == gas, PolicyFormat.GAS_ASSET_OFFSET);
        draft.nativeAsset = native;
        // Operations and gas are spent by every operation.
        if (operations != 0) draft.usedAssets |= 1 << (operations - 1);
        if (gas != 0) draft.usedAssets |= 1 << (gas - 1);

        uint256 paymasters = blob.uintAt(PolicyFormat.PAYMASTERS_OFFSET, 1);
        if (paymasters != 0) {
            _require(SetChecks.useAddresses(draft, paymasters - 1), PolicyFormat.PAYMASTERS_OFFSET);
        }
    }

    function _requireAboveZero(bytes memory blob, uint256 offset, uint256 size) private pure {
        _require(blob.uintAt(offset, size) != 0, offset);
    }

    function _requireZero(bytes memory blob, uint256 start, uint256 end) private pure {
        _require(blob.uintAt(start, end - start) == 0, start);
    }

    function _require(bool valid, uint256 offset) private pure {
        if (!valid) revert IPolicyStore.HeaderInvalid(offset);
    }
}
