// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPolicyStore} from "../../../contracts/interfaces/IPolicyStore.sol";
import {Condition, ConditionChecks, Rule} from "../../../contracts/libraries/ConditionChecks.sol";
import {Draft} from "../../../contracts/libraries/Draft.sol";
import {vm} from "../Vm.sol";

contract ConditionChecksTest {
    /// @dev Sizes of the operands, as the format lists them.
    function testFuzz_Read_HasTheOperandOfItsOp(uint8 op, uint16 word) public pure {
        uint8[14] memory sizes = [0, 32, 32, 32, 32, 32, 32, 1, 1, 64, 0, 0, 4, 4];
        Condition memory condition;
        ConditionChecks.read(abi.encodePacked(hex"ffff", op, word, new bytes(64)), 2, condition);
        assert(condition.op == op && condition.word == word && condition.operand == 5);
        assert(condition.end == 5 + (op < 14 ? sizes[op] : 0));
    }

    /// @dev INV-29: a word is read exactly when the head has it.
    function testFuzz_Check_ReadsTheHeadAlone(uint16 headWords, uint16 word) public {
        bytes memory blob = abi.encodePacked(hex"0b", word);
        bool valid = word < headWords;
        if (!valid) _expectInvalid(0);
        uint256 end = this.check(blob, headWords, 1);
        if (valid) assert(end == 3);
    }

    /// @dev INV-24.
    function testFuzz_Check_Ascends(uint8 op, uint8 word, uint8 otherOp, uint8 otherWord) public {
        bytes memory blob = abi.encodePacked((op % 2) + 10, uint16(word), (otherOp % 2) + 10, uint16(otherWord));
        uint256 key = (uint256(word) << 1) | (op % 2);
        uint256 otherKey = (uint256(otherWord) << 1) | (otherOp % 2);
        bool valid = otherKey > key;
        if (!valid) _expectInvalid(1);
        uint256 end = this.check(blob, 256, 2);
        if (valid) assert(end == 6);
    }

    function test_RevertWhen_OperandIsCutOff() public {
        _expectInvalid(0);
        this.check(abi.encodePacked(hex"010000", new bytes(31)), 1, 1);
    }

    /// @notice Checks the conditions that `blob` begins with. Calls the library, so that its revert can be expected.
    function check(bytes memory blob, uint256 headWords, uint256 conditions) external pure returns (uint256 next) {
        Draft memory draft;
        // A directory has to be there, for the assets.
        draft.blob = abi.encodePacked(blob, new bytes(256));
        Rule memory rule;
        rule.headWords = headWords;
        rule.conditions = conditions;
        next = ConditionChecks.check(draft, rule, blob.length);
    }

    function _expectInvalid(uint256 condition) private {
        vm.expectRevert(abi.encodeWithSelector(IPolicyStore.ConditionInvalid.selector, 0, condition));
    }
}
