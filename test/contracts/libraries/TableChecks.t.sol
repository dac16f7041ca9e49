// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPolicyStore} from "../../../contracts/interfaces/IPolicyStore.sol";
import {Draft} from "../../../contracts/libraries/Draft.sol";
import {PolicyFormat} from "../../../contracts/libraries/PolicyFormat.sol";
import {TableChecks} from "../../../contracts/libraries/TableChecks.sol";
import {PolicyBuilder, Sections} from "../PolicyBuilder.sol";
import {vm} from "../Vm.sol";

contract TableChecksTest {
    address private constant STORE = address(0x570e570e);
    address private constant TOKEN = address(0x700e700e);

    /// @dev INV-24, INV-30: one asset is refused or not by what the format says of it.
    function testFuzz_CheckAssets_OneAsset(uint8 kind, uint8 which, bool hasId) public {
        kind %= 8;
        address[4] memory tokens = [address(0), address(0xffff), STORE, TOKEN];
        address token = tokens[which % 4];
        bool isToken = kind >= 2 && kind <= 4;
        bool isValid =
            isToken ? token == TOKEN && (!hasId || kind == 4) : kind != 0 && kind != 7 && token == address(0) && !hasId;
        if (!isValid) _expectInvalid(PolicyFormat.SECTION_ASSETS, 0);
        this.checkAssets(PolicyBuilder.asset(kind, token, hasId ? 1 : 0), 1);
    }

    /// @dev INV-24.
    function testFuzz_CheckAssets_TwoIds(uint256 first, uint256 second) public {
        if (second <= first) _expectNotAscending(PolicyFormat.SECTION_ASSETS, 1);
        bytes memory assets = abi.encodePacked(
            PolicyBuilder.asset(4, TOKEN, first),
            PolicyBuilder.asset(4, TOKEN, second)
        );
        this.checkAssets(assets, 2);
    }

    function testFuzz_CheckAssets_TwoKindsOfOneToken(uint8 first, uint8 second) public {
        uint256 kind = 2 + (first % 2);
        uint256 other = kind + 1 + (second % (4 - kind));
        _expectInvalid(PolicyFormat.SECTION_ASSETS, 1);
        bytes memory assets = abi.encodePacked(
            PolicyBuilder.asset(kind, TOKEN, 0),
            PolicyBuilder.asset(other, TOKEN, 0)
        );
        this.checkAssets(assets, 2);
    }

    /// @dev INV-24: the names of groups ascend, so that none is there twice.
    function testFuzz_CheckGroups_ThreeNames(uint8 first, uint8 second, uint8 third) public {
        bytes16[3] memory names = [
            bytes16(uint128(first % 4)),
            bytes16(uint128(second % 4)),
            bytes16(uint128(third % 4))
        ];
        if (names[0] == 0) _expectInvalid(PolicyFormat.SECTION_GROUPS, 0);
        else if (names[1] == 0) _expectInvalid(PolicyFormat.SECTION_GROUPS, 1);
        else if (names[1] <= names[0]) _expectNotAscending(PolicyFormat.SECTION_GROUPS, 1);
        else if (names[2] == 0) _expectInvalid(PolicyFormat.SECTION_GROUPS, 2);
        else if (names[2] <= names[1]) _expectNotAscending(PolicyFormat.SECTION_GROUPS, 2);
        this.checkGroups(abi.encodePacked(names[0], names[1], names[2]), 3);
    }

    /// @dev INV-24: two weekly windows, in order or not.
    function testFuzz_CheckSchedule_TwoWindows(uint24[4] memory edges) public {
        for (uint256 i; i < 4; ++i) {
            edges[i] %= 604_900;
        }
        if (edges[0] >= edges[1] || edges[1] > 604_800) _expectInvalid(PolicyFormat.SECTION_WEEKLY, 0);
        else if (edges[2] >= edges[3] || edges[3] > 604_800) _expectInvalid(PolicyFormat.SECTION_WEEKLY, 1);
        else if (edges[2] <= edges[1]) _expectNotAscending(PolicyFormat.SECTION_WEEKLY, 1);
        this.checkSchedule(abi.encodePacked(edges[0], edges[1], edges[2], edges[3]), "");
    }

    /// @dev INV-24.
    function testFuzz_CheckSchedule_TwoBlackouts(uint48[4] memory edges) public {
        uint256 limit = 1 << 47;
        if (edges[0] >= edges[1] || edges[1] >= limit) _expectInvalid(PolicyFormat.SECTION_BLACKOUTS, 0);
        else if (edges[2] >= edges[3] || edges[3] >= limit) _expectInvalid(PolicyFormat.SECTION_BLACKOUTS, 1);
        else if (edges[2] <= edges[1]) _expectNotAscending(PolicyFormat.SECTION_BLACKOUTS, 1);
        this.checkSchedule("", abi.encodePacked(edges[0], edges[1], edges[2], edges[3]));
    }

    /// @notice Calls the library, so that its revert can be expected.
    function checkAssets(bytes memory assets, uint256 count) external pure {
        Sections memory sections;
        sections.assets = assets;
        Draft memory draft;
        draft.blob = PolicyBuilder.build(sections);
        draft.store = STORE;
        draft.assets = count;
        TableChecks.checkAssets(draft);
    }

    /// @notice Calls the library, so that its revert can be expected.
    function checkGroups(bytes memory groups, uint256 count) external pure {
        Sections memory sections;
        sections.groups = groups;
        Draft memory draft;
        draft.blob = PolicyBuilder.build(sections);
        draft.groups = count;
        TableChecks.checkGroups(draft);
    }

    /// @notice Calls the library, so that its revert can be expected.
    function checkSchedule(bytes memory weekly, bytes memory blackouts) external pure {
        Sections memory sections;
        sections.weekly = weekly;
        sections.blackouts = blackouts;
        TableChecks.checkSchedule(PolicyBuilder.build(sections));
    }

    function _expectInvalid(uint256 section, uint256 index) private {
        vm.expectRevert(abi.encodeWithSelector(IPolicyStore.RecordInvalid.selector, section, index));
    }

    function _expectNotAscending(uint256 section, uint256 index) private {
        vm.expectRevert(abi.encodeWithSelector(IPolicyStore.RecordNotAscending.selector, section, index));
    }
}
