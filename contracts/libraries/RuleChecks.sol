// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPolicyStore} from "../interfaces/IPolicyStore.sol";
import {BlobReader} from "./BlobReader.sol";
import {ConditionChecks, Rule} from "./ConditionChecks.sol";
import {Draft} from "./Draft.sol";
import {PolicyFormat} from "./PolicyFormat.sol";
import {Choice, PermittedCall, TokenCalls} from "./TokenCalls.sol";

/// @title RuleChecks
/// @notice Checks the rule of a permission: a plain one, or a switch and its alternatives.
/// @dev INV-24: the alternatives ascend strictly.
library RuleChecks {
    using BlobReader for bytes;

    /// @notice Reverts unless a well-formed rule for this call begins at `offset`.
    /// @return end Where it ends, with all its alternatives.
    function check(Draft memory draft, PermittedCall memory call, uint256 offset) internal pure returns (uint256 end) {
        if (call.kind == PolicyFormat.CALL) {
            TokenCalls.checkSelector(offset, call.selector);
            if (call.assetKind == 0) TokenCalls.checkNoToken(offset, call.selector);
        }
        if (draft.blob.uintAt(offset, 1) == PolicyFormat.RULE_SWITCH) return _checkSwitch(draft, call, offset);

        Choice memory none;
        (end, ) = _checkPlain(draft, call, none, offset);
    }

    function _checkSwitch(
        Draft memory draft,
        PermittedCall memory call,
        uint256 offset
    ) private pure returns (uint256 end) {
        bytes memory blob = draft.blob;
        uint256 count = blob.uintAt(offset + 3, 2);
        uint256 record = offset + PolicyFormat.SWITCH_SIZE;
        end = record + count * PolicyFormat.ALTERNATIVE_SIZE;
        _require(count != 0 && end <= _rulesEnd(blob), offset);

        Choice memory choice = Choice({made: true, word: blob.uintAt(offset + 1, 2), value: 0});
        for (uint256 i; i < count; ++i) {
            uint256 value = blob.uintAt(record, 32);
            _require(i == 0 || value > choice.value, offset);
            choice.value = value;

            uint256 alternative = blob.uintAt(record + 32, 2);
            _require(alternative == end, alternative);
            uint256 headWords;
            (end, headWords) = _checkPlain(draft, call, choice, alternative);
            _require(choice.word < headWords, offset);
            record += PolicyFormat.ALTERNATIVE_SIZE;
        }
    }

    function _checkPlain(
        Draft memory draft,
        PermittedCall memory call,
        Choice memory choice,
        uint256 offset
    ) private pure returns (uint256 end, uint256 headWords) {
        bytes memory blob = draft.blob;
        Rule memory rule = Rule({
            offset: offset,
            headWords: blob.uintAt(offset + 4, 2),
            exact: blob.uintAt(offset + 3, 1) == PolicyFormat.RULE_EXACT,
            valueCap: blob.uintAt(offset + 6, 16),
            spends: blob.uintAt(offset + 22, 1),
            conditions: blob.uintAt(offset + 23, 1),
            spendsOffset: offset + PolicyFormat.RULE_SIZE,
            conditionsOffset: 0
        });
        rule.conditionsOffset = rule.spendsOffset + rule.spends * PolicyFormat.SPEND_SIZE;
        headWords = rule.headWords;

        uint256 tier = blob.uintAt(offset + 2, 1);
        _require(
            rule.conditionsOffset <= _rulesEnd(blob) &&
                blob.uintAt(offset, 1) == PolicyFormat.RULE_PLAIN &&
                blob.uintAt(offset + 3, 1) <= PolicyFormat.RULE_EXACT &&
                tier <= PolicyFormat.ACTION_APPROVAL,
            offset
        );
        draft.actions |= 1 << tier;
        _useGroup(draft, rule, blob.uintAt(offset + 1, 1));
        _checkValue(draft, rule, call);

        end = ConditionChecks.check(draft, rule, _rulesEnd(blob));
        if (call.assetKind != 0 && call.kind == PolicyFormat.CALL) TokenCalls.checkRule(draft, rule, call, choice);
    }

    /// @dev `group` is the index of the group plus 1; 0 = none.
    function _useGroup(Draft memory draft, Rule memory rule, uint256 group) private pure {
        _require(group <= draft.groups, rule.offset);
        if (group != 0) draft.usedGroups |= 1 << (group - 1);
    }

    /// @dev INV-34: value moves only where the native asset has a budget. A plain transfer is nothing but its value.
    function _checkValue(Draft memory draft, Rule memory rule, PermittedCall memory call) private pure {
        if (call.kind == PolicyFormat.TRANSFER) {
            _require(
                rule.valueCap != 0 && rule.headWords == 0 && !rule.exact && rule.spends == 0 && rule.conditions == 0,
                rule.offset
            );
        }
        if (rule.valueCap != 0) {
            _require(draft.nativeAsset != 0, rule.offset);
            draft.usedAssets |= 1 << (draft.nativeAsset - 1);
        }
    }

    function _rulesEnd(bytes memory blob) private pure returns (uint256 end) {
        (, end) = blob.sectionAt(PolicyFormat.SECTION_RULES);
    }

    function _require(bool valid, uint256 offset) private pure {
        if (!valid) revert IPolicyStore.RuleInvalid(offset);
    }
}
