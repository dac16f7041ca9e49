// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC7579Validator} from "@openzeppelin/contracts/interfaces/draft-IERC7579.sol";
import {IPolicyErrors} from "./IPolicyErrors.sol";
import {IPolicyStore} from "./IPolicyStore.sol";

/// @notice What an account has granted to an agent.
struct Grant {
    /// @dev Data contract that holds the policy; zero when there is no grant.
    address policy;
    /// @dev Counts the owner's acts on this agent. Every one names the version it expects.
    uint16 version;
    /// @dev Number of the agent on this account. Given once and kept when the key rotates; meters hang on it.
    uint16 number;
    /// @dev Whether the agent is frozen.
    bool frozen;
    /// @dev Gas spent in `gasPeriod`, in wei (a multiple of the policy's unit).
    uint256 gasSpent;
    /// @dev UTC day that `gasSpent` belongs to, counted from 1970-01-01.
    uint256 gasPeriod;
}

/// @notice One amount that an operation has reserved of a meter.
struct Charge {
    /// @dev Key of the meter, as `docs/policy-format.md` has it.
    bytes32 meterId;
    /// @dev `period(128) ‖ amount(128)`.
    uint256 charge;
}

/// @notice One limit of a policy, as the owner who signs it is shown it.
struct Cap {
    /// @dev Token; zero for the native asset, operations and gas.
    address asset;
    /// @dev Most in one period, in base units.
    uint256 amount;
    /// @dev Kind of period, as `docs/policy-format.md` numbers them.
    uint256 kind;
    /// @dev Length of the period, in seconds; 0 where the kind says it.
    uint256 length;
}

/// @notice An act of the owner, signed instead of sent. EIP-712 shows every field.
struct Lever {
    /// @dev "Grant", "Revoke", "Freeze", "Unfreeze" or "Rotate".
    string action;
    /// @dev Account whose agent it is.
    address account;
    /// @dev Agent that is acted on.
    address agent;
    /// @dev For "Rotate", the new key; zero otherwise.
    address newAgent;
    /// @dev For "Grant", the policy's id; zero otherwise.
    bytes32 policyHash;
    /// @dev Version that the agent has. It serves as nonce.
    uint256 version;
    /// @dev For "Grant", the policy's last second; zero otherwise.
    uint256 expires;
    /// @dev For "Grant", every limit of the policy in its order; empty otherwise.
    Cap[] caps;
    /// @dev Last second at which it may be relayed.
    uint256 deadline;
}

/// @notice How much of one limit is used.
struct Usage {
    /// @dev Most that may be spent in a period, in base units.
    uint256 amount;
    /// @dev Spent in the period, in base units. It may exceed `amount` after the owner has lowered it.
    uint256 spent;
    /// @dev First second of the next period; 0 where there is none.
    uint48 resetsAt;
}

/// @title IPolicyValidator
/// @notice ERC-7579 validator that holds an agent's key to the policy that the account has granted it.
/// @dev Every function that changes a grant is for the account alone (`msg.sender`), and only while the module is
/// installed on it. The agent reaches none of them: no policy can target this module.
interface IPolicyValidator is IERC7579Validator, IPolicyErrors {
    /// @notice The account has granted `agent` a policy, or has replaced the one it had.
    /// @param account Account whose agent it is.
    /// @param agent Address of the agent's key.
    /// @param policyHash Id of the policy in the store.
    /// @param version The agent's version after the act.
    /// @param number Number of the agent on the account.
    event AgentGranted(
        address indexed account,
        address indexed agent,
        bytes32 indexed policyHash,
        uint256 version,
        uint256 number
    );

    /// @notice The account has revoked the agent's grant.
    /// @param account Account whose agent it is.
    /// @param agent Address of the agent's key.
    /// @param version The agent's version after the act.
    event AgentRevoked(address indexed account, address indexed agent, uint256 version);

    /// @notice The agent is frozen, by `by`.
    /// @param account Account whose agent it is.
    /// @param agent Address of the agent's key.
    /// @param by Account, guardian or agent that asked for it.
    /// @param version The agent's version after the act.
    event AgentFroze(address indexed account, address indexed agent, address indexed by, uint256 version);

    /// @notice The account has lifted the freeze.
    /// @param account Account whose agent it is.
    /// @param agent Address of the agent's key.
    /// @param version The agent's version after the act.
    event AgentUnfroze(address indexed account, address indexed agent, uint256 version);

    /// @notice The grant of `agent` is now that of `newAgent`, with everything it has spent.
    /// @param account Account whose agent it is.
    /// @param agent Key that had the grant.
    /// @param newAgent Key that has it now.
    /// @param version The agent's version after the act.
    event AgentRotated(address indexed account, address indexed agent, address indexed newAgent, uint256 version);

    /// @notice The account has switched the relaying of signed levers on or off.
    /// @param account Account whose levers they are.
    /// @param enabled Whether they may be relayed.
    event RelayingSet(address indexed account, bool enabled);

    /// @notice The account does not let signed levers be relayed.
    error RelayingDisabled(address account);

    /// @notice The lever was to be relayed until `deadline`.
    error LeverExpired(uint256 deadline);

    /// @notice The account's ERC-1271 does not accept the signature.
    error LeverNotAuthorized(address account);

    /// @notice The lever names no act, or carries a field that is not of that act.
    error LeverInvalid(string action);

    /// @notice What the lever shows is not what the policy says. `cap` is the first that differs, the number of the policy's
    /// limits where there are more or fewer, or 2^256 - 1 for the policy's last second.
    error HeadlineMismatch(uint256 cap);

    /// @notice Neither the agent nor the guardian that its policy names has asked for the freeze.
    error FreezeNotAuthorized(address account, address agent);

    /// @notice The module is not installed on this account.
    error NotInstalled(address account);

    /// @notice The install data is neither empty nor `abi.encode(agent, policyHash)`.
    error InstallDataInvalid(uint256 length);

    /// @notice The agent is zero, the account, this module or the policy store; a key that was rotated away; or, for
    /// `rotate`, a new key that has or had a grant.
    error AgentInvalid(address agent);

    /// @notice The account has as many agents as it may have.
    error TooManyAgents(uint256 maxAgents);

    /// @notice The agent's version is another: somebody has acted on it in between.
    error VersionMismatch(uint256 expected, uint256 actual);

    /// @notice The store holds no policy with this id.
    error PolicyNotPublished(bytes32 policyHash);

    /// @notice The policy is for another chain.
    error PolicyForOtherChain(uint256 policyChainId, uint256 chainId);

    /// @notice The policy permits calls to the account, to this module, to the store or to an EntryPoint.
    error TargetForbidden(address target);

    /// @notice Writes what the operation that is executing has reserved, so that it is spent. Without it, what an operation
    /// spends is charged in validation, and stays charged when its execution fails.
    /// @dev The last call of a batch, without value; it costs about 8,000 gas more than a charge in validation. Called by the
    /// account. Warning: anything may call it with anything. It saturates: it moves no more than validation has reserved
    /// for the caller in this transaction, and never reverts.
    /// @param charges Every reserved meter and amount, in the order of the policy's limits. Operation counts, rolling
    /// limits and gas are not among them: their charge is final.
    function settle(Charge[] calldata charges) external;

    /// @notice Grants `agent` the policy, in place of the one it may have. Nothing else about the agent changes: spent
    /// amounts stay, and a frozen agent stays frozen.
    /// @dev Only the account. Reverts with `AgentInvalid`, `TooManyAgents`, `VersionMismatch`, `PolicyNotPublished`,
    /// `PolicyForOtherChain` or `TargetForbidden`. An operation validated in the same bundle before this one executes
    /// still runs under the old policy.
    /// @param agent Address of the agent's key.
    /// @param policyHash Id under which the policy is published in the store.
    /// @param expectedVersion Version that the agent has now; 0 for one that never had a grant.
    function grant(address agent, bytes32 policyHash, uint16 expectedVersion) external;

    /// @notice Takes the agent's policy away. Its number and what it has spent are kept for a later grant.
    /// @dev Only the account. Reverts with `AgentNotGranted` or `VersionMismatch`.
    /// @param agent Address of the agent's key.
    /// @param expectedVersion Version that the agent has now.
    function revoke(address agent, uint16 expectedVersion) external;

    /// @notice Freezes the agent: its policy stays, and denies everything.
    /// @dev Only the account. Reverts with `AgentNotGranted` or `VersionMismatch`.
    /// @param agent Address of the agent's key.
    /// @param expectedVersion Version that the agent has now.
    function freeze(address agent, uint16 expectedVersion) external;

    /// @notice Lifts a freeze.
    /// @dev Only the account. Reverts with `AgentNotGranted` or `VersionMismatch`.
    /// @param agent Address of the agent's key.
    /// @param expectedVersion Version that the agent has now.
    function unfreeze(address agent, uint16 expectedVersion) external;

    /// @notice Hands the grant of `agent` to `newAgent`, with its number, its freeze and everything it has spent.
    /// @dev Only the account. Reverts with `AgentNotGranted`, `AgentInvalid` or `VersionMismatch`.
    /// @param agent Key that has the grant.
    /// @param newAgent Key that gets it. It never had one on this account.
    /// @param expectedVersion Version that the agent has now.
    function rotate(address agent, address newAgent, uint16 expectedVersion) external;

    /// @notice Freezes every agent of the account that is not frozen yet, whatever their versions.
    /// @dev Only the account.
    function freezeAll() external;

    /// @notice Switches on or off that anybody may relay a lever which the account's ERC-1271 accepts.
    /// @dev Only the account; off after every install. Warning: whatever may sign messages for the account, the weakest of
    /// its validators included, can then pull levers.
    /// @param enabled Whether signed levers may be relayed.
    function setRelaying(bool enabled) external;

    /// @notice Pulls a lever that the owner has signed.
    /// @dev Anybody. The account's ERC-1271 must accept `signature` for the lever's EIP-712 hash in this module's domain;
    /// an agent's signature it never accepts (INV-11). Reverts with `NotInstalled`, `RelayingDisabled`, `LeverExpired`,
    /// `LeverInvalid`, `LeverNotAuthorized`, `HeadlineMismatch`, or what the act itself reverts with.
    /// @param lever What the owner has signed.
    /// @param signature Signature as the account's ERC-1271 takes it.
    function pull(Lever calldata lever, bytes calldata signature) external;

    /// @notice Freezes an agent for its guardian, or for itself: the one thing that either may do.
    /// @dev Called by the guardian or the agent with an empty signature; or by anybody with a signature of one of them over
    /// `Freeze(address account,address agent,uint256 version)` in this module's domain. The guardian may be a contract.
    /// Of an agent that is frozen already it changes nothing. Reverts with `AgentNotGranted`, `VersionMismatch` or
    /// `FreezeNotAuthorized`.
    /// @param account Account whose agent it is.
    /// @param agent Address of the agent's key.
    /// @param expectedVersion Version that the agent has now.
    /// @param signature Of the guardian or the agent; empty when one of them calls.
    function freezeFor(address account, address agent, uint16 expectedVersion, bytes calldata signature) external;

    /// @notice Returns whether levers may be relayed for the account.
    /// @param account Account whose levers they are.
    /// @return enabled Whether they may.
    function isRelayingEnabled(address account) external view returns (bool enabled);

    /// @notice Returns what the account has granted to the agent; all zero when it never had a grant.
    /// @param account Account whose agent it is.
    /// @param agent Address of the agent's key.
    /// @return found The grant.
    function getGrant(address account, address agent) external view returns (Grant memory found);

    /// @notice Returns the agents with a grant, at most 32.
    /// @param account Account whose agents they are.
    /// @return agents Addresses of their keys.
    function getAgents(address account) external view returns (address[] memory agents);

    /// @notice Returns what is used of every limit of the agent's policy, in the policy's order, as it would stand for
    /// an operation that runs at `timestamp`.
    /// @dev Reverts with `AgentNotGranted`. A limit on one operation, or before its anchor, shows nothing spent.
    /// @param account Account whose agent it is.
    /// @param agent Address of the agent's key.
    /// @param timestamp Second at which the operation would run.
    /// @return usages One entry for each limit.
    function getUsage(address account, address agent, uint48 timestamp) external view returns (Usage[] memory usages);

    /// @notice Returns whether the module is installed on the account. Asked for by account vendors.
    /// @param account Account to look at.
    /// @return installed Whether it is.
    function isInitialized(address account) external view returns (bool installed);

    /// @notice Store whose policies this module takes.
    function policyStore() external view returns (IPolicyStore);
}
