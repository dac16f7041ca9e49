// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {GrantWord, GrantWords} from "../../../contracts/libraries/GrantWords.sol";

contract GrantWordsTest {
    using GrantWords for GrantWord;

    /// @dev Every field comes back as it was written, whatever was there before and in whatever order.
    function testFuzz_Fields_RoundTrip(
        uint256 before,
        address policy,
        uint16 version,
        uint16 number,
        bool frozen,
        uint8 exponent,
        uint16 period,
        uint40 spent
    ) public pure {
        exponent %= 16;
        GrantWord word = GrantWord
            .wrap(before)
            .withGas(exponent, period, spent)
            .withFrozen(frozen)
            .withVersion(version)
            .withPolicy(policy)
            .withNumber(number);
        assert(word.policy() == policy);
        assert(word.version() == version);
        assert(word.number() == number);
        assert(word.frozen() == frozen);
        assert(word.gasExponent() == exponent);
        assert(word.gasPeriod() == period);
        assert(word.gasSpent() == spent);
    }

    /// @dev Writing one field leaves every other bit of the word.
    function testFuzz_Fields_AreApart(
        uint256 before,
        address policy,
        uint16 value,
        bool frozen,
        uint40 spent
    ) public pure {
        GrantWord word = GrantWord.wrap(before);
        assert(_differs(word, word.withPolicy(policy), 160, 96));
        assert(_differs(word, word.withVersion(value), 16, 80));
        assert(_differs(word, word.withNumber(value), 16, 64));
        assert(_differs(word, word.withFrozen(frozen), 1, 60));
        assert(_differs(word, word.withGas(value % 16, value, spent), 60, 0));
    }

    /// @dev Whether two words differ in nothing but `size` bits from bit `shift` on.
    function _differs(GrantWord one, GrantWord other, uint256 size, uint256 shift) private pure returns (bool) {
        uint256 mask = ((1 << size) - 1) << shift;
        return (GrantWord.unwrap(one) ^ GrantWord.unwrap(other)) & ~mask == 0;
    }
}
