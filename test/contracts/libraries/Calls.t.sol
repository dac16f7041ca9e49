// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ERC7579Utils} from "@openzeppelin/contracts/account/utils/draft-ERC7579Utils.sol";
import {Execution} from "@openzeppelin/contracts/interfaces/draft-IERC7579.sol";
import {BlobLib} from "../../../contracts/libraries/BlobLib.sol";
import {Calls} from "../../../contracts/libraries/Calls.sol";
import {Operation, Operations} from "../../../contracts/libraries/Operations.sol";
import {PolicyFormat} from "../../../contracts/libraries/PolicyFormat.sol";
import {PolicyReader} from "../../../contracts/libraries/PolicyReader.sol";
import {PolicyBuilder, Sections} from "../PolicyBuilder.sol";

contract CallsTest {
    struct Draft {
        bool isPayment;
        uint8 value;
        bytes data;
    }

    /// @dev A change of the bytes.
    struct Mutation {
        uint8 kind;
        uint16 position;
        uint256 word;
    }

    address private constant TARGET = address(0xc0c0c0);
    address private constant ACCOUNT = address(0xacc0);
    bytes4 private constant SELECTOR = 0x12345678;

    address private _blob;

    /// @dev A policy that permits whatever has this target and selector, and every payment.
    function setUp() public {
        Sections memory sections;
        sections.assets = PolicyBuilder.asset(PolicyFormat.ASSET_NATIVE, address(0), 0);
        uint256 rules =
            PolicyFormat.HEADER_SIZE +
                PolicyFormat.ASSET_SIZE +
                PolicyFormat.PERMISSION_SIZE +
                PolicyFormat.SET_PERMISSION_SIZE;
        sections.permissions = PolicyBuilder.permission(TARGET, SELECTOR, rules);
        sections.setPermissions = abi.encodePacked(uint8(0), bytes4(0), uint8(0xff), uint16(rules));
        sections.rules = PolicyBuilder.rule({
            flags: 0,
            headWords: 0,
            valueCap: type(uint128).max,
            spends: 0,
            conditions: 0
        });
        bytes memory creationCode = BlobLib.getCreationCode(PolicyBuilder.build(sections));
        address blob;
        assembly ("memory-safe") {
            blob := create(0, add(creationCode, 32), mload(creationCode))
        }
        _blob = blob;
    }

    /// @dev INV-3: what `abi.encode` makes passes, and spends what it says.
    function testFuzz_Check_TakesCanonicalBytes(Draft[4] memory drafts, uint8 count, bool single) public view {
        Execution[] memory executions = _toExecutions(drafts, single ? 1 : (count % 4) + 1);
        uint256 value;
        for (uint256 i; i < executions.length; ++i) value += executions[i].value;

        assert(this.check(_encode(executions, single)) == value);
    }

    /// @dev INV-3: what passes is the one encoding of what it says, for Solidity and for an account alike.
    function testFuzz_Check_TakesNothingElse(
        Draft[3] memory drafts,
        uint8 count,
        bool single,
        Mutation[2] memory mutations
    ) public view {
        Execution[] memory executions = _toExecutions(drafts, single ? 1 : (count % 3) + 1);
        bytes memory callData = _encode(executions, single);
        for (uint256 i; i < mutations.length; ++i) callData = _mutate(callData, mutations[i]);

        try this.check(callData) returns (uint256 value) {
            (bytes32 mode, Execution[] memory decoded) = this.decode(callData);
            assert(keccak256(callData) == keccak256(_encode(decoded, mode == 0)));
            uint256 sum;
            for (uint256 i; i < decoded.length; ++i) sum += decoded[i].value;
            assert(value == sum);

            Execution[] memory executed = this.execute(callData);
            assert(keccak256(abi.encode(executed)) == keccak256(abi.encode(decoded)));
        } catch {}
    }

    /// @dev Returns what the calls spend of the native asset.
    function check(bytes calldata callData) external view returns (uint256 spent) {
        Operation memory operation = Operations.create(PolicyReader.load(_blob), ACCOUNT, address(0));
        Calls.check(operation, callData);
        return operation.totals.get(0, 0);
    }

    /// @dev As Solidity decodes it.
    function decode(bytes calldata callData) external view returns (bytes32 mode, Execution[] memory executions) {
        bytes memory execution;
        (mode, execution) = abi.decode(callData[4:], (bytes32, bytes));
        if (mode != 0) return (mode, abi.decode(execution, (Execution[])));
        executions = new Execution[](1);
        executions[0] = this.split(execution);
    }

    /// @dev A single execution.
    function split(bytes calldata execution) external pure returns (Execution memory) {
        return
            Execution({
                target: address(bytes20(execution[:20])),
                value: uint256(bytes32(execution[20:52])),
                callData: execution[52:]
            });
    }

    /// @dev As OpenZeppelin's account decodes it.
    function execute(bytes calldata callData) external pure returns (Execution[] memory executions) {
        // As the dispatcher of the account does: the offset and the length of the second argument.
        uint256 start = 4 + uint256(bytes32(callData[36:68]));
        uint256 length = uint256(bytes32(callData[start:start + 32]));
        bytes calldata execution = callData[start + 32:start + 32 + length];
        if (bytes32(callData[4:36]) == 0) {
            (address target, uint256 value, bytes calldata data) = ERC7579Utils.decodeSingle(execution);
            executions = new Execution[](1);
            executions[0] = Execution({target: target, value: value, callData: data});
            return executions;
        }
        Execution[] calldata batch = ERC7579Utils.decodeBatch(execution);
        executions = new Execution[](batch.length);
        for (uint256 i; i < batch.length; ++i) executions[i] = batch[i];
    }

    function _toExecutions(Draft[4] memory drafts, uint256 count) private pure returns (Execution[] memory list) {
        list = new Execution[](count);
        for (uint256 i; i < count; ++i) list[i] = _toExecution(drafts[i]);
    }

    function _toExecutions(Draft[3] memory drafts, uint256 count) private pure returns (Execution[] memory list) {
        list = new Execution[](count);
        for (uint256 i; i < count; ++i) list[i] = _toExecution(drafts[i]);
    }

    function _toExecution(Draft memory draft) private pure returns (Execution memory) {
        return
            draft.isPayment
                ? Execution({target: address(0xa11ce), value: draft.value, callData: ""})
                : Execution({target: TARGET, value: draft.value, callData: abi.encodePacked(SELECTOR, draft.data)});
    }

    function _encode(Execution[] memory executions, bool single) private pure returns (bytes memory) {
        bytes memory execution =
            single
                ? abi.encodePacked(executions[0].target, executions[0].value, executions[0].callData)
                : abi.encode(executions);
        return abi.encodeWithSelector(Calls.EXECUTE, single ? bytes32(0) : bytes32(uint256(1) << 248), execution);
    }

    function _mutate(bytes memory callData, Mutation memory mutation) private pure returns (bytes memory mutated) {
        uint256 kind = mutation.kind % 6;
        uint256 words = (callData.length - 4) / 32;
        if (kind == 0 || words == 0) return callData;
        uint256 offset = 4 + 32 * (mutation.position % words);
        if (kind == 1) {
            mutated = bytes.concat(callData);
            mutated[mutation.position % callData.length] ^= bytes1(uint8(mutation.word % 255) + 1);
        } else if (kind == 2) {
            // Words that stand for offsets and lengths.
            mutated = _replace(callData, offset, 32 * (mutation.word % 24));
        } else if (kind == 3) {
            mutated = _replace(callData, offset, mutation.word % 2 == 0 ? mutation.word : 1 << (mutation.word % 256));
        } else if (kind == 4) {
            mutated = bytes.concat(callData, new bytes((mutation.word % 64) + 1));
        } else {
            mutated = new bytes(callData.length - (mutation.word % 64 < callData.length - 4 ? mutation.word % 64 : 0));
            for (uint256 i; i < mutated.length; ++i) mutated[i] = callData[i];
        }
    }

    function _replace(bytes memory callData, uint256 offset, uint256 word) private pure returns (bytes memory mutated) {
        mutated = bytes.concat(callData);
        assembly ("memory-safe") {
            mstore(add(add(mutated, 32), offset), word)
        }
    }
}
