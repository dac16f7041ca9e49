// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IPolicyErrors} from "./interfaces/IPolicyErrors.sol";
import {Grant, IPolicyValidator} from "./interfaces/IPolicyValidator.sol";
import {Limit, Limits} from "./libraries/Limits.sol";
import {Meters} from "./libraries/Meters.sol";
import {PolicyFormat} from "./libraries/PolicyFormat.sol";
import {Policy, PolicyReader} from "./libraries/PolicyReader.sol";
import {RollingAmount} from "./libraries/RollingAmount.sol";
import {RollingCount} from "./libraries/RollingCount.sol";

/// @notice How much of one limit is used.
struct Usage {
    /// @dev Most that may be spent in a period, in base units.
    uint256 amount;
    /// @dev Spent in the period, in base units. It may exceed `amount` after the owner has lowered it, and where going beyond
    /// is not denied.
    uint256 spent;
    /// @dev First second of the next period; 0 where there is none.
    uint48 resetsAt;
}

/// @title PolicyLens
/// @author Mandate contributors
/// @notice Says what the meters of a `PolicyValidator` mean.
/// @dev It keeps nothing and nothing trusts it. It needs no deployment: its code can be sent along with an `eth_call`.
contract PolicyLens {
    /// @notice Returns what is used of every limit of the agent's policy, in the policy's order, as it would stand for
    /// an operation that runs at `timestamp`.
    /// @dev Reverts with `AgentNotGranted`. A limit on one operation, or before its anchor, shows nothing spent.
    /// @param validator Module that keeps the meters.
    /// @param account Account whose agent it is.
    /// @param agent Address of the agent's key.
    /// @param timestamp Second at which the operation would run.
    /// @return usages One entry for each limit.
    function getUsage(
        IPolicyValidator validator,
        address account,
        address agent,
        uint48 timestamp
    ) external view returns (Usage[] memory usages) {
        Grant memory grant = validator.getGrant(account, agent);
        if (grant.policy == address(0)) revert IPolicyErrors.AgentNotGranted(account, agent);
        Policy policy = PolicyReader.load(grant.policy);
        (uint256 start, uint256 end) = policy.section(PolicyFormat.SECTION_LIMITS);
        usages = new Usage[]((end - start) / PolicyFormat.LIMIT_SIZE);
        for (uint256 i; i < usages.length; ++i) {
            Limit limit = Limits.read(policy, start + i * PolicyFormat.LIMIT_SIZE);
            bytes32 meterId = limit.meterId(policy, grant.number);
            (uint256 spent, uint256 resetsAt) = _used(validator, account, limit, meterId, timestamp);
            // Safe cast: times below 2^48.
            usages[i] = Usage({amount: limit.amount(), spent: spent, resetsAt: uint48(resetsAt)});
        }
    }

    function _used(
        IPolicyValidator validator,
        address account,
        Limit limit,
        bytes32 meterId,
        uint256 timestamp
    ) private view returns (uint256 spent, uint256 resetsAt) {
        uint256 kind = limit.kind();
        if (kind == PolicyFormat.PERIOD_OPERATION) return (0, 0);
        uint256 word = validator.getMeter(account, meterId, 0);
        if (kind == PolicyFormat.PERIOD_ROLLING_COUNT) {
            return _countUsed(validator, account, limit, meterId, word, timestamp);
        }
        if (kind == PolicyFormat.PERIOD_ROLLING_AMOUNT) return _amountUsed(word, limit.length(), timestamp);
        if (timestamp < limit.anchor()) return (0, limit.anchor());
        uint256 current = Meters.period(limit, 0, timestamp, timestamp);
        if (word >> 128 == current) spent = uint128(word);
        resetsAt = Meters.resetsAt(limit, current);
    }

    /// @dev What is missing from the bucket, rounded up, and when it is full again; 0 where it is.
    function _amountUsed(
        uint256 word,
        uint256 length,
        uint256 timestamp
    ) private pure returns (uint256 amount, uint256 resetsAt) {
        (, uint256 level) = RollingAmount.read(word, length, timestamp);
        if (level == 0) return (0, 0);
        return (Math.ceilDiv(level, 1 << RollingAmount.SCALE_BITS), (word >> 208) + length);
    }

    /// @dev The limit less how many operations could be counted one behind the other, and the first second at which one more
    /// could be; 0 where nothing is used.
    function _countUsed(
        IPolicyValidator validator,
        address account,
        Limit limit,
        bytes32 meterId,
        uint256 number,
        uint256 timestamp
    ) private view returns (uint256 operations, uint256 opensAt) {
        uint256 max = limit.amount();
        for (operations = max; operations != 0; --operations) {
            // The next operation is held against the one `max` before it.
            if (number >= max) {
                (uint256 index, uint256 shift) = RollingCount.locate(number - max);
                // Safe cast: a time of 32 bits.
                uint256 time = uint32(validator.getMeter(account, meterId, index) >> shift);
                if (timestamp < time + limit.length()) return (operations, time + limit.length());
            }
            ++number;
        }
    }
}
