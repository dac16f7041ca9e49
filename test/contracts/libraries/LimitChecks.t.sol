// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPolicyStore} from "../../../contracts/interfaces/IPolicyStore.sol";
import {Draft} from "../../../contracts/libraries/Draft.sol";
import {LimitChecks} from "../../../contracts/libraries/LimitChecks.sol";
import {PolicyFormat} from "../../../contracts/libraries/PolicyFormat.sol";
import {PolicyBuilder, Sections} from "../PolicyBuilder.sol";
import {vm} from "../Vm.sol";

contract LimitChecksTest {
    struct Fields {
        uint8 scope;
        uint8 group;
        uint8 kind;
        uint32 length;
        uint48 anchor;
        uint8 action;
        uint8 zero;
        uint128 amount;
    }

    /// @dev INV-25: one limit on each kind of asset is refused or not by what the format says of it.
    function testFuzz_Check_OneLimit(uint8 assetKind, Fields memory fields) public {
        uint256 kind = (uint256(assetKind) % 6) + 1;
        fields.scope %= 5;
        fields.group %= 3;
        fields.kind %= 8;
        fields.action %= 5;
        fields.zero %= 2;
        if (fields.length % 3 == 0) fields.length = 0;
        if (fields.anchor % 3 == 0) fields.anchor = 0;
        if (fields.amount % 8 == 0) fields.amount = 0;
        if (fields.amount % 8 < 5) fields.amount %= 1002;

        if (!_isValid(kind, fields)) {
            vm.expectRevert(
                abi.encodeWithSelector(IPolicyStore.RecordInvalid.selector, PolicyFormat.SECTION_LIMITS, 0)
            );
        } else if (
            (fields.amount == 0 && fields.action == 0) ||
            (kind < 5 && (fields.kind == 1 || fields.group != 0 || fields.action != 0))
        ) {
            vm.expectRevert(abi.encodeWithSelector(IPolicyStore.BudgetMissing.selector, 0));
        }
        this.check(kind, fields);
    }

    /// @notice Calls the library, so that its revert can be expected.
    function check(uint256 assetKind, Fields memory fields) external pure {
        Sections memory sections;
        sections.assets = PolicyBuilder.asset(assetKind, address(0), 0);
        sections.limits = abi.encodePacked(
            hex"00",
            fields.scope,
            fields.group,
            fields.kind,
            fields.length,
            fields.anchor,
            fields.action,
            fields.zero,
            fields.amount
        );
        Draft memory draft;
        draft.blob = PolicyBuilder.build(sections);
        draft.assets = 1;
        draft.groups = 1;
        LimitChecks.check(draft);
    }

    function _isValid(uint256 assetKind, Fields memory fields) private pure returns (bool) {
        if (fields.scope > 3 || fields.zero != 0 || fields.action > 3) return false;
        if (fields.group != (fields.scope >= 2 ? 1 : 0)) return false;
        if (fields.kind == 0 || fields.kind > 6) return false;
        bool hasLength = fields.kind == 2 || fields.kind > 4;
        if (hasLength ? fields.length < 60 : fields.length != 0) return false;
        if (fields.kind == 2 ? fields.anchor >= 1 << 47 : fields.anchor != 0) return false;
        if (fields.kind == 1 && (fields.scope % 2 == 1 || assetKind > 4)) return false;
        if (fields.kind > 4 && fields.action != 0) return false;
        if (fields.kind == 5 && assetKind > 4) return false;
        if (fields.kind == 6 && (assetKind != 5 || fields.amount == 0 || fields.amount > 1000)) return false;
        return assetKind != 6 || (fields.group == 0 && fields.action == 0);
    }
}
