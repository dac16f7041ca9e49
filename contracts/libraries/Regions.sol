// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @dev Words of a call's arguments that the callee reads from the same place as the policy.
struct Region {
    /// @dev First word.
    uint256 start;
    /// @dev First word behind it.
    uint256 end;
    /// @dev Word from which the callee counts an offset that stands in it: the first word of a tuple, the word behind the
    /// length of an array.
    uint256 base;
}

/// @dev The regions of one rule. The first is the ABI head.
struct Regions {
    /// @dev Regions that are open, and room for more.
    Region[] list;
    /// @dev How many are open.
    uint256 count;
}

/// @title RegionsLib
/// @notice Keeps account of the words beyond the ABI head that a rule may read, since it has pinned where they lie.
/// @dev INV-29: no two regions share a word, so that every word is read in one way. Safe: words and operands have 16
/// bits, so that no sum or product of them overflows.
library RegionsLib {
    /// @notice Returns regions with nothing open but the head.
    /// @param headWords Words of the head.
    function create(uint256 headWords) internal pure returns (Regions memory regions) {
        regions.list = new Region[](1);
        regions.list[0].end = headWords;
        regions.count = 1;
    }

    /// @notice Returns the region that holds `word`; false where none does.
    function find(Regions memory regions, uint256 word) internal pure returns (bool found, uint256 index) {
        for (; index < regions.count; ++index) {
            Region memory region = regions.list[index];
            if (word >= region.start && word < region.end) return (true, index);
        }
    }

    /// @notice Opens the region to which the pinned offset word in region `index` points.
    /// @param offset Offset that the word is pinned to, in words.
    /// @param size Words of the region.
    /// @return opened False where the region is empty, or not wholly outside the head and the other regions.
    function open(
        Regions memory regions,
        uint256 index,
        uint256 offset,
        uint256 size
    ) internal pure returns (bool opened) {
        uint256 start = regions.list[index].base + offset;
        // Behind the head: also where the head has no words.
        opened = size != 0 && start >= regions.list[0].end && !_isTaken(regions, start, start + size);
        if (opened) _push(regions, Region({start: start, end: start + size, base: start}));
    }

    /// @notice Lets the region `index`, which `word` must make up alone, grow by the elements behind this length word.
    /// @param length Length that the word is pinned to.
    /// @param elementSize Words of an element; 0 where the length counts bytes.
    /// @return grown False where the word begins no region of size 1, or the elements would lie in another one.
    function grow(
        Regions memory regions,
        uint256 index,
        uint256 word,
        uint256 length,
        uint256 elementSize
    ) internal pure returns (bool grown) {
        Region memory region = regions.list[index];
        uint256 end = region.end + (elementSize == 0 ? (length + 31) / 32 : length * elementSize);
        grown = index != 0 && region.start == word && region.end == word + 1 && !_isTaken(regions, word + 1, end);
        if (grown) (region.end, region.base) = (end, word + 1);
    }

    function _push(Regions memory regions, Region memory region) private pure {
        uint256 count = regions.count;
        if (count == regions.list.length) {
            Region[] memory longer = new Region[](2 * count);
            for (uint256 i; i < count; ++i) {
                longer[i] = regions.list[i];
            }
            regions.list = longer;
        }
        regions.list[count] = region;
        regions.count = count + 1;
    }

    function _isTaken(Regions memory regions, uint256 start, uint256 end) private pure returns (bool) {
        for (uint256 i; i < regions.count; ++i) {
            if (start < regions.list[i].end && regions.list[i].start < end) return true;
        }
        return false;
    }
}
