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
    /// @dev Gas spent in `gasPeriod`, in wei: a multiple of the unit of the policy under which it was last charged.
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

/// @notice One call of an operation, as it is announced and approved.
struct Call {
    /// @dev Callee.
    address target;
    /// @dev Wei that the call carries.
    uint256 value;
    /// @dev Calldata; empty for a plain transfer.
    bytes data;
}

/// @notice What approvers sign (EIP-712, in this module's domain).
struct Approval {
    /// @dev Account that makes the calls.
    address account;
    /// @dev Agent that may have them made.
    address agent;
    /// @dev The calls, without a trailing `settle`.
    Call[] calls;
    /// @dev Nonce of the operation, key and sequence.
    uint256 nonce;
    /// @dev Last second for which the approval is good. The window of the operation ends at or before it.
    uint256 deadline;
}

/// @notice Calls that an agent has announced.
struct AnnouncementState {
    /// @dev First second in which they may run, in Unix seconds; 0 where nothing is announced.
    uint48 due;
    /// @dev Last second in which they may run.
    uint48 expires;
    /// @dev Version that the agent had when it announced them. They run only while it has it.
    uint16 version;
}

/// @notice An act of the owner, signed instead of sent. What is signed (EIP-712, in this module's domain) is
/// `Lever(string action,address account,address agent,address newAgent,bytes32 policyHash,uint256 version,uint256 expires,
/// LeverCap[] caps,uint256 deadline)`, where for "Grant" `expires` is the policy's last second and `caps` are all its limits,
/// in its order, and for every other act 0 and empty. The module takes them from the policy itself.
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
    /// @dev Last second at which it may be relayed.
    uint256 deadline;
}

/// @title IPolicyValidator
/// @notice ERC-7579 validator that holds an agent's key to the policy that the account has granted it.
/// @dev Every function that changes a grant is for the account (`msg.sender`), and only while the module is installed on it;
/// but `pull` takes the account's signature, and `freezeFor` is for the guardian and the agent too. An agent's operations
/// reach none of them: no policy can target this module.
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

    /// @notice An operation of a tier has been validated. It lands where this log lands, whether or not it then reverts.
    /// @param account Account that sends it.
    /// @param agent Agent that has signed it.
    /// @param userOpHash Hash of the UserOperation.
    /// @param tier 1 notify, 2 delay, 3 approval.
    event TierReached(address indexed account, address indexed agent, bytes32 indexed userOpHash, uint256 tier);

    /// @notice An agent has announced calls.
    /// @param account Account that will make them.
    /// @param agent Agent that has announced them.
    /// @param callsHash EIP-712's hash of the calls.
    /// @param due First second in which they may run, in Unix seconds.
    /// @param expires Last second in which they may run.
    /// @param calls What the agent says they are, `abi.encode(Call[])`. Not checked here: whoever reads it compares its hash,
    /// and takes what does not match for something to cancel.
    event CallsAnnounced(
        address indexed account,
        address indexed agent,
        bytes32 indexed callsHash,
        uint256 due,
        uint256 expires,
        bytes calls
    );

    /// @notice Announced calls may not run any more.
    /// @param account Account that would have made them.
    /// @param agent Agent that had announced them.
    /// @param callsHash EIP-712's hash of the calls.
    /// @param by Account or guardian that has cancelled them.
    event AnnouncementCancelled(address indexed account, address indexed agent, bytes32 indexed callsHash, address by);

    /// @notice An approver has approved on chain, or has taken that back.
    /// @param account Account that makes the calls.
    /// @param approver Who approves.
    /// @param digest EIP-712's digest of the approval.
    /// @param approved Whether it stands.
    event ApprovalSet(address indexed account, address indexed approver, bytes32 indexed digest, bool approved);

    /// @notice The account does not let signed levers be relayed.
    error RelayingDisabled(address account);

    /// @notice The lever was to be relayed until `deadline`.
    error LeverExpired(uint256 deadline);

    /// @notice The account's ERC-1271 does not accept the signature; also where what was signed shows another last second
    /// or other limits than the policy has.
    error LeverNotAuthorized(address account);

    /// @notice The lever names no act, or carries a field that is not of that act.
    error LeverInvalid(string action);

    /// @notice Neither the agent nor the guardian that its policy names has asked for the freeze.
    error FreezeNotAuthorized(address account, address agent);

    /// @notice The agent's policy has no delay tier: nothing has to be announced.
    error DelayNotConfigured();

    /// @notice Neither the account nor the guardian that the agent's policy names has asked to cancel.
    error CancelNotAuthorized(address account, address agent);

    /// @notice The agent has not announced these calls, or they were run or cancelled.
    error AnnouncementUnknown(address account, address agent, bytes32 callsHash);

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
    /// for the caller in this transaction, and never reverts, unless its calldata is no `Charge[]` or its gas runs out.
    /// @param charges Every reserved meter and amount, in the order of the policy's limits. Operation counts, rolling
    /// limits and gas are not among them: their charge is final.
    function settle(Charge[] calldata charges) external;

    /// @notice Announces calls that the agent will have made once they are due (the delay tier).
    /// @dev The only call of an operation of the agent's own, whose selector and agent are checked byte for byte; or a call of
    /// the owner's. It waits for no announcement itself.
    /// Called by the account. Announcing again starts the delay anew. Reverts with `AgentNotGranted`, `AgentFrozen` or
    /// `DelayNotConfigured`.
    /// @param agent Agent that will have them made.
    /// @param callsHash EIP-712's hash of the calls, `Call[]`.
    /// @param calls The calls for the log, `abi.encode(Call[])`. Warning: not compared with the hash.
    function announce(address agent, bytes32 callsHash, bytes calldata calls) external;

    /// @notice Cancels announced calls.
    /// @dev Called by the account, or by the guardian that the agent's policy names. Reverts with `CancelNotAuthorized` or
    /// `AnnouncementUnknown`. The agent may announce them again: freeze it to stop that.
    /// @param account Account that would make them.
    /// @param agent Agent that has announced them.
    /// @param callsHash EIP-712's hash of the calls.
    function cancelAnnouncement(address account, address agent, bytes32 callsHash) external;

    /// @notice Approves calls on chain, for approvers that cannot sign: contracts. Or takes that back.
    /// @dev Anybody, for itself. Whether it counts is decided by the policy's set of approvers when the operation is
    /// validated.
    /// @param account Account that makes the calls.
    /// @param digest EIP-712's digest of the `Approval`, in this module's domain.
    /// @param approved Whether the caller approves.
    function setApproval(address account, bytes32 digest, bool approved) external;

    /// @notice Grants `agent` the policy, in place of the one it may have. Nothing else about the agent changes: spent
    /// amounts stay, and a frozen agent stays frozen.
    /// @dev Only the account. Reverts with `NotInstalled`, `AgentInvalid`, `TooManyAgents`, `VersionMismatch`,
    /// `PolicyNotPublished`, `PolicyForOtherChain` or `TargetForbidden`, and panics (0x11) at the last version, 65,535. An
    /// operation validated in the same bundle before this one executes still runs under the old policy.
    /// @param agent Address of the agent's key.
    /// @param policyHash Id under which the policy is published in the store.
    /// @param expectedVersion Version that the agent has now; 0 for one that never had a grant.
    function grant(address agent, bytes32 policyHash, uint16 expectedVersion) external;

    /// @notice Takes the agent's policy away. Its number and what it has spent are kept for a later grant.
    /// @dev Only the account. Reverts with `AgentNotGranted` or `VersionMismatch`. Works at the last version too.
    /// @param agent Address of the agent's key.
    /// @param expectedVersion Version that the agent has now.
    function revoke(address agent, uint16 expectedVersion) external;

    /// @notice Freezes the agent: its policy stays, and denies everything.
    /// @dev Only the account. Reverts with `AgentNotGranted` or `VersionMismatch`. Works at the last version too.
    /// @param agent Address of the agent's key.
    /// @param expectedVersion Version that the agent has now.
    function freeze(address agent, uint16 expectedVersion) external;

    /// @notice Lifts a freeze.
    /// @dev Only the account. Reverts with `AgentNotGranted` or `VersionMismatch`, and panics (0x11) at the last version.
    /// @param agent Address of the agent's key.
    /// @param expectedVersion Version that the agent has now.
    function unfreeze(address agent, uint16 expectedVersion) external;

    /// @notice Hands the grant of `agent` to `newAgent`, with its number, its freeze and everything it has spent.
    /// @dev Only the account. Reverts with `AgentNotGranted`, `AgentInvalid` or `VersionMismatch`, and panics (0x11) at the
    /// last version.
    /// @param agent Key that has the grant.
    /// @param newAgent Key that gets it. It never had one on this account.
    /// @param expectedVersion Version that the agent has now.
    function rotate(address agent, address newAgent, uint16 expectedVersion) external;

    /// @notice Freezes every agent of the account that is not frozen yet, whatever their versions.
    /// @dev Only the account.
    function freezeAll() external;

    /// @notice Switches on or off that anybody may relay a lever which the account's ERC-1271 accepts.
    /// @dev Only the account; off after every install. Reverts with `NotInstalled`. Warning: whatever may sign messages for the account, the weakest of
    /// its validators included, can then pull levers.
    /// @param enabled Whether signed levers may be relayed.
    function setRelaying(bool enabled) external;

    /// @notice Pulls a lever that the owner has signed.
    /// @dev Anybody. The account's ERC-1271 must accept `signature` for the lever's EIP-712 hash in this module's domain;
    /// an agent's signature it never accepts (INV-11). Reverts with `NotInstalled`, `RelayingDisabled`, `LeverExpired`,
    /// `LeverInvalid`, `LeverNotAuthorized`, or what the act itself reverts with.
    /// @param lever What the owner has signed.
    /// @param signature Signature as the account's ERC-1271 takes it.
    function pull(Lever calldata lever, bytes calldata signature) external;

    /// @notice Freezes an agent for its guardian, or for itself. Beside this, a guardian may only cancel announcements.
    /// @dev Called by the guardian or the agent with an empty signature; or by anybody with a signature of one of them over
    /// `Freeze(address account,address agent,uint256 version)` in this module's domain: of the key itself, also where
    /// EIP-7702 has given it code, or as the ERC-1271 of a contract takes it. The guardian may be a contract.
    /// Of an agent that is frozen already it changes nothing. Reverts with `AgentNotGranted`, `VersionMismatch` or
    /// `FreezeNotAuthorized`.
    /// @param account Account whose agent it is.
    /// @param agent Address of the agent's key.
    /// @param expectedVersion Version that the agent has now.
    /// @param signature Of the guardian or the agent; empty when one of them calls.
    function freezeFor(address account, address agent, uint16 expectedVersion, bytes calldata signature) external;

    /// @notice Returns what is announced; all zero where nothing is.
    /// @param account Account that makes the calls.
    /// @param agent Agent that has announced them.
    /// @param callsHash EIP-712's hash of the calls.
    /// @return announcement When they may run.
    function getAnnouncement(
        address account,
        address agent,
        bytes32 callsHash
    ) external view returns (AnnouncementState memory announcement);

    /// @notice Returns whether the approver has approved on chain.
    /// @param account Account that makes the calls.
    /// @param approver Who approves.
    /// @param digest EIP-712's digest of the `Approval`.
    /// @return approved Whether it stands.
    function isApproved(address account, address approver, bytes32 digest) external view returns (bool approved);

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

    /// @notice Returns a word of a meter, as `docs/policy-format.md` has it. `PolicyLens` says what it means.
    /// @param account Account whose spending it counts.
    /// @param meterId Key of the meter.
    /// @param index 0 for the meter itself; for a rolling count, 1 to 125 for the words of its ring.
    /// @return word The word; 0 where nothing was ever charged.
    function getMeter(address account, bytes32 meterId, uint256 index) external view returns (uint256 word);

    /// @notice Returns whether the module is installed on the account. Asked for by account vendors.
    /// @param account Account to look at.
    /// @return installed Whether it is.
    function isInitialized(address account) external view returns (bool installed);

    /// @notice Store whose policies this module takes.
    function policyStore() external view returns (IPolicyStore);
}
