// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPolicyErrors} from "../interfaces/IPolicyErrors.sol";
import {IPolicyValidator} from "../interfaces/IPolicyValidator.sol";
import {Announcements} from "./Announcements.sol";
import {Operation} from "./Operations.sol";
import {PolicyFormat} from "./PolicyFormat.sol";
import {Permissions} from "./Permissions.sol";

/// @title Calls
/// @notice Takes the calls out of a UserOperation's callData, and hands each to the policy.
/// @dev INV-3: the bytes that are checked are the bytes that every ERC-7579 account executes. Accounts decode leniently and
/// each in its own way, so only the one canonical encoding is read here: no other selector, no other mode, offsets where
/// `abi.encode` puts them, elements one behind the other, padding of zeros, nothing left over.
library Calls {
    /// @dev `execute(bytes32 mode, bytes executionCalldata)` of ERC-7579.
    bytes4 internal constant EXECUTE = 0xe9ae5c53;

    /// @dev `executeUserOp((...) userOp, bytes32 userOpHash)` of ERC-4337. In the callData it stands before `execute`.
    bytes4 internal constant EXECUTE_USER_OP = 0x8dd7712f;

    /// @dev `settle` of this module.
    uint256 private constant SETTLE = uint32(IPolicyValidator.settle.selector);

    /// @dev One call that reverts on failure.
    uint256 private constant MODE_SINGLE = 0;

    /// @dev A batch that reverts on failure.
    uint256 private constant MODE_BATCH = 1 << 248;

    /// @dev Where the execution calldata begins, behind selector, mode, offset and length.
    uint256 private constant EXECUTION_OFFSET = 100;

    /// @notice Checks every call of the operation.
    /// @param operation Operation that is being validated; its totals grow by what the calls spend.
    /// @param callData The UserOperation's callData.
    function check(Operation memory operation, bytes calldata callData) internal view {
        uint256 base;
        uint256 size = callData.length;
        assembly ("memory-safe") {
            base := callData.offset
        }
        uint256 start = base;
        unchecked {
            // Safe unchecked: `_checkSelector` has found 4 bytes, and offsets in calldata are far from overflow.
            if (operation.policy.field(PolicyFormat.FLAGS_OFFSET, 1) & PolicyFormat.FLAG_EXECUTE_USER_OP != 0) {
                _checkSelector(start, size, EXECUTE_USER_OP);
                start += 4;
                size -= 4;
            }
            (uint256 mode, uint256 execution, uint256 length, bool canonical) = _decode(start, size);
            if (!canonical) {
                _checkSelector(start, size, EXECUTE);
                revert IPolicyErrors.CallDataMalformed(start - base);
            }

            if (mode == MODE_SINGLE) {
                if (length < 52) revert IPolicyErrors.CallDataMalformed(execution - base);
                // A single call is `target(20) ‖ value(32) ‖ data`.
                operation.callIndex = 0;
                operation.target = _load(execution) >> 96;
                operation.value = _load(execution + 20);
                operation.data = execution + 52;
                operation.length = length - 52;
                // INV-5: the one call of this module but a trailing `settle`. It spends nothing that could be settled.
                if (operation.target == uint160(address(this)) && Announcements.isAnnounce(operation)) return;
                Permissions.check(operation);
            } else if (mode == MODE_BATCH) {
                _checkBatch(operation, base, execution, length);
            } else {
                revert IPolicyErrors.ModeNotSupported(bytes32(mode));
            }
        }
        if (operation.policy.field(PolicyFormat.FLAGS_OFFSET, 1) & PolicyFormat.FLAG_SETTLEMENT != 0) {
            if (operation.charges == 0) revert IPolicyErrors.SettlementRequired();
        }
    }

    /// @notice Decodes `execute(mode, executionCalldata)` of `size` bytes at `start`.
    /// @return mode Execution mode.
    /// @return execution Where the execution calldata begins.
    /// @return length Size of the execution calldata, in bytes.
    /// @return canonical Whether it is that function, and its arguments are encoded in the one canonical way and fill the
    /// whole of `size`.
    function _decode(
        uint256 start,
        uint256 size
    ) private pure returns (uint256 mode, uint256 execution, uint256 length, bool canonical) {
        assembly ("memory-safe") {
            mode := calldataload(add(start, 4))
            execution := add(start, EXECUTION_OFFSET)
            length := calldataload(add(start, 68))
            let used := and(length, 31)
            // The last word of the data, without what is used of it; no such word where the length is of whole words.
            let rest := mul(iszero(iszero(used)), shl(shl(3, used), calldataload(add(execution, sub(length, used)))))
            // With `length` not above `size`, nothing here overflows. Data shorter than the head has no such size.
            canonical := and(
                and(eq(shr(224, calldataload(start)), shr(224, EXECUTE)), iszero(rest)),
                and(
                    and(eq(calldataload(add(start, 36)), 64), iszero(gt(length, size))),
                    eq(size, add(EXECUTION_OFFSET, and(add(length, 31), not(31))))
                )
            )
        }
    }

    /// @dev A batch is `abi.encode(Execution[])`, an execution `(address target, uint256 value, bytes callData)`.
    function _checkBatch(Operation memory operation, uint256 base, uint256 start, uint256 length) private view {
        if (length < 64 || _load(start) != 32) revert IPolicyErrors.CallDataMalformed(start - base);
        uint256 count = _load(start + 32);
        if (count == 0) revert IPolicyErrors.BatchEmpty();
        uint256 maxCalls = operation.policy.field(PolicyFormat.MAX_CALLS_OFFSET, 1);
        // One more may be a `settle`.
        if (count > maxCalls + 1) revert IPolicyErrors.BatchTooLarge(count, maxCalls);

        unchecked {
            // Safe unchecked: `count` is at most 256, every other term is an offset in the calldata or a length that has
            // been compared with what is left of it.
            uint256 end = start + length;
            uint256 heads = start + 64;
            // Where the next element must begin. The first stands right behind the offsets, which count from there.
            uint256 element = heads + 32 * count;
            for (uint256 i; i < count; ++i) {
                // Size of the element; 0 when it is not canonical.
                uint256 size = _decodeElement(heads + 32 * i, heads, element, end);
                if (size == 0) revert IPolicyErrors.CallDataMalformed(element - base);
                operation.callIndex = i;
                operation.target = _load(element);
                operation.value = _load(element + 32);
                operation.data = element + 128;
                operation.length = _load(element + 96);
                if (i != 0 && i + 1 == count && operation.target == uint160(address(this))) {
                    _checkSettle(operation);
                } else {
                    if (i == maxCalls) revert IPolicyErrors.BatchTooLarge(count, maxCalls);
                    Permissions.check(operation);
                }
                element += size;
            }
            if (element != end) revert IPolicyErrors.CallDataMalformed(element - base);
        }
    }

    /// @dev The last of several calls may be `settle` of this module, without value and in canonical ABI. What it carries is
    /// compared with what the operation reserves when that is known (INV-13).
    function _checkSettle(Operation memory operation) private view {
        unchecked {
            // Safe unchecked: offsets in the calldata, and a count that the length bounds.
            uint256 data = operation.data;
            uint256 length = operation.length;
            uint256 count = _load(data + 36);
            if (
                operation.value != 0 ||
                length < 68 ||
                _load(data) >> 224 != SETTLE ||
                _load(data + 4) != 32 ||
                count > length ||
                length != 68 + 64 * count
            ) revert IPolicyErrors.PrivilegedTarget(operation.callIndex, address(this));
            operation.charges = data + 68;
        }
    }

    function _checkSelector(uint256 start, uint256 size, bytes4 expected) private pure {
        // Callers bound `start` to the callData only for 4 bytes and more: shorter data is no selector at all.
        bytes4 selector = size < 4 ? bytes4(0) : bytes4(bytes32(_load(start)));
        if (selector != expected) revert IPolicyErrors.SelectorNotSupported(selector);
    }

    /// @dev Reads a word of the transaction's calldata.
    function _load(uint256 offset) private pure returns (uint256 value) {
        assembly ("memory-safe") {
            value := calldataload(offset)
        }
    }

    /// @notice Checks one element of a batch: `target(32) ‖ value(32) ‖ 96(32) ‖ length(32) ‖ data`, padded with zeros.
    /// @param head Where its offset stands, which counts from `heads`.
    /// @param element Where it must begin.
    /// @param end Where the batch ends.
    /// @return size Size of the element, in bytes; 0 when it is not canonical.
    function _decodeElement(
        uint256 head,
        uint256 heads,
        uint256 element,
        uint256 end
    ) private pure returns (uint256 size) {
        assembly ("memory-safe") {
            let length := calldataload(add(element, 96))
            let used := and(length, 31)
            let data := add(element, 128)
            let rest := mul(iszero(iszero(used)), shl(shl(3, used), calldataload(add(data, sub(length, used)))))
            size := add(128, and(add(length, 31), not(31)))
            // With `length` not above `end`, an offset in the calldata, nothing here overflows.
            let canonical := and(
                and(eq(calldataload(head), sub(element, heads)), iszero(shr(160, calldataload(element)))),
                and(
                    and(eq(calldataload(add(element, 64)), 96), iszero(gt(length, end))),
                    and(iszero(gt(add(element, size), end)), iszero(rest))
                )
            )
            size := mul(size, canonical)
        }
    }
}
