// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Lever} from "../../../contracts/interfaces/IPolicyValidator.sol";
import {vm} from "../Vm.sol";
import {Ghost} from "./Ghost.sol";
import {GhostCodec} from "./GhostCodec.sol";
import {GhostPolicies} from "./GhostPolicies.sol";
import {GhostRandom, Random} from "./GhostRandom.sol";
import {GhostSets} from "./GhostSets.sol";
import {GhostTierActs} from "./GhostTierActs.sol";
import {GhostTierPolicies} from "./GhostTierPolicies.sol";
import {GhostAsset, GhostLimit, GhostPolicy} from "./GhostTypes.sol";

/// @dev What owners do.
library Act {
    uint256 internal constant GRANT = 0;
    uint256 internal constant REVOKE = 1;
    uint256 internal constant FREEZE = 2;
    uint256 internal constant UNFREEZE = 3;
    uint256 internal constant ROTATE = 4;
    uint256 internal constant FREEZE_ALL = 5;
    uint256 internal constant REINSTALL = 6;
    uint256 internal constant INSTALL_TWICE = 7;
    uint256 internal constant RELAYING = 8;
    uint256 internal constant FREEZE_FOR = 9;
    uint256 internal constant REPLAY = 10;
}

/// @title GhostActs
/// @notice Draws what an owner, a guardian or an agent does about a grant, by a call or by a signed lever.
abstract contract GhostActs is GhostTierActs {
    using GhostRandom for Random;

    string private constant CAP_TYPE =
        "LeverCap(uint256 assetKind,address asset,uint256 id,uint256 amount,uint256 action,uint256 period,uint256 length,uint256 anchor,uint256 scope,bytes16 group)";
    string private constant LEVER_TYPE =
        "Lever(string action,address account,address agent,address newAgent,bytes32 policyHash,uint256 version,uint256 expires,LeverCap[] caps,uint256 deadline)";

    /// @dev Last second of each policy.
    mapping(bytes32 policyHash => uint256) internal _expires;
    bytes32[] private _published;
    /// @dev Lever that was pulled before, to be pulled again.
    bytes private _pulled;

    function _act(Random memory random, address account, address agent) internal {
        uint256[12] memory weights = [uint256(43), 5, 4, 16, 6, 1, 3, 2, 8, 6, 6, 0];
        uint256 left = random.below(100);
        uint256 kind;
        while (left >= weights[kind]) left -= weights[kind++];
        // A freeze is lifted on purpose, or few would end.
        Ghost.Agent memory found = _modelAgentOf(account, agent);
        if (found.frozen && found.policyHash != 0 && random.chance(80)) kind = Act.UNFREEZE;
        // Relaying is switched on as well: every installation switches it off.
        Ghost.Account memory state = _modelAccountOf(account);
        if (state.installed && !state.relaying && random.chance(25)) kind = Act.RELAYING;
        bool done = _do(random, kind, account, agent, found);
        if (done) ++_coverage.acts[kind];
        else ++_coverage.refusedActs;
    }

    function _grant(Random memory random, address account, address agent) internal {
        bool done = _pullOrSend(random, Act.GRANT, account, agent, _modelAgentOf(account, agent));
        if (done) ++_coverage.acts[Act.GRANT];
        else ++_coverage.refusedActs;
    }

    function _do(
        Random memory random,
        uint256 kind,
        address account,
        address agent,
        Ghost.Agent memory found
    ) private returns (bool) {
        if (kind == Act.FREEZE_FOR) return _freezeFor(random, account, agent, found);
        if (kind == Act.REPLAY) return _replay();
        if (kind == Act.FREEZE_ALL) {
            _modelFreezeAll(account);
            _require(_send(account, abi.encodeCall(VALIDATOR.freezeAll, ())), "freezeAll");
            return true;
        }
        if (kind == Act.REINSTALL || kind == Act.INSTALL_TWICE) {
            return _install(random, kind == Act.REINSTALL, account, agent, found);
        }
        if (kind == Act.RELAYING) {
            bool enabled = random.chance(70);
            bool allowed = _modelSetRelaying(account, enabled);
            _require(_send(account, abi.encodeCall(VALIDATOR.setRelaying, (enabled))) == allowed, "setRelaying");
            return allowed;
        }
        return _pullOrSend(random, kind, account, agent, found);
    }

    /* LEVERS */

    function _pullOrSend(
        Random memory random,
        uint256 kind,
        address account,
        address agent,
        Ghost.Agent memory found
    ) private returns (bool) {
        Lever memory lever;
        lever.account = account;
        lever.agent = agent;
        lever.version =
            random.chance(95) ? found.version : found.version + random.below(3) - (found.version == 0 ? 0 : 1);
        if (kind == Act.GRANT) {
            lever.action = "Grant";
            (lever.policyHash, ) = _drawPolicy(random);
        } else if (kind == Act.REVOKE) {
            lever.action = "Revoke";
        } else if (kind == Act.FREEZE) {
            lever.action = "Freeze";
        } else if (kind == Act.UNFREEZE) {
            lever.action = "Unfreeze";
        } else {
            lever.action = "Rotate";
            lever.newAgent = random.chance(80) ? _newKey() : _keys[random.below(_keys.length)];
        }
        if (random.chance(35)) return _pull(random, kind, lever);
        return _sendLever(kind, lever);
    }

    /// @dev The act as a call of the account's own. Says whether it is allowed.
    function _sendLever(uint256 kind, Lever memory lever) internal returns (bool allowed) {
        allowed = _model(kind, lever);
        _require(_send(lever.account, _toCall(kind, lever)) == allowed, lever.action);
    }

    /// @dev Pulls a lever that is signed; or one that is not, has expired or shows something else, which does nothing.
    function _pull(Random memory random, uint256 kind, Lever memory lever) private returns (bool allowed) {
        lever.deadline = block.timestamp + random.below(1 hours);
        bool valid = true;
        uint256 fault = random.chance(20) ? random.between(1, 5) : 0;
        if (fault == 2) lever.deadline = block.timestamp - 1;
        if (fault == 3 && kind == Act.ROTATE) lever.policyHash = bytes32(uint256(1));
        else if (fault == 3) lever.newAgent = address(1);
        if (fault != 0) valid = false;
        if (fault != 1) {
            // What the owner is shown of the policy: as it is, or a second or a unit off.
            GhostPolicy memory policy = _modelPolicyOf(kind == Act.GRANT ? lever.policyHash : bytes32(0));
            if (fault == 4) ++policy.validUntil;
            if (fault == 5 && policy.limits.length == 0) ++policy.validUntil;
            if (fault == 5 && policy.limits.length != 0) {
                GhostLimit memory limit = policy.limits[random.below(policy.limits.length)];
                if (random.chance(50)) limit.amount ^= 1;
                else limit.shared = !limit.shared;
            }
            _wallets[lever.account == address(_wallets[0]) ? 0 : 1].sign(_hashTyped(_hash(lever, policy)));
        }
        Ghost.Account memory account = _modelAccountOf(lever.account);
        allowed = valid && account.installed && account.relaying && _model(kind, lever);
        _require(_tryPull(lever) == allowed, "pull");
        if (allowed) {
            ++_coverage.levers;
            _pulled = abi.encode(lever);
        }
    }

    /// @dev A lever works once.
    function _replay() private returns (bool) {
        if (_pulled.length == 0) return false;
        ++_coverage.replays;
        _require(!_tryPull(abi.decode(_pulled, (Lever))), "replay");
        return true;
    }

    function _tryPull(Lever memory lever) private returns (bool success) {
        (success, ) = address(VALIDATOR).call(abi.encodeCall(VALIDATOR.pull, (lever, "")));
    }

    function _model(uint256 kind, Lever memory lever) private returns (bool) {
        (address account, address agent) = (lever.account, lever.agent);
        if (kind == Act.GRANT) return _modelGrant(account, agent, lever.policyHash, lever.version);
        if (kind == Act.REVOKE) return _modelRevoke(account, agent, lever.version);
        if (kind == Act.ROTATE) return _modelRotate(account, agent, lever.newAgent, lever.version);
        return _modelSetFrozen(account, agent, lever.version, kind == Act.FREEZE);
    }

    function _toCall(uint256 kind, Lever memory lever) private view returns (bytes memory) {
        (address agent, uint16 version) = (lever.agent, uint16(lever.version));
        if (kind == Act.GRANT) return abi.encodeCall(VALIDATOR.grant, (agent, lever.policyHash, version));
        if (kind == Act.REVOKE) return abi.encodeCall(VALIDATOR.revoke, (agent, version));
        if (kind == Act.FREEZE) return abi.encodeCall(VALIDATOR.freeze, (agent, version));
        if (kind == Act.UNFREEZE) return abi.encodeCall(VALIDATOR.unfreeze, (agent, version));
        return abi.encodeCall(VALIDATOR.rotate, (agent, lever.newAgent, version));
    }

    /// @dev What is signed shows the policy's last second and all of its limits.
    function _hash(Lever memory lever, GhostPolicy memory policy) private pure returns (bytes32) {
        bytes memory caps;
        for (uint256 i; i < policy.limits.length; ++i) {
            GhostLimit memory limit = policy.limits[i];
            GhostAsset memory asset = policy.assets[limit.asset];
            bytes memory head = abi.encode(
                keccak256(bytes(CAP_TYPE)),
                asset.kind,
                asset.token,
                asset.id,
                limit.amount,
                limit.action
            );
            bytes memory tail = abi.encode(
                limit.kind,
                limit.length,
                limit.anchor,
                (limit.shared ? 1 : 0) + (limit.group == 0 ? 0 : 2),
                limit.group == 0 ? bytes16(0) : policy.groups[limit.group - 1]
            );
            caps = bytes.concat(caps, keccak256(bytes.concat(head, tail)));
        }
        return
            keccak256(
                abi.encode(
                    keccak256(bytes.concat(bytes(LEVER_TYPE), bytes(CAP_TYPE))),
                    keccak256(bytes(lever.action)),
                    lever.account,
                    lever.agent,
                    lever.newAgent,
                    lever.policyHash,
                    lever.version,
                    uint256(policy.validUntil),
                    keccak256(caps),
                    lever.deadline
                )
            );
    }

    /* OTHER ACTS */

    /// @dev By the guardian or the agent, who call or sign; or by somebody who is neither.
    function _freezeFor(
        Random memory random,
        address account,
        address agent,
        Ghost.Agent memory found
    ) private returns (bool) {
        address guardian = _modelPolicyOf(found.policyHash).guardian;
        address by =
            random.chance(50)
                ? GUARDIAN
                : random.chance(70)
                    ? agent
                    : _keys[random.below(_keys.length)];
        bool allowed = found.policyHash != 0 && (by == agent || by == guardian);
        uint16 version = uint16(found.version);
        bytes memory signature;
        if (random.chance(50)) {
            bytes32 typeHash = keccak256("Freeze(address account,address agent,uint256 version)");
            signature = _signMessage(by, keccak256(abi.encode(typeHash, account, agent, version)));
        } else {
            vm.prank(by);
        }
        (bool success, ) = address(VALIDATOR).call(
            abi.encodeCall(VALIDATOR.freezeFor, (account, agent, version, signature))
        );
        _require(success == allowed, "freezeFor");
        // Of an agent that is frozen already it changes nothing.
        if (allowed && !found.frozen) _modelSetFrozen(account, agent, version, true);
        return allowed;
    }

    /// @dev Uninstalls and installs again; or only installs, as on an account that has swallowed a failing uninstallation.
    function _install(
        Random memory random,
        bool uninstalls,
        address account,
        address agent,
        Ghost.Agent memory found
    ) private returns (bool allowed) {
        bytes memory data;
        bytes32 policyHash;
        if (uninstalls) {
            _modelUninstall(account);
            bytes memory rubbish = abi.encode(random.word());
            bool success = _sendTo(
                account,
                account,
                abi.encodeWithSignature(
                    "uninstallModule(uint256,address,bytes)",
                    1,
                    address(VALIDATOR),
                    random.chance(50) ? rubbish : data
                )
            );
            _require(success, "uninstall");
            _require(!VALIDATOR.isInitialized(account) && VALIDATOR.getAgents(account).length == 0, "uninstalled");
            // What is not installed takes no grant.
            (bytes32 hash, ) = _drawPolicy(random);
            uint16 version = VALIDATOR.getGrant(account, agent).version;
            _require(!_send(account, abi.encodeCall(VALIDATOR.grant, (agent, hash, version))), "not installed");
        }
        if (random.chance(50)) {
            (policyHash, ) = _drawPolicy(random);
            bool possible = !found.retired && _modelIsGrantable(account, policyHash);
            if (possible) data = abi.encode(agent, policyHash);
        }
        if (uninstalls) {
            allowed = _sendTo(
                account,
                account,
                abi.encodeWithSignature("installModule(uint256,address,bytes)", 1, address(VALIDATOR), data)
            );
        } else {
            vm.prank(account);
            (allowed, ) = address(VALIDATOR).call(abi.encodeCall(VALIDATOR.onInstall, (data)));
        }
        _require(allowed, "install");
        _modelInstall(account);
        if (data.length != 0) {
            _modelGrant(account, agent, policyHash, _modelAgentOf(account, agent).version);
        }
    }

    /// @dev A new policy, or one that was published before.
    function _drawPolicy(Random memory random) internal returns (bytes32 policyHash, GhostPolicy memory policy) {
        if (_published.length != 0 && random.chance(30)) {
            policyHash = _published[random.below(_published.length)];
            return (policyHash, _modelPolicyOf(policyHash));
        }
        uint192 nonceValue = uint192(uint160(address(VALIDATOR))) << 32;
        policy = GhostPolicies.draw(random, _world, nonceValue, GUARDIAN, PAYMASTER);
        for (uint256 i; i < policy.sets.length; ++i) {
            if (policy.sets[i].apart) STORE.publish(GhostSets.blob(policy.sets[i]));
        }
        GhostTierPolicies.draw(random, policy, _drawApprovers(random));
        bytes memory blob = GhostCodec.encode(policy, _world);
        policyHash = STORE.publish(blob);
        _require(keccak256(STORE.getAddress(policyHash).code) == keccak256(blob), "published bytes");
        _published.push(policyHash);
        _expires[policyHash] = policy.validUntil;
        _modelRemember(policyHash, policy);
    }

    function _send(address account, bytes memory data) private returns (bool) {
        return _sendTo(account, address(VALIDATOR), data);
    }

    /// @dev A call of the account's, as its owner's operation makes it.
    function _sendTo(address account, address target, bytes memory data) private returns (bool success) {
        (success, ) = account.call(
            abi.encodeWithSignature("execute(bytes32,bytes)", 0, abi.encodePacked(target, uint256(0), data))
        );
    }

    function _require(bool condition, string memory what) internal pure {
        if (!condition) revert Disagreement(what, 0, 0, 0, "");
    }
}
