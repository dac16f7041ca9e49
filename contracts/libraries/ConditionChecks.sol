// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPolicyStore} from "../interfaces/IPolicyStore.sol";
import {BlobReader} from "./BlobReader.sol";
import {Draft} from "./Draft.sol";
import {PolicyFormat} from "./PolicyFormat.sol";
import {Regions, RegionsLib} from "./Regions.sol";
import {SetChecks} from "./SetChecks.sol";

/// @dev A plain rule while it is checked.
struct Rule {
    /// @dev Offset of the rule.
    uint256 offset;
    /// @dev Words of the ABI head.
    uint256 headWords;
    /// @dev Whether the calldata is the head and nothing else.
    bool exact;
    /// @dev Most wei that one call may carry.
    uint256 valueCap;
    /// @dev Number of spends.
    uint256 spends;
    /// @dev Number of conditions.
    uint256 conditions;
    /// @dev Offset of the first spend.
    uint256 spendsOffset;
    /// @dev Offset of the first condition, which is where the spends end.
    uint256 conditionsOffset;
}

/// @dev A condition as its bytes have it.
struct Condition {
    /// @dev What is compared.
    uint256 op;
    /// @dev Word of the arguments that is compared.
    uint256 word;
    /// @dev Offset of the operand.
    uint256 operand;
    /// @dev Offset of the first byte behind it.
    uint256 end;
}

/// @title ConditionChecks
/// @notice Checks the conditions and the spends of a plain rule.
/// @dev INV-24: both ascend strictly. Errors count the spends first, then the conditions, as the bytes have them.
library ConditionChecks {
    using BlobReader for bytes;
    using RegionsLib for Regions;

    /// @dev Bytes of the operand of each op: byte `op`, counted from the right.
    uint256 private constant OPERAND_SIZES = 0x04_04_00_00_40_01_01_20_20_20_20_20_20_00;
    uint256 private constant OPERAND_OFFSET = 3;

    /// @notice Reverts with `ConditionInvalid` unless the rule's conditions and spends are well formed.
    /// @dev INV-29: every word that they read is in the head, or in a region that conditions on lower words have opened.
    /// @param end Where the section ends.
    /// @return next Where the rule ends.
    function check(Draft memory draft, Rule memory rule, uint256 end) internal pure returns (uint256 next) {
        Regions memory regions = RegionsLib.create(rule.headWords);
        Condition memory condition;
        next = rule.conditionsOffset;
        uint256 previousKey;

        for (uint256 i; i < rule.conditions; ++i) {
            read(draft.blob, next, condition);
            next = condition.end;
            // Ops begin at 1, so the first condition's key is not 0.
            uint256 key = (condition.word << 8) | condition.op;
            if (next > end || key <= previousKey || !_isValid(draft, rule, regions, condition)) {
                revert IPolicyStore.ConditionInvalid(rule.offset, rule.spends + i);
            }
            previousKey = key;
        }
        _checkSpends(draft, rule, regions);
    }

    /// @notice Reads the condition at `offset` into `condition`. An unknown op has no operand.
    function read(bytes memory blob, uint256 offset, Condition memory condition) internal pure {
        condition.op = blob.uintAt(offset, 1);
        condition.word = blob.uintAt(offset + 1, 2);
        condition.operand = offset + OPERAND_OFFSET;
        condition.end = condition.operand;
        if (condition.op <= PolicyFormat.OP_LENGTH) {
            condition.end += (OPERAND_SIZES >> (8 * condition.op)) & 0xff;
        }
    }

    function _isValid(
        Draft memory draft,
        Rule memory rule,
        Regions memory regions,
        Condition memory condition
    ) private pure returns (bool) {
        uint256 op = condition.op;
        if (op < PolicyFormat.OP_EQUAL || op > PolicyFormat.OP_LENGTH) return false;
        (bool found, uint256 region) = regions.find(condition.word);
        if (!found) return false;

        if (op == PolicyFormat.OP_IN || op == PolicyFormat.OP_NOT_IN) {
            return SetChecks.use(draft, draft.blob.uintAt(condition.operand, 1));
        }
        if (op == PolicyFormat.OP_MASK) {
            uint256 mask = draft.blob.uintAt(condition.operand, 32);
            uint256 value = draft.blob.uintAt(condition.operand + 32, 32);
            return value & mask == value;
        }
        if (op < PolicyFormat.OP_POINTER) return true;

        uint256 pinned = draft.blob.uintAt(condition.operand, 2);
        uint256 size = draft.blob.uintAt(condition.operand + 2, 2);
        if (op == PolicyFormat.OP_LENGTH) return regions.grow(region, condition.word, pinned, size);
        // Nothing lies beyond the head of an exact rule.
        return !rule.exact && regions.open(region, pinned, size);
    }

    /// @dev Value and the operation itself are spent without saying so.
    function _checkSpends(Draft memory draft, Rule memory rule, Regions memory regions) private pure {
        bytes memory blob = draft.blob;
        (uint256 assets, ) = blob.sectionAt(PolicyFormat.SECTION_ASSETS);
        uint256 spend = rule.spendsOffset;
        uint256 previousKey;

        for (uint256 i; i < rule.spends; ++i) {
            uint256 key = blob.uintAt(spend, PolicyFormat.SPEND_SIZE);
            uint256 asset = key >> 24;
            uint256 source = (key >> 16) & 0xff;
            uint256 word = key & 0xffff;
            bool valid = asset < draft.assets && (i == 0 || key > previousKey);
            if (valid) {
                uint256 kind = blob.uintAt(assets + asset * PolicyFormat.ASSET_SIZE, 1);
                valid = kind <= PolicyFormat.ASSET_ERC1155;
            }
            if (source == PolicyFormat.SPEND_WORD) {
                (bool found, ) = regions.find(word);
                valid = valid && found;
            } else {
                valid = valid && source == PolicyFormat.SPEND_ONE && word == 0;
            }
            if (!valid) revert IPolicyStore.ConditionInvalid(rule.offset, i);

            draft.usedAssets |= 1 << asset;
            previousKey = key;
            spend += PolicyFormat.SPEND_SIZE;
        }
    }
}
