// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPolicyErrors} from "../interfaces/IPolicyErrors.sol";
import {Conditions} from "./Conditions.sol";
import {Operation, Operations} from "./Operations.sol";
import {PolicyFormat} from "./PolicyFormat.sol";
import {Policy} from "./PolicyReader.sol";
import {Totals} from "./Totals.sol";

/// @title Rules
/// @notice Applies a rule to a call: its size, its value, its conditions, and what it spends.
library Rules {
    using Operations for Operation;

    /// @notice Denies the call unless it keeps the rule, and adds what it spends to the totals.
    /// @dev INV-38: raises the operation to the tier that the rule asks for.
    /// @param rule Offset of the rule in the policy.
    function apply_(Operation memory call, uint256 rule) internal view {
        Policy policy = call.policy;
        Totals totals = call.totals;
        uint256 head = policy.word(rule);
        if (head >> 248 == PolicyFormat.RULE_SWITCH) {
            rule = _choose(policy, call, rule, head);
            head = policy.word(rule);
        }
        if (!_isWithin(call, head)) _deny(call, rule, head);

        uint256 tier = (head >> 232) & 0xff;
        if (tier != 0) call.raise(tier);
        uint256 group = (head >> 240) & 0xff;
        if (call.value != 0) {
            unchecked {
                // Safe unchecked: a rule with a cap above 0 is in a policy that has the native asset.
                totals.add(group, policy.field(PolicyFormat.NATIVE_ASSET_OFFSET, 1) - 1, call.value);
            }
        }
        if (group != 0) totals.count(policy, group);

        unchecked {
            // Safe unchecked: at most 255 of each, in a policy of at most 24,576 bytes.
            uint256 spends = (head >> 72) & 0xff;
            uint256 conditions = (head >> 64) & 0xff;
            uint256 pointer = policy.locate(
                rule + PolicyFormat.RULE_SIZE,
                spends * PolicyFormat.SPEND_SIZE + conditions * PolicyFormat.MAX_CONDITION_SIZE
            );
            if (spends != 0) {
                uint256 end = pointer + spends * PolicyFormat.SPEND_SIZE;
                // Safe unchecked: spends are of calls alone, which have a selector.
                uint256 missing = totals.addSpends(group, pointer, end, call.data + 4, call.length - 4);
                if (missing != 0) {
                    revert IPolicyErrors.CallDataSizeInvalid(call.callIndex, rule, call.length, missing + 4);
                }
                pointer = end;
            }
            for (; conditions != 0; --conditions) {
                pointer = Conditions.check(call, rule, pointer);
            }
        }
    }

    /// @dev The alternative whose value the discriminating argument has.
    function _choose(
        Policy policy,
        Operation memory call,
        uint256 rule,
        uint256 head
    ) private view returns (uint256 alternative) {
        uint256 word = (head >> 232) & 0xffff;
        uint256 value = Conditions.argument(call, rule, word);
        uint256 count = (head >> 216) & 0xffff;
        uint256 record;
        uint256 found;
        unchecked {
            // Safe unchecked: offsets of at most 24,576.
            rule += PolicyFormat.SWITCH_SIZE;
            (record, found) = policy.search(rule, count, PolicyFormat.ALTERNATIVE_SIZE, 256, value);
            if (found != value) Conditions.deny(call, rule - PolicyFormat.SWITCH_SIZE, word, 0, value, 0);
            alternative = policy.word(record + 32) >> 240;
        }
    }

    /// @dev A call has its rule's head at least, and no more where the rule is exact. A plain transfer has no data. None
    /// carries more value than the cap.
    function _isWithin(Operation memory call, uint256 head) private pure returns (bool within) {
        uint256 length = call.length;
        uint256 value = call.value;
        assembly ("memory-safe") {
            let size := add(4, shl(5, and(shr(208, head), 0xffff)))
            // Bit 0 of the flags: no more than the head.
            let wrong := or(lt(length, size), and(gt(length, size), shr(224, head)))
            within := iszero(or(and(iszero(iszero(length)), wrong), gt(value, and(shr(80, head), sub(shl(128, 1), 1)))))
        }
    }

    /// @dev Says what is wrong with a call that is not within its rule.
    function _deny(Operation memory call, uint256 rule, uint256 head) private pure {
        uint256 length = call.length;
        uint256 size = 4 + 32 * ((head >> 208) & 0xffff);
        bool exact = (head >> 224) & PolicyFormat.RULE_EXACT != 0;
        if (length != 0 && (exact ? length != size : length < size)) {
            revert IPolicyErrors.CallDataSizeInvalid(call.callIndex, rule, length, size);
        }
        revert IPolicyErrors.ValueExceedsCap(call.callIndex, rule, call.value, uint128(head >> 80));
    }
}
