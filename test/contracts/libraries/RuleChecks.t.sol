// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPolicyStore} from "../../../contracts/interfaces/IPolicyStore.sol";
import {Draft} from "../../../contracts/libraries/Draft.sol";
import {PolicyFormat} from "../../../contracts/libraries/PolicyFormat.sol";
import {RuleChecks} from "../../../contracts/libraries/RuleChecks.sol";
import {PermittedCall} from "../../../contracts/libraries/TokenCalls.sol";
import {PolicyBuilder, Sections} from "../PolicyBuilder.sol";
import {vm} from "../Vm.sol";

contract RuleChecksTest {
    /// @dev INV-26: what the rule says of itself decides where it ends; what is cut off is refused.
    function testFuzz_Check_PlainRuleEndsWhereItSays(uint8 conditions, uint8 cut) public {
        bytes memory rule = PolicyBuilder.rule({
            flags: 0,
            headWords: 256,
            valueCap: 0,
            spends: 0,
            conditions: conditions
        });
        for (uint16 word; word < conditions; ++word) {
            rule = abi.encodePacked(rule, hex"0b", word);
        }
        uint256 missing = uint256(cut) % (rule.length + 1);
        uint256 kept = rule.length - missing;
        if (kept < PolicyFormat.RULE_SIZE) {
            _expectRuleInvalid();
        } else if (missing != 0) {
            uint256 condition = (kept - PolicyFormat.RULE_SIZE) / 3;
            vm.expectRevert(
                abi.encodeWithSelector(IPolicyStore.ConditionInvalid.selector, PolicyFormat.HEADER_SIZE, condition)
            );
        }
        uint256 end = this.check(_first(rule, kept), PolicyFormat.CALL);
        if (missing == 0) assert(end == PolicyFormat.HEADER_SIZE + rule.length);
    }

    /// @dev INV-34: a plain transfer has a value and nothing else.
    function testFuzz_Check_PlainTransfer(uint8 flags, uint8 headWords, uint8 valueCap) public {
        flags %= 3;
        headWords %= 2;
        valueCap %= 2;
        if (flags != 0 || headWords != 0 || valueCap == 0) _expectRuleInvalid();
        this.check(PolicyBuilder.rule(flags, headWords, valueCap, 0, 0), PolicyFormat.TRANSFER);
    }

    /// @dev INV-24: the values of a switch ascend.
    function testFuzz_Check_Switch(uint256[3] memory values, uint8 headWords) public {
        uint256 cursor = PolicyFormat.HEADER_SIZE + PolicyFormat.SWITCH_SIZE + 3 * PolicyFormat.ALTERNATIVE_SIZE;
        bytes memory start = abi.encodePacked(uint8(PolicyFormat.RULE_SWITCH), uint16(1), uint16(3));
        bytes memory rules;
        for (uint256 i; i < 3; ++i) {
            start = abi.encodePacked(start, values[i], uint16(cursor + i * PolicyFormat.RULE_SIZE));
            rules = abi.encodePacked(rules, PolicyBuilder.rule(0, headWords, 0, 0, 0));
        }
        bool valid = headWords >= 2 && values[0] < values[1] && values[1] < values[2];
        if (!valid) _expectRuleInvalid();
        uint256 end = this.check(abi.encodePacked(start, rules), PolicyFormat.CALL);
        if (valid) assert(end == cursor + 3 * PolicyFormat.RULE_SIZE);
    }

    /// @dev The tier of a rule is one that the format has.
    function testFuzz_Check_Tier(uint8 tier) public {
        bytes memory rule = PolicyBuilder.rule(0, 0, 0, 0, 0);
        rule[2] = bytes1(tier);
        if (tier > 3) _expectRuleInvalid();
        this.check(rule, PolicyFormat.CALL);
    }

    /// @notice Calls the library, so that its revert can be expected.
    function check(bytes memory rule, uint256 kind) external pure returns (uint256 end) {
        Sections memory sections;
        sections.rules = rule;
        // Behind the rules lies what a rule that is cut off would read on into.
        sections.data = new bytes(1024);
        Draft memory draft;
        draft.blob = PolicyBuilder.build(sections);
        draft.nativeAsset = 1;
        PermittedCall memory call;
        call.kind = kind;
        call.selector = kind == PolicyFormat.CALL ? PolicyBuilder.SWAP : bytes4(0);
        end = RuleChecks.check(draft, call, PolicyFormat.HEADER_SIZE);
    }

    function _first(bytes memory data, uint256 length) private pure returns (bytes memory start) {
        start = new bytes(length);
        for (uint256 i; i < length; ++i) {
            start[i] = data[i];
        }
    }

    function _expectRuleInvalid() private {
        vm.expectRevert(abi.encodeWithSelector(IPolicyStore.RuleInvalid.selector, PolicyFormat.HEADER_SIZE));
    }
}
