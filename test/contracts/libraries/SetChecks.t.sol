// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPolicyStore} from "../../../contracts/interfaces/IPolicyStore.sol";
import {PolicyStore} from "../../../contracts/PolicyStore.sol";
import {Draft} from "../../../contracts/libraries/Draft.sol";
import {PolicyFormat} from "../../../contracts/libraries/PolicyFormat.sol";
import {Addresses, SetChecks} from "../../../contracts/libraries/SetChecks.sol";
import {PolicyBuilder, Sections} from "../PolicyBuilder.sol";
import {vm} from "../Vm.sol";

contract SetChecksTest {
    using SetChecks for Addresses;

    PolicyStore private _store;

    function setUp() public {
        _store = new PolicyStore();
    }

    /// @dev The search finds what a walk finds.
    function testFuzz_Contains_EqualsItsTwin(uint8 count, uint8 element, address other) public pure {
        uint256 length = uint256(count) + 1;
        bytes memory data = PolicyBuilder.addresses(length);
        Addresses memory addresses = Addresses({data: data, offset: 0, count: length});
        bool isThere;
        for (uint256 i; i < length; ++i) {
            isThere = isThere || _elementAt(data, i) == uint160(other);
        }
        assert(addresses.contains(_elementAt(data, uint256(element) % length)));
        assert(addresses.contains(uint160(other)) == isThere);
        assert(addresses.first() == _elementAt(data, 0));
    }

    /// @dev A set is read alike, whether it lies in the policy or in a blob of its own.
    function testFuzz_Load_FindsBothKinds(uint8 count) public {
        uint256 length = uint256(count) + 1;
        bytes memory elements = PolicyBuilder.addresses(length);
        bytes32 blobHash = _store.publish(abi.encodePacked(hex"00020100", elements));

        Draft memory draft;
        draft.blob = PolicyBuilder.transfers(address(1 << 20), length);
        draft.store = address(_store);
        draft.sets = 1;
        _expectElements(draft, elements);

        Sections memory sections;
        sections.sets = abi.encodePacked(uint8(PolicyFormat.SET_ADDRESSES_BLOB), blobHash);
        draft.blob = PolicyBuilder.build(sections);
        _expectElements(draft, elements);
    }

    /// @dev INV-23: no index beyond the table is used.
    function testFuzz_Use_OnlyWhatExists(uint8 sets, uint8 set) public pure {
        Draft memory draft;
        draft.sets = uint256(sets) % 65;
        assert(SetChecks.use(draft, set) == (set < draft.sets));
        assert(draft.usedSets == (set < draft.sets ? 1 << set : 0));
    }

    /// @dev INV-24.
    function test_RevertWhen_AddressesDoNotAscend() public {
        vm.expectRevert(abi.encodeWithSelector(IPolicyStore.SetNotAscending.selector, 0, 1));
        this.checkBlob(abi.encodePacked(hex"00020100", address(2), address(1)), 2);
    }

    /// @notice Calls the library, so that its revert can be expected.
    function checkBlob(bytes memory blob, uint256 kind) external pure {
        SetChecks.checkBlob(blob, kind);
    }

    function _expectElements(Draft memory draft, bytes memory elements) private view {
        Addresses memory addresses = SetChecks.load(draft, 0);
        assert(20 * addresses.count == elements.length);
        for (uint256 i; i < addresses.count; ++i) {
            assert(addresses.contains(_elementAt(elements, i)));
        }
    }

    function _elementAt(bytes memory elements, uint256 index) private pure returns (uint256 element) {
        for (uint256 i; i < 20; ++i) {
            element = (element << 8) | uint8(elements[20 * index + i]);
        }
    }
}
