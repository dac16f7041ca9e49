// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPolicyStore} from "../interfaces/IPolicyStore.sol";
import {BlobReader} from "./BlobReader.sol";
import {Condition, ConditionChecks, Rule} from "./ConditionChecks.sol";
import {Draft} from "./Draft.sol";
import {PolicyFormat} from "./PolicyFormat.sol";
import {SetChecks} from "./SetChecks.sol";

/// @dev A call that a permission is for.
struct PermittedCall {
    /// @dev Plain native transfer, or call.
    uint256 kind;
    /// @dev Callee; 0 where it is a set of addresses.
    uint256 target;
    /// @dev First four bytes of the data.
    bytes4 selector;
    /// @dev Kind of the assets that have the callee's address; 0 where none has.
    uint256 assetKind;
}

/// @dev Argument by which a switch has come to a rule.
struct Choice {
    /// @dev Whether there is a switch.
    bool made;
    /// @dev Word of the arguments.
    uint256 word;
    /// @dev Value that it has.
    uint256 value;
}

/// @title TokenCalls
/// @notice Knows the calls that move a token with a budget, and how a rule must limit each of them.
library TokenCalls {
    using BlobReader for bytes;

    /* ROWS */

    /// @dev One row for each known call: selector, kind of asset, words of the head, 1 where there is nothing behind the
    /// head, what the first three words mean, and the word that is spent (or `SPENDS_ONE`, `SPENDS_VALUE`).
    bytes private constant ROWS =
        hex"a9059cbb_02_02_01_020000_01" // transfer(address,uint256)
        hex"23b872dd_02_03_01_010200_02" // transferFrom(address,address,uint256)
        hex"095ea7b3_02_02_01_030000_01" // approve(address,uint256)
        hex"23b872dd_03_03_01_010200_fe" // transferFrom(address,address,uint256)
        hex"42842e0e_03_03_01_010200_fe" // safeTransferFrom(address,address,uint256)
        hex"b88d4fde_03_04_00_010200_fe" // safeTransferFrom(address,address,uint256,bytes)
        hex"f242432a_04_05_00_010204_03" // safeTransferFrom(address,address,uint256,uint256,bytes)
        hex"2e1a7d4d_02_01_01_000000_00" // withdraw(uint256)
        hex"d0e30db0_02_00_01_000000_ff"; // deposit()

    uint256 private constant ROW_SIZE = 11;

    /// @dev The first rows, whose calls do nothing but move a token. A contract may have the others and be no token.
    uint256 private constant TRANSFER_ROWS = 7;

    uint256 private constant ROLE_NONE = 0;
    uint256 private constant ROLE_ACCOUNT = 1;
    uint256 private constant ROLE_RECIPIENT = 2;
    uint256 private constant ROLE_SPENDER = 3;
    uint256 private constant ROLE_ID = 4;
    uint256 private constant ROLE_WORDS = 3;

    uint256 private constant SPENDS_ONE = 0xfe;
    uint256 private constant SPENDS_VALUE = 0xff;

    /* SELECTORS */

    /// @notice Reverts with `SelectorForbidden` for a call that hands out what no meter sees, whatever its target.
    /// @dev INV-28. Each with the forms that tokens in use have.
    function checkSelector(uint256 rule, bytes4 selector) internal pure {
        if (
            selector == 0x39509351 || // increaseAllowance(address,uint256)
            selector == 0xd505accf || // permit of ERC-2612
            selector == 0x9fd5a6cf || // permit(address,address,uint256,uint256,bytes)
            selector == 0x8fcbaf0c || // permit of DAI
            selector == 0xa22cb465 || // setApprovalForAll(address,bool)
            selector == 0xe3ee160e || // transferWithAuthorization of ERC-3009
            selector == 0xcf092995 || // transferWithAuthorization with a signature of any length
            selector == 0xd73dd623 || // increaseApproval(address,uint256)
            selector == 0xcae9ca51 || // approveAndCall(address,uint256,bytes)
            selector == 0x4000aea0 || // transferAndCall(address,uint256,bytes) of ERC-677 and ERC-1363
            selector == 0x1296ee62 || // transferAndCall(address,uint256) of ERC-1363
            selector == 0x3177029f || // approveAndCall(address,uint256) of ERC-1363
            selector == 0xc1d34b89 || // transferFromAndCall(address,address,uint256,bytes) of ERC-1363
            selector == 0xd8fbe994 || // transferFromAndCall(address,address,uint256) of ERC-1363
            selector == 0x9bd9bbc6 || // send of ERC-777
            selector == 0x62ad1b83 || // operatorSend of ERC-777
            selector == 0x959b8c3f || // authorizeOperator of ERC-777
            selector == 0x2eb2c2d6 || // safeBatchTransferFrom of ERC-1155
            selector == 0x558a7297 // setOperator of ERC-6909
        ) revert IPolicyStore.SelectorForbidden(rule, selector);
    }

    /// @notice Reverts with `TokenWithoutBudget` for a call that moves a token, on a target that is no asset.
    function checkNoToken(uint256 rule, bytes4 selector) internal pure {
        bytes memory rows = ROWS;
        for (uint256 i; i < TRANSFER_ROWS; ++i) {
            if (rows.uintAt(i * ROW_SIZE, 4) == uint32(selector)) {
                revert IPolicyStore.TokenWithoutBudget(rule, selector);
            }
        }
    }

    /* RULES */

    /// @notice Reverts with `TokenCallUnknown` unless the rule permits a known token call, and spends what it moves.
    /// @dev INV-27. Only after the conditions are checked. Words without a meaning here may have any conditions more.
    function checkRule(
        Draft memory draft,
        Rule memory rule,
        PermittedCall memory call,
        Choice memory choice
    ) internal pure {
        uint256 row = _find(call);
        if (row == 0 || !_isShape(rule, row)) _refuse(rule, call);
        (bool bound, uint256 id) = _bind(draft, rule, row, choice);
        if (!bound) _refuse(rule, call);

        uint256 spent = _field(row, 10);
        if (spent == SPENDS_VALUE) {
            if (rule.spends != 0 || rule.valueCap == 0) _refuse(rule, call);
            _useAssets(draft, call.target);
        } else {
            if (rule.valueCap != 0 || rule.spends != 1 || !_isSpent(draft, rule, call, spent, id)) {
                _refuse(rule, call);
            }
        }
    }

    function _refuse(Rule memory rule, PermittedCall memory call) private pure {
        revert IPolicyStore.TokenCallUnknown(rule.offset, address(uint160(call.target)), call.selector);
    }

    /// @dev Returns the row of this selector and kind of asset; 0 where there is none.
    function _find(PermittedCall memory call) private pure returns (uint256 row) {
        bytes memory rows = ROWS;
        uint256 key = (uint256(uint32(call.selector)) << 8) | call.assetKind;
        for (uint256 offset; offset < rows.length; offset += ROW_SIZE) {
            if (rows.uintAt(offset, 5) == key) return rows.uintAt(offset, ROW_SIZE);
        }
        return 0;
    }

    /// @dev Byte of the row at this offset.
    function _field(uint256 row, uint256 offset) private pure returns (uint256) {
        return (row >> (8 * (ROW_SIZE - 1 - offset))) & 0xff;
    }

    function _isShape(Rule memory rule, uint256 row) private pure returns (bool) {
        return rule.headWords == _field(row, 5) && rule.exact == (_field(row, 6) == 1);
    }

    /// @dev Returns whether every word with a meaning is bound once, by one condition or by the switch; and the id that is
    /// bound, 0 where the call has none.
    function _bind(
        Draft memory draft,
        Rule memory rule,
        uint256 row,
        Choice memory choice
    ) private pure returns (bool bound, uint256 id) {
        uint256[ROLE_WORDS] memory bounds;
        Condition memory condition;
        uint256 cursor = rule.conditionsOffset;
        for (uint256 i; i < rule.conditions; ++i) {
            ConditionChecks.read(draft.blob, cursor, condition);
            cursor = condition.end;
            uint256 role = _role(row, condition.word);
            if (role == ROLE_NONE) continue;
            if (!_binds(draft, role, condition)) return (false, 0);
            if (role == ROLE_ID) id = draft.blob.uintAt(condition.operand, 32);
            ++bounds[condition.word];
        }
        uint256 chosen = choice.made ? _role(row, choice.word) : ROLE_NONE;
        if (chosen != ROLE_NONE) {
            if (!_bindsEqual(chosen, choice.value)) return (false, 0);
            if (chosen == ROLE_ID) id = choice.value;
            ++bounds[choice.word];
        }
        bound = true;
        for (uint256 word; word < ROLE_WORDS; ++word) {
            bound = bound && bounds[word] == (_role(row, word) == ROLE_NONE ? 0 : 1);
        }
    }

    /// @dev Meaning of a word in the call of this row.
    function _role(uint256 row, uint256 word) private pure returns (uint256) {
        return word < ROLE_WORDS ? _field(row, 7 + word) : ROLE_NONE;
    }

    /// @dev A set binds an address only if it holds addresses: a set of words has no say on the upper 96 bits.
    function _binds(Draft memory draft, uint256 role, Condition memory condition) private pure returns (bool) {
        uint256 op = condition.op;
        if (op == PolicyFormat.OP_EQUAL) return _bindsEqual(role, draft.blob.uintAt(condition.operand, 32));
        if (role == ROLE_ACCOUNT) return op == PolicyFormat.OP_ACCOUNT;
        if (role == ROLE_ID) return false;
        if (op == PolicyFormat.OP_IN || (op == PolicyFormat.OP_NOT_IN && role == ROLE_RECIPIENT)) {
            return SetChecks.isAddresses(draft, draft.blob.uintAt(condition.operand, 1));
        }
        return role == ROLE_RECIPIENT && (op == PolicyFormat.OP_ACCOUNT || op == PolicyFormat.OP_ADDRESS);
    }

    function _bindsEqual(uint256 role, uint256 value) private pure returns (bool) {
        if (role == ROLE_ID) return true;
        return role != ROLE_ACCOUNT && value <= type(uint160).max;
    }

    /* SPENDS */

    /// @dev Whether the rule's first spend is of the token that is called, and of the id that is bound.
    function _isSpent(
        Draft memory draft,
        Rule memory rule,
        PermittedCall memory call,
        uint256 spent,
        uint256 id
    ) private pure returns (bool) {
        uint256 spend = draft.blob.uintAt(rule.spendsOffset, PolicyFormat.SPEND_SIZE);
        uint256 expected = spent == SPENDS_ONE ? PolicyFormat.SPEND_ONE << 16 : spent;
        (uint256 asset, ) = draft.blob.sectionAt(PolicyFormat.SECTION_ASSETS);
        asset += (spend >> 24) * PolicyFormat.ASSET_SIZE;
        return
            spend & 0xffffff == expected &&
            draft.blob.uintAt(asset, 21) == (call.assetKind << 160) | call.target &&
            draft.blob.uintAt(asset + 21, 32) == id;
    }

    /// @dev Marks the asset with this address as used: nothing of it is spent, but calls on it are limited.
    function _useAssets(Draft memory draft, uint256 token) private pure {
        (uint256 asset, ) = draft.blob.sectionAt(PolicyFormat.SECTION_ASSETS);
        for (uint256 i; i < draft.assets; ++i) {
            if (draft.blob.uintAt(asset + 1, 20) == token) draft.usedAssets |= 1 << i;
            asset += PolicyFormat.ASSET_SIZE;
        }
    }
}
