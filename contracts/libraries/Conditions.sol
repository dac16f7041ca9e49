// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPolicyErrors} from "../interfaces/IPolicyErrors.sol";
import {Operation} from "./Operations.sol";
import {PolicyFormat} from "./PolicyFormat.sol";
import {Sets} from "./Sets.sol";
import {TokenSelectors} from "./TokenSelectors.sol";

/// @title Conditions
/// @notice Compares the arguments of a call with what its rule demands of them.
library Conditions {
    /// @notice Denies the call unless it keeps the condition that lies at `pointer` in memory.
    /// @dev INV-6: a word is read only inside the call's data. The store has proven that a condition reads the ABI head or
    /// a region that the conditions before it have pinned; the data may still be shorter.
    /// @return next Where the next condition lies.
    function check(Operation memory call, uint256 rule, uint256 pointer) internal view returns (uint256 next) {
        unchecked {
            // Safe unchecked: memory of at most a policy's size, and words of at most 2^16.
            uint256 record = _load(pointer);
            uint256 op = record >> 248;
            uint256 word = (record >> 232) & 0xffff;
            uint256 actual = argument(call, rule, word);
            uint256 operand;
            bool holds;
            // A lower one wraps. The two that ask for a set are neighbours.
            if (op - PolicyFormat.OP_IN <= PolicyFormat.OP_NOT_IN - PolicyFormat.OP_IN) {
                next = pointer + 4;
                uint256 set = (record >> 224) & 0xff;
                holds = Sets.contains(call.policy, call.store, set, actual);
                if (op == PolicyFormat.OP_NOT_IN) {
                    // INV-7: a word with dirty upper bits is in no set of addresses, and not outside of one either.
                    holds = !holds && (actual >> 160 == 0 || !Sets.holdsAddresses(call.policy, set));
                }
            } else if (op < PolicyFormat.OP_IN) {
                next = pointer + 35;
                operand = _load(pointer + 3);
                holds = _compare(op, actual, operand);
            } else if (op >= PolicyFormat.OP_POINTER) {
                next = pointer + 7;
                operand = (record >> 216) & 0xffff;
                holds = actual == (op == PolicyFormat.OP_POINTER ? 32 * operand : operand);
            } else if (op >= PolicyFormat.OP_ACCOUNT) {
                next = pointer + 3;
                holds = op == PolicyFormat.OP_ACCOUNT ? actual == call.account : actual >> 160 == 0;
            } else {
                next = pointer + PolicyFormat.MAX_CONDITION_SIZE;
                operand = _load(pointer + 35);
                holds = actual & _load(pointer + 3) == operand;
            }
            if (!holds) deny(call, rule, word, op, actual, operand);
        }
    }

    /// @notice Returns a word of the call's arguments. Denies when it is not wholly inside the call's data.
    function argument(Operation memory call, uint256 rule, uint256 word) internal pure returns (uint256 value) {
        unchecked {
            // Safe unchecked: `word` is at most 2^16.
            uint256 end = 36 + 32 * word;
            if (call.length < end) revert IPolicyErrors.CallDataSizeInvalid(call.callIndex, rule, call.length, end);
            end += call.data;
            assembly ("memory-safe") {
                value := calldataload(sub(end, 32))
            }
        }
    }

    /// @notice Denies the call, in the words of the token standards where the call is one of theirs.
    /// @param word Position of the argument that breaks the rule.
    /// @param op Condition that it breaks; 0 for a switch.
    function deny(
        Operation memory call,
        uint256 rule,
        uint256 word,
        uint256 op,
        uint256 actual,
        uint256 operand
    ) internal pure {
        // Only a call has arguments, and so a selector.
        uint256 selector = call.data;
        assembly ("memory-safe") {
            selector := shr(224, calldataload(selector))
        }
        TokenSelectors.Role role = TokenSelectors.role(selector, word);
        uint256 index = call.callIndex;
        address target = address(uint160(call.target));
        if (role == TokenSelectors.Role.Allowance && op == PolicyFormat.OP_AT_MOST) {
            address spender = address(uint160(argument(call, rule, 0)));
            revert IPolicyErrors.ApprovalExceedsMax(index, rule, target, spender, actual, operand);
        }
        // Dirty upper bits have no name: such a word is shown whole.
        if (actual >> 160 == 0) {
            address party = address(uint160(actual));
            if (role == TokenSelectors.Role.Recipient) {
                revert IPolicyErrors.RecipientNotAllowed(index, rule, target, party);
            }
            if (role == TokenSelectors.Role.Source) {
                revert IPolicyErrors.SourceNotAllowed(index, rule, target, party);
            }
            if (role == TokenSelectors.Role.Spender) {
                revert IPolicyErrors.SpenderNotAllowed(index, rule, target, party);
            }
        }
        revert IPolicyErrors.ArgumentNotAllowed(index, rule, word, op, bytes32(actual));
    }

    function _compare(uint256 op, uint256 actual, uint256 operand) private pure returns (bool) {
        if (op == PolicyFormat.OP_EQUAL) return actual == operand;
        if (op == PolicyFormat.OP_AT_MOST) return actual <= operand;
        if (op == PolicyFormat.OP_AT_LEAST) return actual >= operand;
        if (op == PolicyFormat.OP_NOT_EQUAL) return actual != operand;
        // Safe casts: two's complement is what the signed conditions compare.
        if (op == PolicyFormat.OP_SIGNED_AT_MOST) return int256(actual) <= int256(operand);
        return int256(actual) >= int256(operand);
    }

    function _load(uint256 pointer) private pure returns (uint256 value) {
        assembly ("memory-safe") {
            value := mload(pointer)
        }
    }
}
