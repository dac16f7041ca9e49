// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPolicyStore} from "./interfaces/IPolicyStore.sol";
import {BlobLib} from "./libraries/BlobLib.sol";
import {BlobReader} from "./libraries/BlobReader.sol";
import {EntryPoints} from "./libraries/EntryPoints.sol";
import {PolicyChecks} from "./libraries/PolicyChecks.sol";
import {PolicyFormat} from "./libraries/PolicyFormat.sol";
import {Policy, PolicyReader} from "./libraries/PolicyReader.sol";
import {SetChecks} from "./libraries/SetChecks.sol";
import {TargetChecks} from "./libraries/TargetChecks.sol";

/// @title PolicyStore
/// @author Mandate contributors
/// @notice Takes policies and sets in, refuses what is not canonical and well formed, and keeps them as code.
/// @dev It has no owner, no storage and no way to change or remove what it has published. INV-22: every blob begins with
/// `STOP`, so that none can call, delegate or destroy itself.
contract PolicyStore is IPolicyStore {
    using BlobReader for bytes;

    uint256 private constant START_SIZE = 3;

    /// @inheritdoc IPolicyStore
    /// @dev INV-21: equal bytes are stored once.
    function publish(bytes calldata blob) external returns (bytes32 blobHash) {
        // The creation code holds the length in two bytes.
        if (blob.length < START_SIZE || blob.length > PolicyFormat.MAX_BLOB_SIZE) revert BlobSizeInvalid(blob.length);

        bytes memory creationCode = BlobLib.getCreationCode(blob);
        blobHash = keccak256(creationCode);
        address blobAddress = getAddress(blobHash);
        // Safe: only this store can have deployed it, and only after it was checked.
        if (blobAddress.code.length != 0) return blobHash;

        uint256 kind = _check(blob);
        address deployed;
        assembly ("memory-safe") {
            deployed := create2(0, add(creationCode, 32), mload(creationCode), 0)
        }
        if (deployed == address(0)) revert BlobNotDeployed(blobHash);
        emit Published(blobHash, blobAddress, kind);
    }

    /// @inheritdoc IPolicyStore
    function getAddress(bytes32 blobHash) public view returns (address blob) {
        blob = BlobLib.getAddress(address(this), blobHash);
    }

    /// @inheritdoc IPolicyStore
    function isPublished(bytes32 blobHash, uint256 kind) external view returns (bool published) {
        published = kind != 0 && BlobLib.getKind(getAddress(blobHash)) == kind;
    }

    /// @inheritdoc IPolicyStore
    function findTarget(bytes32 policyHash, address[] calldata targets) external view returns (address target) {
        Policy policy = PolicyReader.load(getAddress(policyHash));
        for (uint256 i; i < targets.length; ++i) {
            if (TargetChecks.reaches(policy, address(this), targets[i])) return targets[i];
        }
        address[5] memory ours = [EntryPoints.V06, EntryPoints.V07, EntryPoints.V08, EntryPoints.V09, address(this)];
        for (uint256 i; i < ours.length; ++i) {
            if (TargetChecks.reaches(policy, address(this), ours[i])) return ours[i];
        }
    }

    /// @dev INV-20: reverts unless the bytes are well formed.
    function _check(bytes memory blob) private view returns (uint256 kind) {
        if (blob.uintAt(0, 1) != 0) revert HeaderInvalid(0);
        kind = blob.uintAt(1, 1);
        uint256 version = blob.uintAt(2, 1);
        if (version != PolicyFormat.VERSION) revert BlobKindUnknown(kind, version);

        if (kind == PolicyFormat.KIND_POLICY) {
            PolicyChecks.check(blob, address(this));
        } else if (kind == PolicyFormat.KIND_ADDRESSES || kind == PolicyFormat.KIND_WORDS) {
            SetChecks.checkBlob(blob, kind);
        } else {
            revert BlobKindUnknown(kind, version);
        }
    }
}
