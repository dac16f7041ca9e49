// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {PackedUserOperation} from "@openzeppelin/contracts/interfaces/IERC4337.sol";
import {Execution} from "@openzeppelin/contracts/interfaces/draft-IERC7579.sol";
import {IERC1155} from "@openzeppelin/contracts/token/ERC1155/IERC1155.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC721} from "@openzeppelin/contracts/token/ERC721/IERC721.sol";
import {IPolicyStore} from "../../../contracts/interfaces/IPolicyStore.sol";
import {Call, Charge, IPolicyValidator} from "../../../contracts/interfaces/IPolicyValidator.sol";
import {TestCollection} from "../../../contracts/mocks/TestCollection.sol";
import {TestItems} from "../../../contracts/mocks/TestItems.sol";
import {TestToken} from "../../../contracts/mocks/TestToken.sol";
import {vm} from "../Vm.sol";
import {Ghost} from "./Ghost.sol";
import {GhostAccount} from "./GhostAccount.sol";
import {GhostCodec} from "./GhostCodec.sol";
import {GhostIntruder, GhostSink, GhostToken} from "./GhostIntruder.sol";
import {GhostRules} from "./GhostRules.sol";
import {
    GhostApproval,
    GhostCall,
    GhostCharge,
    GhostOperation,
    GhostPolicy,
    Settle,
    Shape,
    World
} from "./GhostTypes.sol";

/// @title GhostWorld
/// @notice The contracts that are tested, and how operations for them are written.
abstract contract GhostWorld is Ghost {
    /// @dev How many agents an account has at a time, before keys rotate.
    uint256 internal constant AGENTS = 4;

    uint256 private constant GUARDIAN_KEY = 0x6a;

    /// @dev As they are released, not as the compiler makes them for this file.
    IPolicyStore internal immutable STORE = IPolicyStore(_deploy("contracts/PolicyStore.sol:PolicyStore", ""));
    IPolicyValidator internal immutable VALIDATOR = IPolicyValidator(
        _deploy("contracts/PolicyValidator.sol:PolicyValidator", abi.encode(address(STORE)))
    );
    address internal immutable GUARDIAN = vm.addr(GUARDIAN_KEY);
    address internal constant PAYMASTER = address(0xbeef0001);

    GhostIntruder internal immutable INTRUDER = new GhostIntruder();
    bytes32 private immutable DOMAIN;

    World internal _world;
    GhostAccount[2] internal _wallets;
    /// @dev Keys by number; the agents of both accounts have the same ones, until they rotate.
    address[] internal _keys;
    mapping(address key => uint256) internal _secrets;

    /// @dev Keys and contracts that policies may name as approvers, beside the guardian and agents.
    address[] internal _approvers;

    uint64 private _sequence;
    uint256 private _lastItem;
    mapping(uint256 id => bool) private _minted;

    constructor() {
        address one = address(new TestToken("A", "A", 6));
        address other = address(new GhostToken(INTRUDER));
        _world.tokenA = one < other ? one : other;
        _world.tokenB = one < other ? other : one;
        _world.items = address(new TestItems());
        _world.collection = address(new TestCollection());
        for (uint256 i; i < 4; ++i) _world.targets.push(address(new GhostSink(INTRUDER)));
        _world.sink = _world.targets[0];
        _world.payee = address(0xa11ce0001);
        _world.spender = address(0x5bed0001);
        _world.recipient = address(0xb0b0001);
        for (uint256 i; i < 4; ++i) _world.targets.push(address(uint160(_world.payee) + uint160(i)));
        _world.privileged = [address(VALIDATOR), address(STORE), address(0), address(4), address(0xffff)];
        (TOKEN_A, TOKEN_B, ITEMS) = (_world.tokenA, _world.tokenB, _world.items);
        (COLLECTION, SPENDER) = (_world.collection, _world.spender);
        DOMAIN = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("PolicyValidator"),
                keccak256("1"),
                block.chainid,
                address(VALIDATOR)
            )
        );
        for (uint256 i; i < _wallets.length; ++i) {
            GhostAccount account = new GhostAccount();
            _wallets[i] = account;
            _world.accounts[i] = address(account);
            _world.privileged.push(address(account));
            vm.deal(address(account), 1e30);
            TestToken(_world.tokenA).mint(address(account), 1e60);
            TestToken(_world.tokenB).mint(address(account), 1e60);
            TestItems(_world.items).mint(address(account), 7, 1e60);
            TestItems(_world.items).mint(address(account), 9, 1e60);
            account.installModule(1, address(VALIDATOR), "");
            _modelInstall(address(account));
        }
        for (uint256 i; i < AGENTS; ++i) _newKey();
        for (uint256 secret = 1; secret <= 4; ++secret) {
            _approvers.push(vm.addr(secret));
            _secrets[vm.addr(secret)] = secret;
        }
        _secrets[GUARDIAN] = GUARDIAN_KEY;
        _approvers.push(GUARDIAN);
        _approvers.push(_world.sink);
    }

    function _deploy(string memory artifact, bytes memory arguments) private returns (address deployed) {
        bytes memory creationCode = bytes.concat(vm.getCode(artifact), arguments);
        assembly ("memory-safe") {
            deployed := create(0, add(creationCode, 32), mload(creationCode))
        }
        assert(deployed != address(0));
    }

    function _newKey() internal returns (address key) {
        uint256 secret = 1000 + _keys.length;
        key = vm.addr(secret);
        _secrets[key] = secret;
        _keys.push(key);
    }

    function _hashTyped(bytes32 structHash) internal view returns (bytes32) {
        return keccak256(abi.encodePacked(hex"1901", DOMAIN, structHash));
    }

    /// @dev Signature of a key over a message of the module.
    function _signMessage(address key, bytes32 structHash) internal view returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(_secrets[key], _hashTyped(structHash));
        return abi.encodePacked(r, s, v);
    }

    /// @dev The operation as the account takes it, and its hash.
    function _pack(GhostOperation memory op) internal returns (PackedUserOperation memory packed, bytes32 hash) {
        packed.sender = op.account;
        packed.nonce = (uint256(op.nonceKey) << 64) | op.sequence;
        packed.initCode = op.initCode;
        packed.callData = _callData(op);
        packed.accountGasLimits = bytes32((uint256(op.verificationGas) << 128) | op.callGas);
        packed.preVerificationGas = op.preVerificationGas;
        packed.gasFees = bytes32((uint256(1) << 128) | op.maxFeePerGas);
        if (op.paymaster != address(0)) {
            packed.paymasterAndData = abi.encodePacked(op.paymaster, op.paymasterGas, op.paymasterGas);
        }
        hash = keccak256(abi.encode(packed, ++_sequence));
        bytes32 typeHash = keccak256("UserOperationWindow(bytes32 userOpHash,uint48 validAfter,uint48 validUntil)");
        bytes32 digest = _hashTyped(keccak256(abi.encode(typeHash, hash, op.validAfter, op.validUntil)));
        uint256 secret = _secrets[op.agent];
        // Another key's signature, or one of something else, is none.
        if (!op.signed)
            (secret, digest) = op.callGas % 2 == 0 ? (secret + 1, digest) : (secret, bytes32(uint256(digest) + 1));
        bytes memory signature = _signCompact(secret, digest);
        packed.signature = abi.encodePacked(op.agent, op.validAfter, op.validUntil, signature, _tail(op));
    }

    /// @dev Chooses items that nothing else moves, not even with another last bit.
    function _nameItems(GhostOperation memory op) internal {
        for (uint256 i; i < op.calls.length; ++i) {
            if (Shape.isItem(op.calls[i].shape)) op.calls[i].amount = _lastItem += 2;
        }
    }

    /// @dev What an account sends of a collection, it has just got: for the first time, or back from who had it.
    function _giveItems(GhostOperation memory op) internal {
        TestCollection collection = TestCollection(_world.collection);
        for (uint256 i; i < op.calls.length; ++i) {
            if (!Shape.isItem(op.calls[i].shape)) continue;
            uint256 id = op.calls[i].amount;
            if (!_minted[id]) {
                _minted[id] = true;
                collection.mint(op.account, id);
                continue;
            }
            address owner = collection.ownerOf(id);
            vm.prank(owner);
            collection.transferFrom(owner, op.account, id);
        }
    }

    /// @dev What stands behind the agent's signature.
    function _tail(GhostOperation memory op) private view returns (bytes memory tail) {
        if (op.deadline != 0) tail = abi.encodePacked(op.deadline);
        for (uint256 i; i < op.approvals.length; ++i) {
            GhostApproval memory approval = op.approvals[i];
            bytes memory words =
                approval.onChain
                    ? abi.encode(approval.approver, uint256(0))
                    : _signCompact(_secrets[approval.approver], approval.digest);
            tail = bytes.concat(tail, words);
        }
        tail = bytes.concat(tail, op.rubbish);
    }

    /// @dev A signature as EIP-2098 has it.
    function _signCompact(uint256 secret, bytes32 digest) private pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(secret, digest);
        return abi.encodePacked(r, uint256(s) | (uint256(v - 27) << 255));
    }

    /// @dev The calls as they are announced and approved.
    function _callsOf(GhostOperation memory op) internal view returns (Call[] memory calls) {
        calls = new Call[](op.calls.length);
        for (uint256 i; i < calls.length; ++i) {
            Execution memory execution = _execution(op, op.calls[i]);
            calls[i] = Call({target: execution.target, value: execution.value, data: execution.callData});
        }
    }

    function _callsHash(GhostOperation memory op) internal view override returns (bytes32) {
        Call[] memory calls = _callsOf(op);
        bytes32[] memory hashes = new bytes32[](calls.length);
        bytes32 typeHash = keccak256("Call(address target,uint256 value,bytes data)");
        for (uint256 i; i < calls.length; ++i) {
            hashes[i] = keccak256(abi.encode(typeHash, calls[i].target, calls[i].value, keccak256(calls[i].data)));
        }
        return keccak256(abi.encodePacked(hashes));
    }

    function _approvalDigest(GhostOperation memory op, bytes32 callsHash) internal view override returns (bytes32) {
        bytes32 typeHash = keccak256(
            "Approval(address account,address agent,Call[] calls,uint256 nonce,uint256 deadline)Call(address target,uint256 value,bytes data)"
        );
        uint256 nonce = (uint256(op.nonceKey) << 64) | op.sequence;
        return _hashTyped(keccak256(abi.encode(typeHash, op.account, op.agent, callsHash, nonce, op.deadline)));
    }

    function _callData(GhostOperation memory op) private view returns (bytes memory) {
        bool settles = op.settle != Settle.NONE;
        Execution[] memory list = new Execution[](op.calls.length + (settles ? 1 : 0));
        for (uint256 i; i < op.calls.length; ++i) list[i] = _execution(op, op.calls[i]);
        if (settles) {
            bytes memory data = abi.encodeCall(VALIDATOR.settle, (_charges(op)));
            list[op.calls.length] = Execution({target: address(VALIDATOR), value: 0, callData: data});
        }
        bool batch = op.batch || list.length != 1;
        return
            abi.encodeWithSignature(
                "execute(bytes32,bytes)",
                batch ? bytes32(uint256(1) << 248) : bytes32(0),
                batch ? abi.encode(list) : abi.encodePacked(list[0].target, list[0].value, list[0].callData)
            );
    }

    function _execution(GhostOperation memory op, GhostCall memory call) private view returns (Execution memory) {
        (address target, bytes memory data) = (_world.sink, bytes(""));
        uint256 shape = call.shape;
        if (GhostRules.isAimed(shape)) target = call.target;
        if (shape == Shape.PAY) {
            data = "";
        } else if (shape == Shape.TRANSFER_A || shape == Shape.TRANSFER_B) {
            target = shape == Shape.TRANSFER_A ? _world.tokenA : _world.tokenB;
            data = abi.encodeCall(IERC20.transfer, (call.to, call.amount));
        } else if (shape == Shape.APPROVE_A) {
            target = _world.tokenA;
            data = abi.encodeCall(IERC20.approve, (call.to, call.amount));
        } else if (shape == Shape.ITEMS_7 || shape == Shape.ITEMS_9) {
            target = _world.items;
            uint256 id = shape == Shape.ITEMS_7 ? 7 : 9;
            data = abi.encodeCall(IERC1155.safeTransferFrom, (op.account, call.to, id, call.amount, ""));
        } else if (Shape.isItem(shape)) {
            (target, data) = (_world.collection, _moveItem(op, call));
        } else if (shape == Shape.POKE) {
            data = abi.encodeCall(GhostSink.poke, (call.amount));
        } else if (shape == Shape.SWAP) {
            data = abi.encodeCall(GhostSink.swap, (call.amount, call.other));
        } else if (shape == Shape.FAIL) {
            data = abi.encodeCall(GhostSink.fail, ());
        } else if (shape == Shape.STRANGER) {
            (target, data) = (
                address(uint160(call.to) ^ 0xffff),
                abi.encodeWithSignature("other(uint256)", call.amount)
            );
        } else if (shape == Shape.ACCOUNT) {
            (target, data) = (op.account, abi.encodeWithSignature("execute(bytes32,bytes)", 0, ""));
        } else if (shape == Shape.MODULE) {
            (target, data) = (address(VALIDATOR), abi.encodeCall(VALIDATOR.freezeAll, ()));
        } else if (shape == Shape.EARLY_SETTLE) {
            target = address(VALIDATOR);
            data = abi.encodeCall(VALIDATOR.settle, (new Charge[](0)));
        } else if (shape == Shape.STORE) {
            (target, data) = (address(STORE), abi.encodeCall(STORE.publish, ("")));
        } else if (shape == Shape.ANNOUNCE) {
            (target, data) = (address(VALIDATOR), op.announcing);
        } else if (shape == Shape.CANCEL) {
            target = address(VALIDATOR);
            data = abi.encodeCall(VALIDATOR.cancelAnnouncement, (op.account, op.agent, bytes32(call.other)));
        } else if (shape == Shape.OTHER_SELECTOR) {
            data = abi.encodeWithSignature("other(uint256)", call.amount);
        } else {
            target = _world.tokenA;
            data = abi.encodeCall(IERC20.transferFrom, (op.account, call.to, call.amount));
        }
        return Execution({target: target, value: call.value, callData: data});
    }

    function _moveItem(GhostOperation memory op, GhostCall memory call) private pure returns (bytes memory) {
        if (call.shape == Shape.ITEM_MOVE) {
            return abi.encodeCall(IERC721.transferFrom, (op.account, call.to, call.amount));
        }
        return
            call.shape == Shape.ITEM_SAFE
                ? abi.encodeWithSignature("safeTransferFrom(address,address,uint256)", op.account, call.to, call.amount)
                : abi.encodeWithSignature(
                    "safeTransferFrom(address,address,uint256,bytes)",
                    op.account,
                    call.to,
                    call.amount,
                    bytes("")
                );
    }

    function _isPrivileged(address account, address target) internal view override returns (bool) {
        return
            target == account ||
            target == address(VALIDATOR) ||
            target == address(STORE) ||
            uint160(target) <= type(uint16).max;
    }

    /// @dev What the `settle` carries: as the model says, or anything but that.
    function _charges(GhostOperation memory op) private view returns (Charge[] memory list) {
        Ghost.Agent memory agent = _modelAgentOf(op.account, op.agent);
        GhostPolicy memory policy = _modelPolicyOf(agent.policyHash);
        GhostCharge[] memory charges = _modelCharges(op, policy);
        list = new Charge[](charges.length);
        for (uint256 i; i < list.length; ++i) {
            list[i] = Charge({
                meterId: GhostCodec.meterId(policy, policy.limits[charges[i].limit], agent.number),
                charge: (charges[i].period << 128) | uint128(charges[i].amount)
            });
        }
        if (op.settle == Settle.RIGHT) return list;
        uint256 last = list.length;
        if (op.settle == Settle.AMOUNT && last != 0) {
            list[op.callGas % last].charge ^= 1;
        } else if (op.settle == Settle.SHORT && last != 0) {
            assembly ("memory-safe") {
                mstore(list, sub(last, 1))
            }
        } else if (op.settle == Settle.SWAPPED && last > 1) {
            (list[0], list[last - 1]) = (list[last - 1], list[0]);
        } else if (op.settle == Settle.PERIOD && last != 0) {
            list[op.callGas % last].charge ^= 1 << 128;
        } else {
            Charge[] memory longer = new Charge[](last + 1);
            for (uint256 i; i < last; ++i) longer[i] = list[i];
            longer[last] = Charge({meterId: keccak256("extra"), charge: 0});
            return longer;
        }
    }
}
