// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPolicyValidator} from "../interfaces/IPolicyValidator.sol";

/// @dev Agents of one account. 33 words, so that all of it is storage associated with the account (ERC-7562).
struct AgentRegistry {
    /// @dev Whether the module is installed on the account.
    bool installed;
    /// @dev Whether signed levers may be relayed.
    bool relaying;
    /// @dev How many of `agents` are in use.
    uint8 count;
    /// @dev Number that the last new agent was given. Numbers begin at 1 and are never given again.
    uint16 lastNumber;
    /// @dev Agents with a grant.
    address[32] agents;
}

using Agents for AgentRegistry global;

/// @title Agents
/// @notice Keeps the list of an account's agents.
library Agents {
    uint256 internal constant MAX_AGENTS = 32;

    /// @notice Appends an agent. Reverts with `TooManyAgents`.
    /// @dev The agent must not be in the list.
    function add(AgentRegistry storage registry, address agent) internal {
        uint256 count = registry.count;
        if (count == MAX_AGENTS) revert IPolicyValidator.TooManyAgents(MAX_AGENTS);
        registry.agents[count] = agent;
        // Safe cast: at most 32.
        registry.count = uint8(count + 1);
    }

    /// @notice Removes an agent; the last one takes its place.
    /// @dev The agent must be in the list.
    function remove(AgentRegistry storage registry, address agent) internal {
        uint256 last = uint256(registry.count) - 1;
        registry.agents[_indexOf(registry, agent)] = registry.agents[last];
        delete registry.agents[last];
        // Safe cast: at most 31.
        registry.count = uint8(last);
    }

    /// @notice Puts `newAgent` in the place of `agent`, which must be in the list.
    function replace(AgentRegistry storage registry, address agent, address newAgent) internal {
        registry.agents[_indexOf(registry, agent)] = newAgent;
    }

    /// @notice Returns the agents in the list.
    function list(AgentRegistry storage registry) internal view returns (address[] memory agents) {
        agents = new address[](registry.count);
        for (uint256 i; i < agents.length; ++i) {
            agents[i] = registry.agents[i];
        }
    }

    function _indexOf(AgentRegistry storage registry, address agent) private view returns (uint256 index) {
        while (registry.agents[index] != agent) ++index;
    }
}
