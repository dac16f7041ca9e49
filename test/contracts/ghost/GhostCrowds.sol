// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Lever} from "../../../contracts/interfaces/IPolicyValidator.sol";
import {Act, GhostActs} from "./GhostActs.sol";
import {GhostRandom, Random} from "./GhostRandom.sol";

/// @title GhostCrowds
/// @notice Fills an account with as many agents as it may have, and empties it again.
abstract contract GhostCrowds is GhostActs {
    using GhostRandom for Random;

    uint256 private constant MOST = 32;

    /// @dev How often an account was full.
    uint256 internal _crowds;

    function _crowd(Random memory random, address account) internal {
        if (_modelAccountOf(account).agents.length > MOST / 4 && random.chance(70)) return _thin(random, account);
        bytes32 policyHash;
        do (policyHash, ) = _drawPolicy(random); while (!_modelIsGrantable(account, policyHash));
        while (_modelAccountOf(account).agents.length < MOST) {
            _require(_do(Act.GRANT, account, _newKey(), policyHash), "one of a crowd");
        }
        ++_crowds;
        // One more there is not, but what is there is replaced and handed on.
        _require(!_do(Act.GRANT, account, _newKey(), policyHash), "one more");
        _require(_do(Act.GRANT, account, _anyAgent(random, account), policyHash), "in place of another");
        _require(_do(Act.ROTATE, account, _anyAgent(random, account), 0), "rotated");
        _require(!_do(Act.GRANT, account, _newKey(), policyHash), "one more");
        if (random.chance(30)) return;
        _require(_do(Act.REVOKE, account, _anyAgent(random, account), 0), "revoked");
        _require(_do(Act.GRANT, account, _newKey(), policyHash), "into the gap");
        _require(!_do(Act.GRANT, account, _newKey(), policyHash), "one more");
    }

    function _thin(Random memory random, address account) private {
        uint256 left = random.below(4);
        while (_modelAccountOf(account).agents.length > left) {
            _require(_do(Act.REVOKE, account, _anyAgent(random, account), 0), "revoked");
        }
    }

    function _anyAgent(Random memory random, address account) private view returns (address) {
        address[] memory agents = _modelAccountOf(account).agents;
        return agents[random.below(agents.length)];
    }

    function _do(uint256 kind, address account, address agent, bytes32 policyHash) private returns (bool) {
        Lever memory lever;
        (lever.account, lever.agent, lever.policyHash) = (account, agent, policyHash);
        lever.version = _modelAgentOf(account, agent).version;
        if (kind == Act.ROTATE) lever.newAgent = _newKey();
        return _sendLever(kind, lever);
    }
}
