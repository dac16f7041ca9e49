// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {PackedUserOperation} from "@openzeppelin/contracts/interfaces/IERC4337.sol";
import {Charge, Lever} from "../../../contracts/interfaces/IPolicyValidator.sol";
import {vm} from "../Vm.sol";
import {Ghost} from "./Ghost.sol";
import {GhostAccount} from "./GhostAccount.sol";
import {GhostCodec} from "./GhostCodec.sol";
import {GhostCrowds} from "./GhostCrowds.sol";
import {Attempt} from "./GhostIntruder.sol";
import {GhostRandom, Random} from "./GhostRandom.sol";
import {GhostOperation, GhostPolicy} from "./GhostTypes.sol";

/// @title GhostIntrusions
/// @notice What strangers call between operations, and what tokens and recipients call while one executes: the model knows of none
/// of it.
abstract contract GhostIntrusions is GhostCrowds {
    using GhostRandom for Random;

    /// @dev What strangers, and the account itself out of turn, can call changes nothing.
    function _disturb(Random memory random, address account, address agent) internal {
        Ghost.Agent memory found = _modelAgentOf(account, agent);
        Charge[] memory charges = _anyCharges(random, found);
        vm.prank(random.chance(50) ? account : address(uint160(random.word())));
        VALIDATOR.settle(charges);

        // Whoever calls, an operation is its sender's to have validated.
        GhostOperation memory op = _drawOperation(random, account, agent);
        op.settle = 0;
        (PackedUserOperation memory packed, bytes32 hash) = _pack(op);
        vm.prank(random.chance(50) ? agent : address(uint160(random.word())));
        (bool success, ) = address(VALIDATOR).call(abi.encodeCall(VALIDATOR.validateUserOp, (packed, hash)));
        _require(!success, "validateUserOp");

        // Nobody else freezes, by a call or with a signature.
        bytes memory signature =
            random.chance(50) ? bytes("") : abi.encodePacked(random.word(), random.word(), uint8(27));
        (success, ) = address(VALIDATOR).call(
            abi.encodeCall(VALIDATOR.freezeFor, (account, agent, uint16(found.version), signature))
        );
        _require(!success, "freezeFor");
    }

    /// @dev Has tokens and recipients call whatever may know of the account or the agent.
    function _arm(Random memory random, address account, address agent) internal {
        Ghost.Agent memory found = _modelAgentOf(account, agent);
        uint16 version = uint16(found.version);
        GhostOperation memory op = _drawOperation(random, account, agent);
        op.settle = 0;
        (PackedUserOperation memory packed, bytes32 hash) = _pack(op);
        GhostOperation[] memory ops = new GhostOperation[](1);
        ops[0] = op;

        Attempt[] memory attempts = new Attempt[](12);
        uint256 count;
        attempts[count++] = _must(
            true,
            address(VALIDATOR),
            abi.encodeCall(VALIDATOR.settle, (_anyCharges(random, found)))
        );
        attempts[count++] = _must(false, address(VALIDATOR), abi.encodeCall(VALIDATOR.validateUserOp, (packed, hash)));
        attempts[count++] = _must(
            false,
            address(VALIDATOR),
            abi.encodeCall(VALIDATOR.freezeFor, (account, agent, version, ""))
        );
        Lever memory lever;
        (lever.action, lever.account, lever.agent, lever.version) = ("Unfreeze", account, agent, found.version);
        lever.deadline = block.timestamp + 2 hours;
        attempts[count++] = _must(false, address(VALIDATOR), abi.encodeCall(VALIDATOR.pull, (lever, "")));
        attempts[count++] = _must(
            false,
            account,
            abi.encodeCall(GhostAccount(payable(account)).validateUserOp, (packed, hash, 0))
        );
        attempts[count++] = _must(
            false,
            account,
            abi.encodeWithSignature(
                "execute(bytes32,bytes)",
                0,
                abi.encodePacked(VALIDATOR, uint256(0), abi.encodeCall(VALIDATOR.freezeAll, ()))
            )
        );
        attempts[count++] = _must(false, address(this), abi.encodeWithSelector(this.handleOps.selector, ops));
        // As itself, an intruder may be an account as well.
        if (random.chance(30)) attempts[count++] = _may(abi.encodeCall(VALIDATOR.onInstall, ("")));
        bytes[6] memory acts = [
            abi.encodeCall(VALIDATOR.freezeAll, ()),
            abi.encodeCall(VALIDATOR.freeze, (agent, version)),
            abi.encodeCall(VALIDATOR.grant, (agent, found.policyHash, random.chance(50) ? 0 : version)),
            abi.encodeCall(VALIDATOR.revoke, (agent, version)),
            abi.encodeCall(VALIDATOR.announce, (agent, hash, "")),
            abi.encodeCall(VALIDATOR.setRelaying, (true))
        ];
        for (uint256 i; i < 4; ++i) attempts[count++] = _may(acts[random.below(acts.length)]);
        assembly ("memory-safe") {
            mstore(attempts, count)
        }
        INTRUDER.arm(attempts);
    }

    /// @dev Ends the intrusions, and looks whether all went as it must.
    function _disarm() internal {
        _require(INTRUDER.broken() == 0, "intruder");
        INTRUDER.arm(new Attempt[](0));
    }

    function _must(bool succeed, address target, bytes memory data) private pure returns (Attempt memory) {
        return Attempt({target: target, mustFail: !succeed, mustSucceed: succeed, data: data});
    }

    function _may(bytes memory data) private view returns (Attempt memory) {
        return Attempt({target: address(VALIDATOR), mustFail: false, mustSucceed: false, data: data});
    }

    /// @dev One for each of the agent's meters, and one of nothing.
    function _anyCharges(
        Random memory random,
        Ghost.Agent memory found
    ) private view returns (Charge[] memory charges) {
        GhostPolicy memory policy = _modelPolicyOf(found.policyHash);
        charges = new Charge[](policy.limits.length + 1);
        for (uint256 i; i < policy.limits.length; ++i) {
            charges[i] = Charge({
                meterId: GhostCodec.meterId(policy, policy.limits[i], found.number),
                charge: ((random.chance(50) ? random.word() : block.timestamp / 1 days) << 128) | random.below(1000)
            });
        }
        charges[policy.limits.length].charge = random.word();
    }
}
