// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPolicyStore} from "../../../contracts/interfaces/IPolicyStore.sol";
import {Draft} from "../../../contracts/libraries/Draft.sol";
import {PermissionChecks} from "../../../contracts/libraries/PermissionChecks.sol";
import {PolicyFormat} from "../../../contracts/libraries/PolicyFormat.sol";
import {PolicyBuilder, Sections} from "../PolicyBuilder.sol";
import {vm} from "../Vm.sol";

contract PermissionChecksTest {
    address private constant STORE = address(0x570e570e);
    uint256 private constant PERMISSIONS = 3;

    /// @dev INV-24, INV-30: targets ascend, and none is reserved. The first fault is named.
    function testFuzz_Check_Targets(uint8[3] memory choices) public {
        address[5] memory targets = [
            address(0xffff),
            address(0x10000),
            STORE,
            address(uint160(STORE) + 1),
            address(type(uint160).max)
        ];
        address[PERMISSIONS] memory chosen;
        bool isFound;
        for (uint256 i; i < PERMISSIONS; ++i) {
            chosen[i] = targets[choices[i] % 5];
            if (isFound) continue;
            isFound = true;
            if (i != 0 && chosen[i] <= chosen[i - 1]) {
                vm.expectRevert(
                    abi.encodeWithSelector(
                        IPolicyStore.RecordNotAscending.selector,
                        PolicyFormat.SECTION_PERMISSIONS,
                        i
                    )
                );
            } else if (chosen[i] == targets[0] || chosen[i] == STORE) {
                vm.expectRevert(abi.encodeWithSelector(IPolicyStore.TargetReserved.selector, i, chosen[i]));
            } else {
                isFound = false;
            }
        }
        this.check(chosen, 0);
    }

    /// @dev INV-26: each rule lies where the one before ended.
    function testFuzz_RevertWhen_RuleLiesElsewhere(uint8 permission, uint8 shift) public {
        vm.assume(shift != 0);
        uint256 index = uint256(permission) % PERMISSIONS;
        uint256 rule = _ruleAt(index) + shift;
        vm.expectRevert(abi.encodeWithSelector(IPolicyStore.RuleInvalid.selector, rule));
        this.check([address(1 << 20), address(1 << 21), address(1 << 22)], (uint256(shift) << 8) | index);
    }

    /// @notice Calls the library, so that its revert can be expected.
    /// @param shifted What to add to the offset of a rule, and in its lowest byte the permission whose rule it is.
    function check(address[PERMISSIONS] memory targets, uint256 shifted) external view {
        Sections memory sections;
        for (uint256 i; i < PERMISSIONS; ++i) {
            uint256 rule = _ruleAt(i) + (i == shifted & 0xff ? shifted >> 8 : 0);
            sections.permissions = abi.encodePacked(
                sections.permissions,
                PolicyBuilder.permission(targets[i], PolicyBuilder.SWAP, rule)
            );
            sections.rules = abi.encodePacked(sections.rules, PolicyBuilder.rule(0, 0, 0, 0, 0));
        }
        Draft memory draft;
        draft.blob = PolicyBuilder.build(sections);
        draft.store = STORE;
        PermissionChecks.check(draft);
    }

    function _ruleAt(uint256 index) private pure returns (uint256) {
        return PolicyFormat.HEADER_SIZE + PERMISSIONS * PolicyFormat.PERMISSION_SIZE + index * PolicyFormat.RULE_SIZE;
    }
}
