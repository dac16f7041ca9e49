// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {
    IERC7579Module,
    IERC7579Validator,
    MODULE_TYPE_VALIDATOR
} from "@openzeppelin/contracts/interfaces/draft-IERC7579.sol";
import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {PackedUserOperation} from "@openzeppelin/contracts/interfaces/IERC4337.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {AnnouncementState, Charge, Grant, IPolicyValidator, Lever} from "./interfaces/IPolicyValidator.sol";
import {IPolicyStore} from "./interfaces/IPolicyStore.sol";
import {AgentRegistry} from "./libraries/Agents.sol";
import {Announcement, Announcements} from "./libraries/Announcements.sol";
import {ApprovalMark, Approvals} from "./libraries/Approvals.sol";
import {CallHashes} from "./libraries/CallHashes.sol";
import {Calls} from "./libraries/Calls.sol";
import {Clock} from "./libraries/Clock.sol";
import {Envelope} from "./libraries/Envelope.sol";
import {GasMeter} from "./libraries/GasMeter.sol";
import {GrantWord} from "./libraries/GrantWords.sol";
import {Levers} from "./libraries/Levers.sol";
import {Meter} from "./libraries/Meter.sol";
import {Meters} from "./libraries/Meters.sol";
import {Operation, Operations} from "./libraries/Operations.sol";
import {PolicyFormat} from "./libraries/PolicyFormat.sol";
import {Policy, PolicyReader} from "./libraries/PolicyReader.sol";
import {Settlement} from "./libraries/Settlement.sol";
import {Signatures} from "./libraries/Signatures.sol";
import {UserOperations} from "./libraries/UserOperations.sol";

/// @dev Slot of a grant: one word, behind a reference that is worked out once.
struct GrantSlot {
    GrantWord word;
}

/// @title PolicyValidator
/// @author Mandate contributors
/// @notice ERC-7579 validator that holds an agent's key to the policy that its account has granted it.
/// @dev Trust: no owner, no upgrade, no delegatecall; in validation no call but that of the precompile `ecrecover`, and
/// nothing of other contracts but the code of blobs. Every word of storage that validation touches is associated with the
/// account (ERC-7562 STO-021): the account is the innermost key of every mapping (INV-17).
contract PolicyValidator is IPolicyValidator, EIP712 {
    using UserOperations for PackedUserOperation;

    /// @dev Answer of ERC-1271 that a signature is not valid.
    bytes4 private constant SIGNATURE_REFUSED = 0xffffffff;

    /// @inheritdoc IPolicyValidator
    IPolicyStore public immutable policyStore;

    mapping(address agent => mapping(address account => GrantSlot)) private _grants;

    mapping(bytes32 meterId => mapping(address account => Meter)) private _meters;

    mapping(address account => AgentRegistry) private _registries;

    mapping(bytes32 announcementId => mapping(address account => Announcement)) private _announcements;

    mapping(bytes32 approvalId => mapping(address account => ApprovalMark)) private _approvals;

    constructor(IPolicyStore policyStore_) EIP712("PolicyValidator", "1") {
        policyStore = policyStore_;
    }

    /* MODULE LIFECYCLE */

    /// @inheritdoc IERC7579Module
    /// @dev `data` is empty, or `abi.encode(agent, policyHash)` to grant a policy at once. Grants that are still there,
    /// because an account has swallowed a failing `onUninstall`, are cleared first (INV-12); versions, numbers and meters
    /// are kept.
    function onInstall(bytes calldata data) external {
        if (data.length != 0 && data.length != 64) revert InstallDataInvalid(data.length);
        _clear(msg.sender);
        _registries[msg.sender].installed = true;
        _registries[msg.sender].relaying = false;
        if (data.length == 64) {
            (address agent, bytes32 policyHash) = abi.decode(data, (address, bytes32));
            _grant(msg.sender, agent, policyHash, _grants[agent][msg.sender].word.version());
        }
    }

    /// @inheritdoc IERC7579Module
    /// @dev INV-12: never reverts, whatever the data and whatever the state. Clears every grant of the account; versions,
    /// numbers and meters are kept.
    function onUninstall(bytes calldata) external {
        _clear(msg.sender);
        _registries[msg.sender].installed = false;
        _registries[msg.sender].relaying = false;
    }

    /// @inheritdoc IERC7579Module
    /// @dev A validator and nothing else. Warning: if it were a hook (type 4) too, some accounts would let anybody through.
    function isModuleType(uint256 moduleTypeId) external pure returns (bool) {
        return moduleTypeId == MODULE_TYPE_VALIDATOR;
    }

    /// @inheritdoc IPolicyValidator
    function isInitialized(address account) external view returns (bool) {
        return _registries[account].installed;
    }

    /* VALIDATION */

    /// @inheritdoc IERC7579Validator
    /// @dev INV-1: returns success only for a window and an operation that the agent has signed. A wrong signature is
    /// returned, not reverted (ERC-4337), and then neither gas nor approvals that are there deny anything, so that gas can be
    /// estimated with stubs. Everything else that the policy forbids reverts with an error of `IPolicyErrors`. Charges are written before
    /// anything runs (INV-2): operations of one bundle see each other's.
    function validateUserOp(PackedUserOperation calldata userOp, bytes32 userOpHash) external returns (uint256) {
        if (msg.sender != userOp.sender) revert SenderMismatch(userOp.sender, msg.sender);
        bytes calldata signature = userOp.read(UserOperations.SIGNATURE);
        if (signature.length < Signatures.SIZE) revert SignatureLengthInvalid(signature.length);
        uint256 signed = Signatures.head(signature);
        address agent = address(uint160(signed >> 96));

        GrantSlot storage slot = _grants[agent][msg.sender];
        GrantWord grant_ = slot.word;
        if (grant_.policy() == address(0)) revert AgentNotGranted(msg.sender, agent);
        if (grant_.frozen()) revert AgentFrozen(msg.sender, agent);

        Policy policy = PolicyReader.load(grant_.policy());
        if (signature.length != Signatures.SIZE) Approvals.checkSize(policy, signature.length);
        Operation memory operation = Operations.create(policy, msg.sender, address(policyStore));
        operation.agent = agent;
        operation.agentNumber = grant_.number();
        operation.validAfter = uint48(signed >> 48);
        operation.validUntil = uint48(signed);
        operation.lenient = !Signatures.isSigned(signature, userOpHash, _domainSeparatorV4());
        Clock.check(policy, operation.validAfter, operation.validUntil);
        Envelope.check(policy, userOp, userOp.read(UserOperations.PAYMASTER_AND_DATA), operation.store);
        Calls.check(operation, userOp.read(UserOperations.CALL_DATA));
        slot.word = _chargeGas(grant_, operation, userOp);
        Meters.charge(_meters, operation);
        if (operation.tier != 0) _applyTier(operation, userOp, userOpHash, grant_.version());

        // `authorizer(20) ‖ validUntil(6) ‖ validAfter(6)` from the lowest bit; authorizer 1 is SIG_VALIDATION_FAILED.
        return (operation.validAfter << 208) | (operation.validUntil << 160) | (operation.lenient ? 1 : 0);
    }

    /// @inheritdoc IERC7579Validator
    /// @dev INV-11: an agent's signature authorises no message. A message cannot be metered, and some accounts take a
    /// validator's answer for the owner's.
    function isValidSignatureWithSender(address, bytes32, bytes calldata) external pure returns (bytes4) {
        return SIGNATURE_REFUSED;
    }

    /* EXECUTION */

    /// @inheritdoc IPolicyValidator
    function settle(Charge[] calldata charges) external {
        for (uint256 i; i < charges.length; ++i) {
            Settlement.settle(_meters[charges[i].meterId][msg.sender], charges[i].charge);
        }
    }

    /* TIERS */

    /// @inheritdoc IPolicyValidator
    /// @dev INV-36: stores the version that the grant has now, and the time from which the calls may run.
    function announce(address agent, bytes32 callsHash, bytes calldata calls) external {
        GrantWord word = _grants[agent][msg.sender].word;
        if (word.policy() == address(0)) revert AgentNotGranted(msg.sender, agent);
        if (word.frozen()) revert AgentFrozen(msg.sender, agent);
        Announcement storage announcement = _announcements[Announcements.key(agent, callsHash)][msg.sender];
        (uint256 due, uint256 expires) = announcement.announce(PolicyReader.load(word.policy()), word.version());
        emit CallsAnnounced(msg.sender, agent, callsHash, due, expires, calls);
    }

    /// @inheritdoc IPolicyValidator
    /// @dev INV-18: beside a freeze, the one thing that a guardian may do.
    function cancelAnnouncement(address account, address agent, bytes32 callsHash) external {
        if (msg.sender != account && msg.sender != _guardian(account, agent)) {
            revert CancelNotAuthorized(account, agent);
        }
        Announcement storage announcement = _announcements[Announcements.key(agent, callsHash)][account];
        if (announcement.word == 0) revert AnnouncementUnknown(account, agent, callsHash);
        announcement.word = 0;
        emit AnnouncementCancelled(account, agent, callsHash, msg.sender);
    }

    /// @inheritdoc IPolicyValidator
    function setApproval(address account, bytes32 digest, bool approved) external {
        _approvals[Approvals.key(msg.sender, digest)][account].word = approved ? 1 : 0;
        emit ApprovalSet(account, msg.sender, digest, approved);
    }

    /* OWNER'S LEVERS */

    /// @inheritdoc IPolicyValidator
    function grant(address agent, bytes32 policyHash, uint16 expectedVersion) external {
        _requireInstalled(msg.sender);
        _grant(msg.sender, agent, policyHash, expectedVersion);
    }

    /// @inheritdoc IPolicyValidator
    function revoke(address agent, uint16 expectedVersion) external {
        _revoke(msg.sender, agent, expectedVersion);
    }

    /// @inheritdoc IPolicyValidator
    function freeze(address agent, uint16 expectedVersion) external {
        _freeze(msg.sender, agent, expectedVersion, msg.sender);
    }

    /// @inheritdoc IPolicyValidator
    function unfreeze(address agent, uint16 expectedVersion) external {
        _unfreeze(msg.sender, agent, expectedVersion);
    }

    /// @inheritdoc IPolicyValidator
    function rotate(address agent, address newAgent, uint16 expectedVersion) external {
        _rotate(msg.sender, agent, newAgent, expectedVersion);
    }

    /// @inheritdoc IPolicyValidator
    function freezeAll() external {
        address[] memory agents = _registries[msg.sender].list();
        for (uint256 i; i < agents.length; ++i) {
            GrantWord word = _grants[agents[i]][msg.sender].word;
            if (word.frozen()) continue;
            word = _raise(word).withFrozen(true);
            _grants[agents[i]][msg.sender].word = word;
            emit AgentFroze(msg.sender, agents[i], msg.sender, word.version());
        }
    }

    /// @inheritdoc IPolicyValidator
    function setRelaying(bool enabled) external {
        _requireInstalled(msg.sender);
        _registries[msg.sender].relaying = enabled;
        emit RelayingSet(msg.sender, enabled);
    }

    /// @inheritdoc IPolicyValidator
    /// @dev INV-16: what the owner has signed is hashed from the policy's own bytes, whatever the relayer says.
    function pull(Lever calldata lever, bytes calldata signature) external {
        address account = lever.account;
        _requireInstalled(account);
        if (!_registries[account].relaying) revert RelayingDisabled(account);
        if (block.timestamp > lever.deadline) revert LeverExpired(lever.deadline);
        bytes32 action = keccak256(bytes(lever.action));
        // What an act has no use for must not be there: the owner would have read it.
        if (
            (action != Levers.GRANT && lever.policyHash != 0) ||
            (action != Levers.ROTATE && lever.newAgent != address(0))
        ) revert LeverInvalid(lever.action);
        Policy policy = Levers.NO_POLICY;
        if (action == Levers.GRANT) policy = PolicyReader.load(_blob(lever.policyHash));
        bytes32 digest = _hashTypedDataV4(Levers.hash(lever, policy));
        if (IERC1271(account).isValidSignature(digest, signature) != IERC1271.isValidSignature.selector) {
            revert LeverNotAuthorized(account);
        }

        if (action == Levers.GRANT) {
            _grant(account, lever.agent, lever.policyHash, lever.version);
        } else if (action == Levers.REVOKE) {
            _revoke(account, lever.agent, lever.version);
        } else if (action == Levers.FREEZE) {
            _freeze(account, lever.agent, lever.version, account);
        } else if (action == Levers.UNFREEZE) {
            _unfreeze(account, lever.agent, lever.version);
        } else if (action == Levers.ROTATE) {
            _rotate(account, lever.agent, lever.newAgent, lever.version);
        } else {
            revert LeverInvalid(lever.action);
        }
    }

    /// @inheritdoc IPolicyValidator
    /// @dev INV-18.
    function freezeFor(address account, address agent, uint16 expectedVersion, bytes calldata signature) external {
        GrantWord word = _grants[agent][account].word;
        if (word.policy() == address(0)) revert AgentNotGranted(account, agent);
        address guardian = _guardian(account, agent);
        address by;
        if (signature.length == 0) {
            if (msg.sender == agent || msg.sender == guardian) by = msg.sender;
        } else {
            bytes32 digest = _hashTypedDataV4(Levers.hashFreeze(account, agent, expectedVersion));
            (address signer, , ) = ECDSA.tryRecoverCalldata(digest, signature);
            // A key's own signature counts, though EIP-7702 may have given the key code that says otherwise. A contract is
            // asked; the agent's last, which may burn whatever gas it is given.
            if (signer != address(0) && (signer == agent || signer == guardian)) by = signer;
            else if (SignatureChecker.isValidERC1271SignatureNowCalldata(guardian, digest, signature)) by = guardian;
            else if (SignatureChecker.isValidERC1271SignatureNowCalldata(agent, digest, signature)) by = agent;
        }
        // No guardian is the zero address, for which nobody calls or signs.
        if (by == address(0)) revert FreezeNotAuthorized(account, agent);
        // What is frozen stays so. Raising its version again would let an agent spoil the owner's next act, and use up
        // its versions.
        if (!word.frozen()) _freeze(account, agent, expectedVersion, by);
    }

    /* VIEWS */

    /// @inheritdoc IPolicyValidator
    function getAnnouncement(
        address account,
        address agent,
        bytes32 callsHash
    ) external view returns (AnnouncementState memory) {
        (uint256 due, uint256 expires, uint256 version) = _announcements[Announcements.key(agent, callsHash)][account]
            .read();
        // Safe casts: fields of 48, 48 and 16 bits.
        return AnnouncementState({due: uint48(due), expires: uint48(expires), version: uint16(version)});
    }

    /// @inheritdoc IPolicyValidator
    function isApproved(address account, address approver, bytes32 digest) external view returns (bool) {
        return _approvals[Approvals.key(approver, digest)][account].word != 0;
    }

    /// @inheritdoc IPolicyValidator
    function isRelayingEnabled(address account) external view returns (bool) {
        return _registries[account].relaying;
    }

    /// @inheritdoc IPolicyValidator
    function getGrant(address account, address agent) external view returns (Grant memory) {
        GrantWord word = _grants[agent][account].word;
        return
            Grant({
                policy: word.policy(),
                // Safe casts: fields of 16 bits.
                version: uint16(word.version()),
                number: uint16(word.number()),
                frozen: word.frozen(),
                gasSpent: word.gasSpent() * 10 ** word.gasExponent(),
                gasPeriod: word.gasPeriod()
            });
    }

    /// @inheritdoc IPolicyValidator
    function getAgents(address account) external view returns (address[] memory) {
        return _registries[account].list();
    }

    /// @inheritdoc IPolicyValidator
    function getMeter(address account, bytes32 meterId, uint256 index) external view returns (uint256 word) {
        Meter storage meter = _meters[meterId][account];
        assembly ("memory-safe") {
            word := sload(add(meter.slot, index))
        }
    }

    /* INTERNAL */

    /// @dev Denies the operation unless it has what its tier asks for: nothing, an announcement that is due, or approvals.
    function _applyTier(
        Operation memory operation,
        PackedUserOperation calldata userOp,
        bytes32 userOpHash,
        uint256 version
    ) internal {
        address agent = operation.agent;
        emit TierReached(msg.sender, agent, userOpHash, operation.tier);
        if (operation.tier == PolicyFormat.ACTION_NOTIFY) return;

        bytes32 callsHash = CallHashes.hash(operation, userOp.read(UserOperations.CALL_DATA));
        if (operation.tier == PolicyFormat.ACTION_DELAY) {
            // An announcement has nothing to wait for.
            if (Announcements.announces(operation)) return;
            _announcements[Announcements.key(agent, callsHash)][msg.sender].take(operation, callsHash, version);
            return;
        }
        bytes calldata tail = userOp.read(UserOperations.SIGNATURE)[Signatures.SIZE:];
        if (tail.length == 0) revert ApprovalRequired(callsHash, Approvals.threshold(operation.policy));
        uint256 nonce = userOp.nonce;
        bytes32 digest = _hashTypedDataV4(Approvals.hash(operation, callsHash, nonce, Approvals.deadlineOf(tail)));
        Approvals.check(_approvals, operation, tail, digest);
        ApprovalMark storage used = _approvals[Approvals.usedKey(agent, callsHash, nonce)][msg.sender];
        if (used.word != 0) revert ApprovalUsed(callsHash, nonce);
        used.word = 1;
    }

    /// @dev Guardian that the agent's policy names; zero where there is none, or no policy.
    function _guardian(address account, address agent) internal view returns (address) {
        GrantWord word = _grants[agent][account].word;
        if (word.policy() == address(0)) return address(0);
        return address(uint160(PolicyReader.load(word.policy()).field(PolicyFormat.GUARDIAN_OFFSET, 20)));
    }

    /// @dev Charges the operation's gas, and returns the grant with what is then spent.
    function _chargeGas(
        GrantWord grant_,
        Operation memory operation,
        PackedUserOperation calldata userOp
    ) internal pure returns (GrantWord) {
        Policy policy = operation.policy;
        (uint256 gas, uint256 cost) = GasMeter.prefund(userOp, userOp.read(UserOperations.PAYMASTER_AND_DATA));
        if (!operation.lenient) GasMeter.checkCaps(policy, userOp, gas);
        uint256 gasAsset = policy.field(PolicyFormat.GAS_ASSET_OFFSET, 1);
        if (gasAsset != 0) operation.totals.add(0, gasAsset - 1, cost);
        return GasMeter.charge(grant_, policy, cost, operation.validAfter, operation.validUntil, operation.lenient);
    }

    function _grant(address account, address agent, bytes32 policyHash, uint256 expectedVersion) internal {
        _checkAgent(account, agent);
        GrantWord word = _grants[agent][account].word;
        if (word.version() != expectedVersion) revert VersionMismatch(expectedVersion, word.version());
        address blob = _blob(policyHash);
        uint256 chainId = PolicyReader.load(blob).field(PolicyFormat.CHAIN_ID_OFFSET, 8);
        if (chainId != block.chainid) revert PolicyForOtherChain(chainId, block.chainid);
        _checkTargets(account, policyHash);

        AgentRegistry storage registry = _registries[account];
        if (word.policy() == address(0)) registry.add(agent);
        if (word.number() == 0) word = word.withNumber(++registry.lastNumber);
        word = word.withPolicy(blob).withVersion(_increment(word.version()));
        _grants[agent][account].word = word;
        emit AgentGranted(account, agent, policyHash, word.version(), word.number());
    }

    /// @dev Address of a policy that is published.
    function _blob(bytes32 policyHash) internal view returns (address) {
        if (!policyStore.isPublished(policyHash, PolicyFormat.KIND_POLICY)) revert PolicyNotPublished(policyHash);
        return policyStore.getAddress(policyHash);
    }

    function _revoke(address account, address agent, uint256 expectedVersion) internal {
        GrantWord word = _raise(_expect(account, agent, expectedVersion));
        _registries[account].remove(agent);
        _grants[agent][account].word = word.withPolicy(address(0));
        emit AgentRevoked(account, agent, word.version());
    }

    function _freeze(address account, address agent, uint256 expectedVersion, address by) internal {
        GrantWord word = _raise(_expect(account, agent, expectedVersion)).withFrozen(true);
        _grants[agent][account].word = word;
        emit AgentFroze(account, agent, by, word.version());
    }

    function _unfreeze(address account, address agent, uint256 expectedVersion) internal {
        GrantWord word = _next(account, agent, expectedVersion);
        _grants[agent][account].word = word.withFrozen(false);
        emit AgentUnfroze(account, agent, word.version());
    }

    function _rotate(address account, address agent, address newAgent, uint256 expectedVersion) internal {
        GrantWord word = _next(account, agent, expectedVersion);
        _checkAgent(account, newAgent);
        // A key that has a number has meters of its own, which must not be lost or mixed with these.
        if (_grants[newAgent][account].word.number() != 0) revert AgentInvalid(newAgent);

        _grants[agent][account].word = word.retire();
        _grants[newAgent][account].word = word;
        _registries[account].replace(agent, newAgent);
        emit AgentRotated(account, agent, newAgent, word.version());
    }

    /// @dev INV-5: no policy reaches what could change the account, this module, or what the account has at an EntryPoint.
    function _checkTargets(address account, bytes32 policyHash) internal view {
        address[] memory targets = new address[](3);
        targets[0] = account;
        targets[1] = address(this);
        // Not every account has this function. Those that do say which EntryPoint they trust, canonical or not.
        (bool success, bytes memory result) = account.staticcall(abi.encodeWithSignature("entryPoint()"));
        if (success && result.length == 32) targets[2] = address(uint160(uint256(bytes32(result))));
        address target = policyStore.findTarget(policyHash, targets);
        if (target != address(0)) revert TargetForbidden(target);
    }

    /// @dev Takes every grant of the account away.
    function _clear(address account) internal {
        AgentRegistry storage registry = _registries[account];
        address[] memory agents = registry.list();
        for (uint256 i; i < agents.length; ++i) {
            GrantWord word = _raise(_grants[agents[i]][account].word);
            _grants[agents[i]][account].word = word.withPolicy(address(0));
            emit AgentRevoked(account, agents[i], word.version());
            delete registry.agents[i];
        }
        registry.count = 0;
    }

    /// @dev The agent's grant, once the owner's act is known to be for the version it has.
    function _expect(address account, address agent, uint256 expectedVersion) internal view returns (GrantWord word) {
        word = _grants[agent][account].word;
        if (word.policy() == address(0)) revert AgentNotGranted(account, agent);
        if (word.version() != expectedVersion) revert VersionMismatch(expectedVersion, word.version());
    }

    /// @dev The same with its version raised.
    function _next(address account, address agent, uint256 expectedVersion) internal view returns (GrantWord word) {
        word = _expect(account, agent, expectedVersion);
        return word.withVersion(_increment(word.version()));
    }

    /// @dev The grant with its version raised; as it is where versions have run out, so that nothing keeps the owner from
    /// freezing, revoking and uninstalling. Warning: only for acts that take something away, since what was signed for the
    /// last version can then be used again.
    function _raise(GrantWord word) internal pure returns (GrantWord) {
        uint256 version = word.version();
        return version == type(uint16).max ? word : word.withVersion(version + 1);
    }

    /// @dev Versions never come again: when they run out, the agent's key can be frozen or revoked, and nothing else.
    function _increment(uint256 version) internal pure returns (uint256) {
        return uint256(uint16(version) + uint16(1));
    }

    function _requireInstalled(address account) internal view {
        if (!_registries[account].installed) revert NotInstalled(account);
    }

    function _checkAgent(address account, address agent) internal view {
        if (
            agent == address(0) ||
            agent == account ||
            agent == address(this) ||
            agent == address(policyStore) ||
            _grants[agent][account].word.retired()
        ) revert AgentInvalid(agent);
    }
}
