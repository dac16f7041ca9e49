// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {PolicyStore} from "../../contracts/PolicyStore.sol";
import {IPolicyStore} from "../../contracts/interfaces/IPolicyStore.sol";
import {BlobLib} from "../../contracts/libraries/BlobLib.sol";
import {PolicyFormat} from "../../contracts/libraries/PolicyFormat.sol";
import {PolicyBuilder} from "./PolicyBuilder.sol";
import {vm} from "./Vm.sol";

contract PolicyStoreTest {
    address private constant TOKEN = address(0xE2e2);

    PolicyStore private _store;

    function setUp() public {
        _store = new PolicyStore();
    }

    /* PUBLISHING */

    /// @dev INV-21, INV-22.
    function testFuzz_Publish_KeepsTheBytes(uint8 count) public {
        bytes memory blob = PolicyBuilder.transfers(_token(), uint256(count) + 1);
        bytes32 expected = keccak256(BlobLib.getCreationCode(blob));
        address expectedAddress = BlobLib.getAddress(address(_store), expected);

        vm.expectEmit(address(_store));
        emit IPolicyStore.Published(expected, expectedAddress, PolicyFormat.KIND_POLICY);
        bytes32 blobHash = _store.publish(blob);

        assert(blobHash == expected);
        assert(_store.getAddress(blobHash) == expectedAddress);
        assert(keccak256(expectedAddress.code) == keccak256(blob));
        assert(_store.isPublished(blobHash, PolicyFormat.KIND_POLICY));
        assert(!_store.isPublished(blobHash, PolicyFormat.KIND_ADDRESSES));
    }

    /// @dev INV-21.
    function test_Publish_TwiceIsOnce() public {
        bytes memory blob = PolicyBuilder.transfers(_token(), 3);
        assert(_store.publish(blob) == _store.publish(blob));
    }

    /// @dev INV-21: another store keeps another blob.
    function test_GetAddress_BindsTheStore() public {
        PolicyStore other = new PolicyStore();
        bytes32 blobHash = _store.publish(PolicyBuilder.transfers(_token(), 3));
        assert(other.getAddress(blobHash) != _store.getAddress(blobHash));
        assert(!other.isPublished(blobHash, PolicyFormat.KIND_POLICY));
    }

    /// @dev INV-22: a call of a blob stops at once, whatever it carries.
    function testFuzz_Blob_DoesNothing(bytes calldata data) public {
        address blob = _store.getAddress(_store.publish(PolicyBuilder.transfers(_token(), 1)));
        bytes32 codeHash = blob.codehash;
        (bool success, bytes memory result) = blob.call(data);
        assert(success && result.length == 0 && blob.codehash == codeHash);
    }

    /// @dev INV-30.
    function test_RevertWhen_TargetIsTheStore() public {
        bytes memory blob = PolicyBuilder.single(address(_store), PolicyBuilder.SWAP);
        vm.expectRevert(abi.encodeWithSelector(IPolicyStore.TargetReserved.selector, 0, address(_store)));
        _store.publish(blob);
    }

    /// @dev A blob that cannot be paid for leaves nothing behind.
    function test_RevertWhen_GasIsShort() public {
        bytes memory blob = PolicyBuilder.transfers(_token(), 1000);
        bytes32 blobHash = keccak256(BlobLib.getCreationCode(blob));
        vm.expectRevert(abi.encodeWithSelector(IPolicyStore.BlobNotDeployed.selector, blobHash));
        _store.publish{gas: 3_000_000}(blob);
        assert(_store.getAddress(blobHash).code.length == 0);
    }

    /* GARBAGE */

    /// @dev INV-20: bytes are published only if they are a policy, which random bytes are not, or an ascending set.
    function testFuzz_Publish_RefusesGarbage(bytes calldata blob) public {
        try _store.publish(blob) {
            assert(_isSet(blob));
        } catch (bytes memory reason) {
            assert(reason.length >= 4 && !_isSet(blob));
        }
    }

    /// @dev INV-20.
    function testFuzz_Publish_RefusesGarbageBehindTheHeader(bytes calldata garbage) public {
        bytes memory start = abi.encodePacked(PolicyBuilder.header(0), uint16(192));
        try _store.publish(abi.encodePacked(start, garbage)) {
            assert(false);
        } catch (bytes memory reason) {
            assert(reason.length >= 4);
        }
    }

    /// @dev INV-24: a set is published exactly when it ascends.
    function testFuzz_Publish_SetOfAddresses(address[] calldata elements) public {
        bytes memory blob = hex"00020100";
        for (uint256 i; i < elements.length; ++i) {
            blob = abi.encodePacked(blob, elements[i]);
        }
        _expectAgreement(blob);
    }

    /// @dev INV-24.
    function testFuzz_Publish_SetOfWords(bytes32 first, uint8[] calldata steps) public {
        bytes memory blob = abi.encodePacked(hex"00030100", first);
        uint256 element = uint256(first);
        for (uint256 i; i < steps.length; ++i) {
            unchecked {
                element += steps[i];
            }
            blob = abi.encodePacked(blob, element);
        }
        _expectAgreement(blob);
    }

    function _expectAgreement(bytes memory blob) private {
        try _store.publish(blob) returns (bytes32 blobHash) {
            assert(this.isSet(blob) && _store.isPublished(blobHash, uint8(blob[1])));
        } catch {
            assert(!this.isSet(blob));
        }
    }

    /// @notice Whether the blob is a well-formed set, by the plainest reading of the format.
    function isSet(bytes calldata blob) external pure returns (bool) {
        return _isSet(blob);
    }

    function _isSet(bytes calldata blob) private pure returns (bool) {
        if (blob.length < 4 || blob.length > 24_576) return false;
        if (blob[0] != 0 || blob[2] != 0x01 || blob[3] != 0) return false;
        uint256 size =
            blob[1] == 0x02
                ? 20
                : blob[1] == 0x03
                    ? 32
                    : 0;
        if (size == 0 || blob.length == 4 || (blob.length - 4) % size != 0) return false;
        for (uint256 i = 4 + size; i < blob.length; i += size) {
            if (bytes32(blob[i:i + size]) <= bytes32(blob[i - size:i])) return false;
        }
        return true;
    }

    /* GAS */

    function test_Gas_1Recipient() public {
        _measure(1, 110_000);
    }

    function test_Gas_10Recipients() public {
        _measure(10, 115_000);
    }

    function test_Gas_100Recipients() public {
        _measure(100, 130_000);
    }

    function test_Gas_1000Recipients() public {
        _measure(1000, 300_000);
    }

    /// @dev What checking and creating cost, without the code deposit of 200 gas a byte and the transaction itself.
    function _measure(uint256 recipients, uint256 most) private {
        bytes memory blob = PolicyBuilder.transfers(_token(), recipients);
        uint256 before = gasleft();
        _store.publish(blob);
        uint256 spent = before - gasleft() - 200 * blob.length;
        assert(spent < most);
    }

    function _token() private pure returns (address) {
        return address(uint160(TOKEN) << 32);
    }
}
