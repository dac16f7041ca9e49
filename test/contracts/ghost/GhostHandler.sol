// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {PolicyLens, Usage} from "../../../contracts/PolicyLens.sol";
import {Grant} from "../../../contracts/interfaces/IPolicyValidator.sol";
import {vm} from "../Vm.sol";
import {Ghost} from "./Ghost.sol";
import {GhostCalendar} from "./GhostCalendar.sol";
import {GhostIntrusions} from "./GhostIntrusions.sol";
import {Coverage} from "./GhostOperations.sol";
import {GhostRandom, Random} from "./GhostRandom.sol";
import {GhostOperation, GhostPolicy} from "./GhostTypes.sol";

/// @title GhostHandler
/// @notice Takes one random step at a time, each in a transaction of its own, and compares validator and model after it.
contract GhostHandler is GhostIntrusions {
    using GhostRandom for Random;

    PolicyLens private immutable LENS = new PolicyLens();

    uint256 private _steps;
    mapping(address account => mapping(address agent => uint256)) private _versions;

    /// @notice Lets some time pass, has something happen, and looks at everything that it may have changed.
    function step(uint256 seed) external {
        Random memory random = Random({state: seed});
        _modelBegin();
        if (_waits == 0 || random.chance(40)) _wait(random);
        address account = address(_wallets[random.below(_wallets.length)]);
        address agent = _drawAgent(random, account);
        uint256 kind = random.below(100);
        bool waits;
        (account, agent, waits) = _approach(random, account, agent);
        if (waits) kind = 0;
        // A few agents, whose policies are in force.
        if (_modelAccountOf(account).agents.length < 2 && random.chance(70)) kind = 99;
        if (_isExpired(account, agent) && random.chance(70)) kind = 99;
        if (_agents[account][agent].frozen && random.chance(50)) kind = 80;
        // Each run fills accounts.
        if (_steps % 200 == 150) kind = 98;
        bool intrudes = kind < 80 && random.chance(30);
        if (intrudes) _arm(random, account, agent);
        if (kind < 58) {
            GhostOperation[] memory ops = new GhostOperation[](1);
            ops[0] = _drawOperation(random, account, agent);
            _handle(ops);
        } else if (kind < 80) {
            _handleMany(random, account);
        } else if (kind < 92) {
            // Also for a key that was rotated away long ago.
            if (random.chance(15)) agent = _keys[random.below(_keys.length)];
            if (random.chance(20)) _actOnTiers(random, account, agent);
            else _act(random, account, agent);
        } else if (kind < 98) {
            _disturb(random, account, agent);
        } else if (kind == 98) {
            _crowd(random, account);
        } else {
            if (!_isExpired(account, agent)) agent = _keys[_keys.length - 1 - random.below(AGENTS)];
            _grant(random, account, agent);
        }
        if (intrudes) _disarm();
        // The last of a thousand steps is one of these.
        if (++_steps % 25 == 0) {
            _auditAll(random);
        } else {
            _auditAccount(account);
            _audit(random, account, agent);
        }
    }

    function coverage() external view returns (Coverage memory seen) {
        seen = _coverage;
        (seen.crowds, seen.intrusions) = (_crowds, INTRUDER.intrusions());
        seen.tiers = _tiers;
    }

    function _isExpired(address account, address agent) private view returns (bool) {
        bytes32 policyHash = _agents[account][agent].policyHash;
        return policyHash != 0 && _expires[policyHash] < block.timestamp + 1 hours;
    }

    /// @dev Seconds, hours, days, or to about the next boundary of a period.
    function _wait(Random memory random) private {
        uint256 time = block.timestamp;
        uint256 kind = random.below(100);
        if (kind < 25) return;
        if (kind < 55) time += random.below(60);
        else if (kind < 75) time += random.below(2 hours);
        else if (kind < 80) time += random.below(3 days);
        else if (kind < 82) time += random.below(60 days);
        else time = _boundary(random, time);
        vm.warp(time);
    }

    function _boundary(Random memory random, uint256 time) private pure returns (uint256) {
        uint256[6] memory lengths = [uint256(60), 600, 1 hours, 1 days, 7 days, 1_000_003];
        uint256[3] memory anchors = [uint256(0), 345_600, 1_700_000_017];
        uint256 next;
        if (random.chance(8)) {
            (, , next) = GhostCalendar.month(time);
        } else {
            uint256 length = lengths[random.chance(80) ? random.below(4) : random.below(6)];
            uint256 anchor = anchors[random.below(3)];
            next = anchor + ((time - anchor) / length + 1) * length;
        }
        next = next + random.below(7) - 3;
        return next < time ? time : next;
    }

    /// @dev Mostly an agent that can do something.
    function _drawAgent(Random memory random, address account) private view returns (address agent) {
        address[] memory agents = _modelAccountOf(account).agents;
        for (uint256 i; i < 2; ++i) {
            if (agents.length == 0 || random.chance(3)) {
                return _keys[random.chance(70) ? _keys.length - 1 - random.below(AGENTS) : random.below(_keys.length)];
            }
            agent = agents[random.below(agents.length)];
            if (!_agents[account][agent].frozen) return agent;
        }
    }

    /// @dev Several operations in one transaction: in one bundle, or in two.
    function _handleMany(Random memory random, address account) private {
        uint256 bundles = random.chance(80) ? 1 : 2;
        address agent = _drawAgent(random, account);
        for (uint256 i; i < bundles; ++i) {
            GhostOperation[] memory ops = new GhostOperation[](random.between(2, 3));
            for (uint256 j; j < ops.length; ++j) {
                if (random.chance(40)) agent = _drawAgent(random, account);
                if (random.chance(20)) account = address(_wallets[random.below(_wallets.length)]);
                ops[j] = _drawOperation(random, account, agent);
            }
            _handle(ops);
        }
    }

    /// @dev Every agent, the last keys, and one that may be long gone.
    function _auditAll(Random memory random) private {
        for (uint256 i; i < _wallets.length; ++i) {
            address account = address(_wallets[i]);
            address[] memory agents = _auditAccount(account);
            for (uint256 j; j < agents.length; ++j) {
                // Of a crowd, some.
                if (agents.length > 8 && random.chance(75)) _auditGrant(account, agents[j]);
                else _audit(random, account, agents[j]);
            }
            for (uint256 j; j < AGENTS; ++j) _audit(random, account, _keys[_keys.length - 1 - j]);
            _audit(random, account, _keys[random.below(_keys.length)]);
        }
    }

    function _auditAccount(address account) private view returns (address[] memory agents) {
        Ghost.Account memory expected = _modelAccountOf(account);
        agents = VALIDATOR.getAgents(account);
        _require(agents.length == expected.agents.length, "agents");
        for (uint256 i; i < agents.length; ++i) {
            _require(_modelAgentOf(account, agents[i]).policyHash != 0, "agent listed");
            for (uint256 j; j < i; ++j) _require(agents[i] != agents[j], "agent listed twice");
        }
        _require(VALIDATOR.isInitialized(account) == expected.installed, "installed");
        _require(VALIDATOR.isRelayingEnabled(account) == expected.relaying, "relaying");
    }

    function _audit(Random memory random, address account, address agent) private {
        _auditGrant(account, agent);
        _auditTiers(account, agent);
        if (_modelAgentOf(account, agent).policyHash != 0) _auditUsage(random, account, agent);
    }

    function _auditGrant(address account, address agent) private {
        Ghost.Agent memory expected = _modelAgentOf(account, agent);
        Grant memory found = VALIDATOR.getGrant(account, agent);
        _require(found.version >= _versions[account][agent], "version falls");
        _versions[account][agent] = found.version;
        address blob = expected.policyHash == 0 ? address(0) : STORE.getAddress(expected.policyHash);
        _require(found.policy == blob, "policy");
        // Of a key that was rotated away, the text says no more than that it is worth nothing.
        if (expected.retired) return;
        _require(found.version == expected.version, "version");
        _require(found.number == expected.number, "number");
        _require(found.frozen == expected.frozen, "frozen");
        Ghost.GasDay memory gas = _modelGasOf(account, agent);
        if (expected.number == 0) return;
        _require(found.gasPeriod == gas.day, "gas period");
        _require(found.gasSpent == gas.spent, "gas spent");
    }

    function _auditUsage(Random memory random, address account, address agent) private view {
        Ghost.Agent memory expected = _modelAgentOf(account, agent);
        GhostPolicy memory policy = _modelPolicyOf(expected.policyHash);
        uint256 time = block.timestamp + (random.chance(50) ? 0 : random.below(3 hours));
        Usage[] memory usages = LENS.getUsage(VALIDATOR, account, agent, uint48(time));
        _require(usages.length == policy.limits.length, "usages");
        for (uint256 i; i < usages.length; ++i) {
            (uint256 low, uint256 high, uint256 resetsAt) = _modelUsage(account, expected.number, policy, i, time);
            _require(usages[i].amount == policy.limits[i].amount, "usage amount");
            uint256 spent = usages[i].spent;
            if (spent < low || spent > high)
                revert Disagreement("usage", i, low, high, abi.encode(spent, time, policy.limits[i]));
            if (policy.limits[i].kind < 5) _require(usages[i].resetsAt == resetsAt, "usage resets at");
        }
    }
}
