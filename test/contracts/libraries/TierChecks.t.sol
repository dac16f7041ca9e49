// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPolicyStore} from "../../../contracts/interfaces/IPolicyStore.sol";
import {Draft} from "../../../contracts/libraries/Draft.sol";
import {PolicyFormat} from "../../../contracts/libraries/PolicyFormat.sol";
import {TierChecks} from "../../../contracts/libraries/TierChecks.sol";
import {PolicyBuilder, Sections} from "../PolicyBuilder.sol";
import {vm} from "../Vm.sol";

contract TierChecksTest {
    uint256 private constant APPROVERS = 3;

    struct Fields {
        uint8 delay;
        uint8 lifetime;
        uint8 threshold;
        uint8 approvers;
        uint8 zero;
    }

    /// @dev Every field is as the actions of the policy ask for.
    function testFuzz_Check_OneRecord(bool delays, bool approves, Fields memory fields) public {
        fields.delay %= 2;
        fields.lifetime %= 2;
        fields.threshold %= 5;
        fields.approvers %= 3;
        fields.zero %= 2;

        uint8 timed = delays ? 1 : 0;
        bool isValid = (delays || approves) && fields.delay == timed && fields.lifetime == timed && fields.zero == 0;
        if (approves) {
            isValid = isValid && fields.threshold != 0 && fields.threshold <= APPROVERS && fields.approvers == 1;
        } else {
            isValid = isValid && fields.threshold == 0 && fields.approvers == 0;
        }
        if (!isValid) _expectInvalid();
        this.check(delays, approves, _encode(fields));
    }

    function testFuzz_Check_NoRecord(bool delays, bool approves) public {
        if (delays || approves) _expectInvalid();
        this.check(delays, approves, "");
    }

    /// @notice Calls the library, so that its revert can be expected.
    function check(bool delays, bool approves, bytes memory tiers) external view {
        Sections memory sections;
        sections.tiers = tiers;
        sections.data = PolicyBuilder.addresses(APPROVERS);
        uint256 data = PolicyFormat.HEADER_SIZE + PolicyFormat.SET_SIZE + tiers.length;
        sections.sets = abi.encodePacked(
            uint8(PolicyFormat.SET_ADDRESSES),
            uint16(data),
            uint16(APPROVERS),
            new bytes(28)
        );
        Draft memory draft;
        draft.blob = PolicyBuilder.build(sections);
        draft.sets = 1;
        draft.actions =
            (delays ? 1 << PolicyFormat.ACTION_DELAY : 0) | (approves ? 1 << PolicyFormat.ACTION_APPROVAL : 0);
        TierChecks.check(draft);
    }

    function _encode(Fields memory fields) private pure returns (bytes memory) {
        return
            abi.encodePacked(
                uint32(fields.delay),
                uint32(fields.lifetime),
                fields.threshold,
                fields.approvers,
                uint16(fields.zero)
            );
    }

    function _expectInvalid() private {
        vm.expectRevert(abi.encodeWithSelector(IPolicyStore.RecordInvalid.selector, PolicyFormat.SECTION_TIERS, 0));
    }
}
