// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {GhostMeters} from "./GhostMeters.sol";
import {GhostRules} from "./GhostRules.sol";
import {GhostPolicy} from "./GhostTypes.sol";

/// @title GhostOwner
/// @notice What the model knows of grants: the owner's acts, in the words of `docs/levers.md` and of the interface.
abstract contract GhostOwner is GhostMeters {
    struct Agent {
        bytes32 policyHash;
        uint256 version;
        uint256 number;
        bool frozen;
        bool retired;
    }

    struct Account {
        bool installed;
        bool relaying;
        uint256 lastNumber;
        address[] agents;
    }

    /// @dev Agents with a grant that an account may have at a time.
    uint256 private constant MOST_AGENTS = 32;

    mapping(address account => mapping(address agent => Agent)) internal _agents;
    mapping(address account => Account) internal _accounts;
    /// @dev Policies as they were before they were bytes, each as the code of a contract.
    mapping(bytes32 policyHash => address) private _policies;

    /// @notice Remembers what a policy says.
    function _modelRemember(bytes32 policyHash, GhostPolicy memory policy) internal {
        bytes memory data = abi.encode(policy);
        bytes memory creationCode = abi.encodePacked(hex"61", uint16(data.length), hex"80600a3d393df3", data);
        address holder;
        assembly ("memory-safe") {
            holder := create(0, add(creationCode, 32), mload(creationCode))
        }
        assert(holder != address(0));
        _policies[policyHash] = holder;
    }

    /// @notice Returns what a policy says; nothing for no policy.
    function _modelPolicyOf(bytes32 policyHash) internal view returns (GhostPolicy memory policy) {
        if (policyHash != 0) policy = abi.decode(_policies[policyHash].code, (GhostPolicy));
    }

    function _modelAgentOf(address account, address agent) internal view returns (Agent memory) {
        return _agents[account][agent];
    }

    function _modelAccountOf(address account) internal view returns (Account memory) {
        return _accounts[account];
    }

    function _modelGasOf(address account, address agent) internal view returns (GasDay memory) {
        return _gas[account][_agents[account][agent].number];
    }

    /* ACTS: what each does where it is allowed. Returns whether it is. */

    function _modelInstall(address account) internal returns (bool) {
        _clear(account);
        _accounts[account].installed = true;
        _accounts[account].relaying = false;
        return true;
    }

    function _modelUninstall(address account) internal {
        _clear(account);
        _accounts[account].installed = false;
        _accounts[account].relaying = false;
    }

    function _modelGrant(address account, address agent, bytes32 policyHash, uint256 version) internal returns (bool) {
        Agent storage found = _agents[account][agent];
        if (!_accounts[account].installed || found.retired || found.version != version) return false;
        if (!_modelIsGrantable(account, policyHash)) return false;
        if (found.policyHash == 0 && _accounts[account].agents.length == MOST_AGENTS) return false;
        if (found.policyHash == 0) _accounts[account].agents.push(agent);
        if (found.number == 0) found.number = ++_accounts[account].lastNumber;
        found.policyHash = policyHash;
        ++found.version;
        return true;
    }

    /// @dev A policy for this chain that does not name the account itself as a target.
    function _modelIsGrantable(address account, bytes32 policyHash) internal view returns (bool) {
        GhostPolicy memory policy = _modelPolicyOf(policyHash);
        return policy.chainId == block.chainid && !GhostRules.names(policy, account);
    }

    function _modelRevoke(address account, address agent, uint256 version) internal returns (bool) {
        Agent storage found = _agents[account][agent];
        if (found.policyHash == 0 || found.version != version) return false;
        found.policyHash = 0;
        ++found.version;
        _strike(account, agent);
        return true;
    }

    function _modelSetFrozen(address account, address agent, uint256 version, bool frozen) internal returns (bool) {
        Agent storage found = _agents[account][agent];
        if (found.policyHash == 0 || found.version != version) return false;
        found.frozen = frozen;
        ++found.version;
        return true;
    }

    function _modelRotate(address account, address agent, address newAgent, uint256 version) internal returns (bool) {
        Agent storage found = _agents[account][agent];
        if (found.policyHash == 0 || found.version != version) return false;
        // Not a key that has or had a grant, nor one that was rotated away.
        if (_agents[account][newAgent].number != 0 || _agents[account][newAgent].retired) return false;
        _agents[account][newAgent] = found;
        ++_agents[account][newAgent].version;
        delete _agents[account][agent];
        _agents[account][agent].retired = true;
        _strike(account, agent);
        _accounts[account].agents.push(newAgent);
        return true;
    }

    function _modelFreezeAll(address account) internal {
        address[] memory agents = _accounts[account].agents;
        for (uint256 i; i < agents.length; ++i) {
            Agent storage found = _agents[account][agents[i]];
            if (found.frozen) continue;
            found.frozen = true;
            ++found.version;
        }
    }

    function _modelSetRelaying(address account, bool enabled) internal returns (bool) {
        if (!_accounts[account].installed) return false;
        _accounts[account].relaying = enabled;
        return true;
    }

    function _clear(address account) private {
        address[] memory agents = _accounts[account].agents;
        for (uint256 i; i < agents.length; ++i) {
            _agents[account][agents[i]].policyHash = 0;
            ++_agents[account][agents[i]].version;
        }
        delete _accounts[account].agents;
    }

    function _strike(address account, address agent) private {
        address[] storage agents = _accounts[account].agents;
        for (uint256 i; i < agents.length; ++i) {
            if (agents[i] != agent) continue;
            agents[i] = agents[agents.length - 1];
            agents.pop();
            return;
        }
    }
}
