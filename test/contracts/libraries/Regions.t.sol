// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Regions, RegionsLib} from "../../../contracts/libraries/Regions.sol";

contract RegionsTest {
    using RegionsLib for Regions;

    struct Step {
        bool opens;
        uint8 word;
        uint8 first;
        uint8 second;
    }

    uint256 private constant STEPS = 12;

    /// @dev INV-29: after any steps, no word is in two regions, and each region is as long as what was asked for.
    function testFuzz_Regions_AreDisjoint(uint8 headWords, Step[STEPS] memory steps) public pure {
        Regions memory regions = RegionsLib.create(headWords % 8);
        uint256 words = headWords % 8;
        for (uint256 i; i < STEPS; ++i) {
            Step memory step = steps[i];
            uint256 second = step.second % 4;
            (bool found, uint256 index) = regions.find(step.word % 32);
            if (!found) continue;
            if (step.opens) {
                if (regions.open(index, step.first % 32, second)) words += second;
            } else if (regions.grow(index, step.word % 32, step.first % 64, second)) {
                uint256 length = step.first % 64;
                words += second == 0 ? (length + 31) / 32 : length * second;
            }
        }
        assert(_countWords(regions) == words);
    }

    /// @dev INV-29: a word is found exactly in the regions that hold it.
    function test_Find_IsExact() public pure {
        Regions memory regions = RegionsLib.create(1);
        assert(regions.open({index: 0, offset: 2, size: 1}));
        assert(regions.grow({index: 1, word: 2, length: 33, elementSize: 0}));
        for (uint256 word; word < 8; ++word) {
            (bool found, uint256 index) = regions.find(word);
            assert(found == (word == 0 || (word >= 2 && word <= 4)));
            if (found) assert(index == (word == 0 ? 0 : 1));
        }
    }

    /// @dev INV-29: an offset in an array counts from behind its length, in a tuple from its first word.
    function test_Open_CountsFromTheEnclosingTuple() public pure {
        Regions memory regions = RegionsLib.create(1);
        assert(regions.open({index: 0, offset: 1, size: 1}));
        assert(regions.grow({index: 1, word: 1, length: 1, elementSize: 1}));
        assert(regions.open({index: 1, offset: 1, size: 2}));
        assert(regions.list[2].start == 3 && regions.list[2].end == 5);
        assert(regions.open({index: 2, offset: 2, size: 1}));
        assert(regions.list[3].start == 5);
    }

    /// @dev INV-29: the greatest operands overflow nothing.
    function test_Grow_ByTheGreatestOperands() public pure {
        Regions memory regions = RegionsLib.create(1);
        assert(regions.open({index: 0, offset: 0xffff, size: 1}));
        assert(regions.grow({index: 1, word: 0xffff, length: 0xffff, elementSize: 0xffff}));
        assert(regions.list[1].end == 0x10000 + uint256(0xffff) * 0xffff);
    }

    function _countWords(Regions memory regions) private pure returns (uint256 count) {
        for (uint256 i; i < regions.count; ++i) {
            (uint256 start, uint256 end) = (regions.list[i].start, regions.list[i].end);
            count += end - start;
            for (uint256 word = start; word < end; ++word) {
                (bool found, uint256 index) = regions.find(word);
                assert(found && index == i);
            }
        }
    }
}
