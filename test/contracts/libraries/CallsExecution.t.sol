// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ERC7579Utils} from "@openzeppelin/contracts/account/utils/draft-ERC7579Utils.sol";
import {Execution} from "@openzeppelin/contracts/interfaces/draft-IERC7579.sol";
import {Charge, IPolicyValidator} from "../../../contracts/interfaces/IPolicyValidator.sol";
import {BlobLib} from "../../../contracts/libraries/BlobLib.sol";
import {Calls} from "../../../contracts/libraries/Calls.sol";
import {Operation, Operations} from "../../../contracts/libraries/Operations.sol";
import {PolicyFormat} from "../../../contracts/libraries/PolicyFormat.sol";
import {PolicyReader} from "../../../contracts/libraries/PolicyReader.sol";
import {PolicyBuilder, Sections} from "../PolicyBuilder.sol";

/// @dev INV-3: what the account executes is what was checked, call by call. Every word that an account takes from the bytes
/// (target, value, selector, recipient, amount) decides here which asset's total grows, and by how much.
contract CallsExecutionTest {
    struct Draft {
        uint8 kind;
        uint64 value;
        uint64 amount;
        address to;
    }

    /// @dev A change of the bytes.
    struct Mutation {
        uint8 kind;
        uint16 position;
        uint16 other;
        uint256 word;
    }

    uint256 private constant TOKENS = 3;
    address private constant ACCOUNT = address(0xacc0);

    /// @dev Policies with and without `executeUserOp` around the call.
    address[2] private _blobs;

    function setUp() public {
        Sections memory sections;
        sections.assets = PolicyBuilder.asset(PolicyFormat.ASSET_NATIVE, address(0), 0);
        for (uint256 i; i < TOKENS; ++i) {
            sections.assets = bytes.concat(
                sections.assets,
                PolicyBuilder.asset(PolicyFormat.ASSET_ERC20, _token(i), 0)
            );
        }
        uint256 offset =
            PolicyFormat.HEADER_SIZE +
                sections.assets.length +
                TOKENS * PolicyFormat.PERMISSION_SIZE +
                PolicyFormat.SET_PERMISSION_SIZE;
        for (uint256 i; i < TOKENS; ++i) {
            // `transfer` to any address, of the amount in its second word; no value.
            sections.permissions = bytes.concat(
                sections.permissions,
                PolicyBuilder.permission(_token(i), PolicyBuilder.TRANSFER, offset + sections.rules.length)
            );
            sections.rules = abi.encodePacked(
                sections.rules,
                PolicyBuilder.rule({flags: 1, headWords: 2, valueCap: 0, spends: 1, conditions: 1}),
                abi.encodePacked(uint8(i + 1), uint8(0), uint16(1)),
                hex"0b0000"
            );
        }
        sections.setPermissions = abi.encodePacked(
            uint8(0),
            bytes4(0),
            uint8(0xff),
            uint16(offset + sections.rules.length)
        );
        sections.rules = bytes.concat(
            sections.rules,
            PolicyBuilder.rule({flags: 0, headWords: 0, valueCap: type(uint128).max, spends: 0, conditions: 0})
        );
        bytes memory policy = PolicyBuilder.build(sections);
        _blobs[0] = _create(policy);
        policy[PolicyFormat.FLAGS_OFFSET] = bytes1(uint8(PolicyFormat.FLAG_EXECUTE_USER_OP));
        _blobs[1] = _create(policy);
    }

    /// @dev What nobody has changed passes, with the totals of what is executed.
    function testFuzz_Execution_TakesCanonicalBytes(
        Draft[5] memory drafts,
        uint8 count,
        bool single,
        bool wrapped,
        bool settles
    ) public view {
        bytes memory callData = _encode(_toExecutions(drafts, count, single, settles), single, wrapped);
        _compare(callData, wrapped, this.check(callData, wrapped));
    }

    /// @dev Of bytes that somebody has changed, whatever passes is executed as it was checked.
    function testFuzz_Execution_IsWhatWasChecked(
        Draft[3] memory few,
        uint8 count,
        bool single,
        bool wrapped,
        bool settles,
        Mutation[3] memory mutations
    ) public view {
        Draft[5] memory drafts;
        for (uint256 i; i < few.length; ++i) drafts[i] = few[i];
        bytes memory callData = _encode(_toExecutions(drafts, count % 3, single, settles), single, wrapped);
        for (uint256 i; i < mutations.length; ++i) callData = _mutate(callData, mutations[i]);
        try this.check(callData, wrapped) returns (uint256[] memory totals) {
            _compare(callData, wrapped, totals);
        } catch {}
    }

    /// @dev Returns what the calls spend of each asset.
    function check(bytes calldata callData, bool wrapped) external view returns (uint256[] memory totals) {
        Operation memory operation = Operations.create(PolicyReader.load(_blobs[wrapped ? 1 : 0]), ACCOUNT, address(0));
        Calls.check(operation, callData);
        totals = new uint256[](TOKENS + 1);
        for (uint256 i; i < totals.length; ++i) totals[i] = operation.totals.get(0, i);
    }

    /// @dev What an account executes: ABI decoding by its dispatcher, then OpenZeppelin's of the execution calldata.
    function execute(bytes calldata callData, bool wrapped) external pure returns (Execution[] memory list) {
        if (wrapped) {
            assert(bytes4(callData[:4]) == Calls.EXECUTE_USER_OP);
            callData = callData[4:];
        }
        assert(bytes4(callData[:4]) == Calls.EXECUTE);
        uint256 start = 4 + uint256(bytes32(callData[36:68]));
        uint256 length = uint256(bytes32(callData[start:start + 32]));
        bytes calldata execution = callData[start + 32:start + 32 + length];
        bytes32 mode = bytes32(callData[4:36]);
        if (mode == 0) {
            (address target, uint256 value, bytes calldata data) = ERC7579Utils.decodeSingle(execution);
            list = new Execution[](1);
            list[0] = Execution({target: target, value: value, callData: data});
            return list;
        }
        assert(mode == bytes32(uint256(1) << 248));
        Execution[] calldata batch = ERC7579Utils.decodeBatch(execution);
        list = new Execution[](batch.length);
        for (uint256 i; i < batch.length; ++i) list[i] = batch[i];
    }

    /// @dev Adds up what is executed, and finds nothing in it that no permission names.
    function _compare(bytes memory callData, bool wrapped, uint256[] memory totals) private view {
        Execution[] memory list = this.execute(callData, wrapped);
        uint256[] memory sums = new uint256[](TOKENS + 1);
        for (uint256 i; i < list.length; ++i) {
            bytes memory data = list[i].callData;
            if (list[i].target == address(this)) {
                // A `settle` is the last call of a batch, and carries nothing.
                assert(i == list.length - 1 && list[i].value == 0);
                assert(bytes4(data) == IPolicyValidator.settle.selector);
                continue;
            }
            assert(list[i].target != ACCOUNT && list[i].target != address(0));
            sums[0] += list[i].value;
            if (data.length == 0) continue;
            uint256 token = (uint256(uint160(list[i].target)) >> 152) - 1;
            assert(list[i].target == _token(token) && list[i].value == 0);
            assert(data.length == 68 && bytes4(data) == PolicyBuilder.TRANSFER);
            (uint256 to, uint256 amount) = this.words(data);
            assert(to >> 160 == 0);
            // Sums that overflow stay at the greatest word, as the totals do.
            sums[token + 1] =
                amount > type(uint256).max - sums[token + 1] ? type(uint256).max : sums[token + 1] + amount;
        }
        assert(keccak256(abi.encode(sums)) == keccak256(abi.encode(totals)));
    }

    function words(bytes calldata data) external pure returns (uint256, uint256) {
        return abi.decode(data[4:], (uint256, uint256));
    }

    function _token(uint256 index) private pure returns (address) {
        return address(uint160(((index + 1) << 152) | 0x70cec0));
    }

    function _create(bytes memory policy) private returns (address blob) {
        bytes memory creationCode = BlobLib.getCreationCode(policy);
        assembly ("memory-safe") {
            blob := create(0, add(creationCode, 32), mload(creationCode))
        }
    }

    function _toExecutions(
        Draft[5] memory drafts,
        uint256 count,
        bool single,
        bool settles
    ) private view returns (Execution[] memory list) {
        count = single ? 1 : (count % drafts.length) + 1;
        settles = settles && !single;
        list = new Execution[](settles ? count + 1 : count);
        for (uint256 i; i < count; ++i) {
            uint256 kind = drafts[i].kind % (TOKENS + 1);
            list[i] =
                kind == TOKENS
                    ? Execution({target: address(0xa11ce), value: drafts[i].value, callData: ""})
                    : Execution({
                        target: _token(kind),
                        value: 0,
                        callData: abi.encodeWithSelector(PolicyBuilder.TRANSFER, drafts[i].to, drafts[i].amount)
                    });
        }
        if (!settles) return list;
        bytes memory data = abi.encodeCall(IPolicyValidator.settle, (new Charge[](drafts[0].kind % 3)));
        list[count] = Execution({target: address(this), value: 0, callData: data});
    }

    function _encode(Execution[] memory list, bool single, bool wrapped) private pure returns (bytes memory) {
        bytes memory execution =
            single ? abi.encodePacked(list[0].target, list[0].value, list[0].callData) : abi.encode(list);
        bytes32 mode = single ? bytes32(0) : bytes32(uint256(1) << 248);
        bytes memory callData = abi.encodeWithSelector(Calls.EXECUTE, mode, execution);
        return wrapped ? bytes.concat(Calls.EXECUTE_USER_OP, callData) : callData;
    }

    function _mutate(bytes memory callData, Mutation memory mutation) private pure returns (bytes memory mutated) {
        uint256 kind = mutation.kind % 9;
        if (kind == 0 || callData.length < 100) return callData;
        mutated = bytes.concat(callData);
        uint256 head = callData.length % 32;
        uint256 offset = head + 32 * (mutation.position % ((callData.length - head) / 32));
        uint256 other = head + 32 * (mutation.other % ((callData.length - head) / 32));
        if (kind == 1) {
            mutated[mutation.position % callData.length] ^= bytes1(uint8(mutation.word % 255) + 1);
        } else if (kind == 2) {
            // Words that stand for offsets and lengths.
            _write(mutated, offset, 32 * (mutation.word % 24));
        } else if (kind == 3) {
            unchecked {
                _write(mutated, offset, _read(mutated, offset) + 64 - (mutation.word % 128));
            }
        } else if (kind == 4) {
            _write(mutated, offset, _read(mutated, other));
        } else if (kind == 5) {
            // Two words change places: elements, or what lies in them.
            (uint256 one, uint256 two) = (_read(mutated, offset), _read(mutated, other));
            _write(mutated, offset, two);
            _write(mutated, other, one);
        } else if (kind == 6) {
            mutated = bytes.concat(callData, new bytes((mutation.word % 64) + 1));
        } else if (kind == 7) {
            assembly ("memory-safe") {
                mstore(mutated, sub(mload(mutated), mod(mload(add(mutation, 96)), 65)))
            }
        } else {
            mutated[4 + (mutation.position % 4)] = bytes1(uint8(mutation.word));
        }
    }

    function _read(bytes memory data, uint256 offset) private pure returns (uint256 word) {
        if (offset + 32 > data.length) return 0;
        assembly ("memory-safe") {
            word := mload(add(add(data, 32), offset))
        }
    }

    function _write(bytes memory data, uint256 offset, uint256 word) private pure {
        if (offset + 32 > data.length) return;
        assembly ("memory-safe") {
            mstore(add(add(data, 32), offset), word)
        }
    }
}
