// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {PolicyFormat} from "./PolicyFormat.sol";
import {Policy} from "./PolicyReader.sol";

/// @dev What an operation spends: memory address of the number of assets, behind which lies one word for each asset, of
/// all permissions first, then of each group.
type Totals is uint256;

using TotalsLib for Totals global;

/// @title TotalsLib
/// @notice Adds up what the calls of one operation spend of each asset, over all permissions and within each group.
library TotalsLib {
    /// @notice Returns the totals of an operation without calls: nothing but the operation itself is counted.
    function create(Policy policy) internal pure returns (Totals totals) {
        // The assets end where the groups begin, and the groups where the limits begin.
        uint256 ends = policy.field(PolicyFormat.DIRECTORY_OFFSET + 2 * PolicyFormat.SECTION_GROUPS, 4);
        uint256 groupSize = PolicyFormat.GROUP_SIZE;
        uint256 assetSize = PolicyFormat.ASSET_SIZE;
        uint256 headerSize = PolicyFormat.HEADER_SIZE;
        assembly ("memory-safe") {
            // The store has proven that the directory ascends: no difference is negative.
            let assetsEnd := shr(16, ends)
            let assets := div(sub(assetsEnd, headerSize), assetSize)
            let groups := div(sub(and(ends, 0xffff), assetsEnd), groupSize)
            totals := mload(0x40)
            let words := add(totals, 32)
            let size := mul(add(groups, 1), shl(5, assets))
            mstore(totals, assets)
            // Reading beyond the end of the calldata is the way to clear memory.
            calldatacopy(words, calldatasize(), size)
            mstore(0x40, add(words, size))
        }
        totals.count(policy, 0);
    }

    /// @notice Counts the operation itself in `group`, 0 for all permissions. Counting twice changes nothing.
    function count(Totals totals, Policy policy, uint256 group) internal pure {
        uint256 operations = policy.field(PolicyFormat.OPERATIONS_ASSET_OFFSET, 1);
        if (operations == 0) return;
        unchecked {
            uint256 slot = _slot(totals, group, operations - 1);
            assembly ("memory-safe") {
                mstore(slot, 1)
            }
        }
    }

    /// @notice Adds `amount` of the asset to the total of all permissions, and to that of `group` unless it is 0.
    /// @dev INV-2: a sum that would overflow stays at the greatest word, which every limit denies.
    function add(Totals totals, uint256 group, uint256 asset, uint256 amount) internal pure {
        _add(_slot(totals, 0, asset), amount);
        if (group != 0) _add(_slot(totals, group, asset), amount);
    }

    /// @notice Adds the spends of a rule to the totals: `asset(1) ‖ source(1) ‖ word(2)` each.
    /// @dev INV-6: a word is read only inside the call's data.
    /// @param pointer Where the spends lie in memory.
    /// @param end Where they end.
    /// @param arguments Where the call's arguments begin in the calldata.
    /// @param size Size of the arguments, in bytes.
    /// @return missing End of the first amount that is not wholly among the arguments, in bytes; 0 where all are.
    function addSpends(
        Totals totals,
        uint256 group,
        uint256 pointer,
        uint256 end,
        uint256 arguments,
        uint256 size
    ) internal pure returns (uint256 missing) {
        assembly ("memory-safe") {
            let all := add(totals, 32)
            let ofGroup := add(all, shl(5, mul(group, mload(totals))))
            for {} lt(pointer, end) {
                pointer := add(pointer, 4)
            } {
                let spend := mload(pointer)
                let amount := 1
                if iszero(byte(1, spend)) {
                    let word := shl(5, and(shr(224, spend), 0xffff))
                    if gt(add(word, 32), size) {
                        missing := add(word, 32)
                        break
                    }
                    amount := calldataload(add(arguments, word))
                }
                // INV-2: a sum that would overflow stays at the greatest word, which every limit denies.
                let slot := add(all, shl(5, byte(0, spend)))
                let sum := add(mload(slot), amount)
                mstore(slot, or(sum, sub(0, lt(sum, amount))))
                if group {
                    slot := add(ofGroup, shl(5, byte(0, spend)))
                    sum := add(mload(slot), amount)
                    mstore(slot, or(sum, sub(0, lt(sum, amount))))
                }
            }
        }
    }

    /// @notice Returns what the operation spends of the asset in `group`, or in all permissions where it is 0.
    function get(Totals totals, uint256 group, uint256 asset) internal pure returns (uint256 total) {
        uint256 slot = _slot(totals, group, asset);
        assembly ("memory-safe") {
            total := mload(slot)
        }
    }

    function _add(uint256 slot, uint256 amount) private pure {
        assembly ("memory-safe") {
            let sum := add(mload(slot), amount)
            mstore(slot, or(sum, sub(0, lt(sum, amount))))
        }
    }

    /// @dev Safe: the store has proven that every group and asset index in a policy exists.
    function _slot(Totals totals, uint256 group, uint256 asset) private pure returns (uint256 slot) {
        assembly ("memory-safe") {
            slot := add(add(totals, 32), shl(5, add(mul(group, mload(totals)), asset)))
        }
    }
}
