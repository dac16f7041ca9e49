// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {BlobLib} from "../../../contracts/libraries/BlobLib.sol";
import {PolicyFormat} from "../../../contracts/libraries/PolicyFormat.sol";
import {Policy, PolicyReader} from "../../../contracts/libraries/PolicyReader.sol";
import {Totals, TotalsLib} from "../../../contracts/libraries/Totals.sol";
import {PolicyBuilder, Sections} from "../PolicyBuilder.sol";

contract TotalsTest {
    struct Spend {
        uint8 group;
        uint8 asset;
        uint256 amount;
    }

    uint256 private constant SPENDS = 10;
    uint256 private constant ASSETS = 3;
    uint256 private constant GROUPS = 2;

    address private _blob;

    function setUp() public {
        Sections memory sections;
        for (uint256 i = 1; i <= ASSETS; ++i) {
            sections.assets = abi.encodePacked(
                sections.assets,
                PolicyBuilder.asset(2, address(uint160(0xe000 + i)), 0)
            );
        }
        sections.groups = abi.encodePacked(bytes16("one"), bytes16("two"));
        _blob = _deploy(PolicyBuilder.build(sections));
    }

    /// @dev INV-2: sums stop at the greatest word, in all permissions and in each group, and touch nothing else.
    function testFuzz_Add_Saturates(Spend[SPENDS] memory spends) public view {
        Totals totals = TotalsLib.create(PolicyReader.load(_blob));
        uint256[ASSETS][GROUPS + 1] memory expected;
        for (uint256 i; i < SPENDS; ++i) {
            uint256 group = spends[i].group % (GROUPS + 1);
            uint256 asset = spends[i].asset % ASSETS;
            // Half of the amounts are near the greatest.
            uint256 amount = spends[i].amount % 2 == 0 ? spends[i].amount : type(uint256).max - (spends[i].amount % 9);
            totals.add(group, asset, amount);
            expected[0][asset] = _saturate(expected[0][asset], amount);
            if (group != 0) expected[group][asset] = _saturate(expected[group][asset], amount);
        }
        for (uint256 group; group <= GROUPS; ++group) {
            for (uint256 asset; asset < ASSETS; ++asset) {
                assert(totals.get(group, asset) == expected[group][asset]);
            }
        }
    }

    /// @dev INV-2: once at the greatest word, nothing brings a sum back.
    function testFuzz_Add_StaysAtTheGreatest(uint256[4] memory amounts) public view {
        Totals totals = TotalsLib.create(PolicyReader.load(_blob));
        totals.add(1, 0, type(uint256).max);
        for (uint256 i; i < amounts.length; ++i) {
            totals.add(1, 0, amounts[i]);
            assert(totals.get(0, 0) == type(uint256).max && totals.get(1, 0) == type(uint256).max);
        }
    }

    /// @dev What is created is zero, whatever the memory held before.
    function testFuzz_Create_IsZero(uint256 dirt) public view {
        assembly ("memory-safe") {
            let free := mload(0x40)
            for {
                let i := 0
            } lt(i, 4096) {
                i := add(i, 32)
            } {
                mstore(add(free, i), dirt)
            }
        }
        Totals totals = TotalsLib.create(PolicyReader.load(_blob));
        for (uint256 group; group <= GROUPS; ++group) {
            for (uint256 asset; asset < ASSETS; ++asset) {
                assert(totals.get(group, asset) == 0);
            }
        }
    }

    /// @dev INV-2: the spends of a rule are added as `add` does, from words that are wholly among the arguments.
    function testFuzz_AddSpends_IsAdd(
        uint256[4] calldata words,
        uint8[6] memory seeds,
        uint8 group,
        uint8 cut
    ) public view {
        uint256 size = 32 * words.length - (cut % 32);
        Policy policy = PolicyReader.load(_blob);
        (Totals totals, Totals expected) = (TotalsLib.create(policy), TotalsLib.create(policy));
        group %= uint8(GROUPS + 1);
        bytes memory spends;
        uint256 missing;
        for (uint256 i; i < seeds.length; ++i) {
            (uint256 asset, uint256 word) = (seeds[i] % ASSETS, seeds[i] % 6);
            bool one = seeds[i] % 5 == 0;
            spends = abi.encodePacked(
                spends,
                uint8(asset),
                uint8(one ? PolicyFormat.SPEND_ONE : PolicyFormat.SPEND_WORD),
                uint16(one ? 0 : word)
            );
            if (missing != 0) continue;
            if (!one && 32 * word + 32 > size) missing = 32 * word + 32;
            else expected.add(group, asset, one ? 1 : words[word]);
        }
        uint256 pointer;
        uint256 arguments;
        assembly ("memory-safe") {
            pointer := add(spends, 32)
            arguments := words
        }
        assert(totals.addSpends(group, pointer, pointer + spends.length, arguments, size) == missing);
        for (uint256 asset; asset < ASSETS; ++asset) {
            assert(totals.get(0, asset) == expected.get(0, asset));
            assert(totals.get(group, asset) == expected.get(group, asset));
        }
    }

    function _saturate(uint256 one, uint256 other) private pure returns (uint256) {
        return one > type(uint256).max - other ? type(uint256).max : one + other;
    }

    function _deploy(bytes memory bytes_) private returns (address blob) {
        bytes memory creationCode = BlobLib.getCreationCode(bytes_);
        assembly ("memory-safe") {
            blob := create(0, add(creationCode, 32), mload(creationCode))
        }
    }
}
