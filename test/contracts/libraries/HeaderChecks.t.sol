// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPolicyStore} from "../../../contracts/interfaces/IPolicyStore.sol";
import {HeaderChecks} from "../../../contracts/libraries/HeaderChecks.sol";
import {PolicyBuilder} from "../PolicyBuilder.sol";
import {vm} from "../Vm.sol";

contract HeaderChecksTest {
    /// @dev INV-26: the sections tile the blob, or the first that does not is named.
    function testFuzz_CheckDirectory_EqualsItsTwin(
        uint8[12] memory counts,
        uint8 broken,
        int8 shift,
        uint8 more
    ) public {
        uint8[12] memory sizes = [53, 16, 32, 33, 12, 6, 12, 1, 27, 8, 1, 1];
        uint8[12] memory maxima = [32, 16, 64, 64, 1, 64, 64, 0, 255, 64, 255, 255];
        uint256[13] memory entries;
        entries[0] = 192;
        for (uint256 i; i < 12; ++i) {
            uint256 count = counts[i] % (maxima[i] < 4 ? maxima[i] + 1 : 4);
            entries[i + 1] = entries[i] + count * sizes[i];
        }
        uint256 length = entries[12] + (more % 4 == 0 ? 1 : 0);
        // Safe casts: entries stay between 64 and 2^16.
        entries[broken % 13] = uint256(int256(entries[broken % 13]) + shift);

        (bool valid, uint256 section) = _findBroken(entries, length);
        if (!valid) vm.expectRevert(abi.encodeWithSelector(IPolicyStore.DirectoryInvalid.selector, section));
        this.checkDirectory(entries, length);
    }

    /// @dev INV-26: every byte of the header that is not named is zero.
    function testFuzz_CheckFields_ByteThatIsNotNamed(uint8 which, uint8 value) public {
        uint256 index = uint256(which) % 27;
        uint256 offset =
            index < 9
                ? 119 + index
                : index < 21
                    ? 139 + index
                    : 165 + index;
        bytes memory blob = abi.encodePacked(PolicyBuilder.header(0), new bytes(32));
        blob[offset] = bytes1(value);
        if (value != 0) {
            uint256 start =
                index < 9
                    ? 119
                    : index < 21
                        ? 148
                        : 186;
            vm.expectRevert(abi.encodeWithSelector(IPolicyStore.HeaderInvalid.selector, start));
        }
        this.checkFields(blob);
    }

    function testFuzz_CheckFields_Times(uint48 validAfter, uint48 validUntil, uint32 maxWindow) public {
        maxWindow %= 100_000;
        bytes memory blob = abi.encodePacked(PolicyBuilder.header(0), new bytes(32));
        bytes memory times = abi.encodePacked(validAfter, validUntil, maxWindow);
        for (uint256 i; i < times.length; ++i) {
            blob[4 + i] = times[i];
        }
        if (validAfter >= 1 << 47) _expectInvalid(4);
        else if (validUntil < validAfter || validUntil >= 1 << 47) _expectInvalid(10);
        else if (maxWindow == 0 || maxWindow > 86_400) _expectInvalid(16);
        this.checkFields(blob);
    }

    /// @notice Calls the library, so that its revert can be expected.
    function checkDirectory(uint256[13] memory entries, uint256 length) external pure {
        bytes memory blob = new bytes(length < 192 ? 192 : length);
        for (uint256 i; i < 13; ++i) {
            blob[160 + 2 * i] = bytes1(uint8(entries[i] >> 8));
            blob[161 + 2 * i] = bytes1(uint8(entries[i]));
        }
        HeaderChecks.checkDirectory(blob);
    }

    /// @notice Calls the library, so that its revert can be expected.
    function checkFields(bytes memory blob) external pure {
        HeaderChecks.checkFields(blob);
    }

    function _findBroken(uint256[13] memory entries, uint256 length) private pure returns (bool, uint256) {
        uint8[12] memory sizes = [53, 16, 32, 33, 12, 6, 12, 1, 27, 8, 1, 1];
        if (entries[0] != 192) return (false, 0);
        for (uint256 i; i < 12; ++i) {
            if (entries[i + 1] < entries[i] || entries[i + 1] > length) return (false, i);
            uint256 size = entries[i + 1] - entries[i];
            if (size % sizes[i] != 0 || (i == 4 && size > 12) || (i == 7 && size != 0)) return (false, i);
            if (i == 9 && size > 64 * 8) return (false, i);
        }
        return (entries[12] == length, 11);
    }

    function _expectInvalid(uint256 offset) private {
        vm.expectRevert(abi.encodeWithSelector(IPolicyStore.HeaderInvalid.selector, offset));
    }
}
