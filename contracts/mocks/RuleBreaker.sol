// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title ForeignStorage
/// @author Mandate contributors
/// @notice Contract that keeps words for others, well and badly, for the tests.
contract ForeignStorage {
    uint256 private _global;
    mapping(uint256 key => mapping(address account => uint256[2])) private _associated;
    mapping(address account => mapping(uint256 key => uint256)) private _nested;

    /// @notice Writes a word that nobody is associated with.
    function write() external {
        _global = 1;
    }

    /// @notice Writes words that the caller is associated with.
    function writeAssociated() external {
        _associated[7][msg.sender][1] = 1;
    }

    /// @notice Writes a word whose innermost key is not the caller.
    function writeNested() external {
        _nested[msg.sender][7] = 1;
    }

    /// @notice Writes a transient word that nobody is associated with.
    function writeTransient() external {
        assembly ("memory-safe") {
            tstore(7, 1)
        }
    }

    /// @notice Reads a word that nobody is associated with.
    /// @return value The word.
    function read() external view returns (uint256 value) {
        return _global;
    }
}

/// @title RuleBreaker
/// @author Mandate contributors
/// @notice Account that breaks one rule of ERC-7562 in each function, to test what tests for them.
contract RuleBreaker {
    ForeignStorage private immutable STORAGE = new ForeignStorage();

    /// @notice Obeys: writes words that are associated with the account.
    function associated() external {
        STORAGE.writeAssociated();
    }

    /// @notice Breaks STO-021 by writing.
    function globalWrite() external {
        STORAGE.write();
    }

    /// @notice Breaks STO-021 with the keys of a mapping in the wrong order.
    function wrongNesting() external {
        STORAGE.writeNested();
    }

    /// @notice Breaks OP-070.
    function foreignTransient() external {
        STORAGE.writeTransient();
    }

    /// @notice Breaks STO-021 by reading.
    /// @return value What was read.
    function globalRead() external view returns (uint256 value) {
        return STORAGE.read();
    }

    /// @notice Breaks OP-011.
    /// @return value What was read.
    function timestamp() external view returns (uint256 value) {
        return block.timestamp;
    }

    /// @notice Breaks OP-011.
    /// @return value What was read.
    function number() external view returns (uint256 value) {
        return block.number;
    }

    /// @notice Breaks OP-011.
    /// @return value What was read.
    function baseFee() external view returns (uint256 value) {
        return block.basefee;
    }

    /// @notice Breaks OP-080.
    /// @return value What was read.
    function balance() external view returns (uint256 value) {
        return address(this).balance;
    }

    /// @notice Breaks OP-012.
    /// @return value What was read.
    function gas() external view returns (uint256 value) {
        return gasleft();
    }

    /// @notice Breaks OP-041.
    /// @return value What was read.
    function undeployed() external view returns (uint256 value) {
        return address(0xdead).code.length;
    }
}
