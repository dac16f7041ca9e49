// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title IPolicyStore
/// @notice Takes policies and sets in, refuses what is not canonical and well formed, and keeps them as code.
/// @dev The byte format is `docs/policy-format.md`. Nobody owns the store; what it has published cannot change.
interface IPolicyStore {
    /// @notice A policy or a set was published. Emitted once for each blob.
    /// @param blobHash Id of the blob.
    /// @param blob Address that has it as its code.
    /// @param kind 1 policy, 2 addresses, 3 words.
    event Published(bytes32 indexed blobHash, address indexed blob, uint256 kind);

    /// @notice The blob is too short for what it says it is, no whole number of a set's elements, or longer than 24,576
    /// bytes.
    error BlobSizeInvalid(uint256 length);

    /// @notice The first bytes name a kind or a version that this store does not know.
    error BlobKindUnknown(uint256 kind, uint256 version);

    /// @notice The deployment of the blob failed, most likely because too little gas was given.
    error BlobNotDeployed(bytes32 blobHash);

    /// @notice The section does not begin where the one before ended, leaves the blob, or has no whole number of records or
    /// too many. The last one: or does not end with the blob, or with the elements of the last set.
    error DirectoryInvalid(uint256 section);

    /// @notice A field of the header is out of range, or names an entry that does not exist or is not meant. `offset`
    /// counts bytes from the start of the blob.
    error HeaderInvalid(uint256 offset);

    /// @notice A record has a field out of range, names an entry that does not exist, or is itself named by nothing. The
    /// record of tiers: or is missing, or is there without need.
    /// @param index Index of the record in its section.
    error RecordInvalid(uint256 section, uint256 index);

    /// @notice A record is not greater than the one before it, so the table is unsorted or has a duplicate.
    error RecordNotAscending(uint256 section, uint256 index);

    /// @notice The asset has no budget that denies, or the limit's amount is zero.
    error BudgetMissing(uint256 asset);

    /// @notice An element of a set is not greater than the one before it.
    error SetNotAscending(uint256 set, uint256 element);

    /// @notice The set names a blob that is not published or has another kind.
    error SetNotPublished(uint256 set, bytes32 blobHash);

    /// @notice The rule at this offset is malformed, or not where the rule before it ended.
    error RuleInvalid(uint256 rule);

    /// @notice A condition or a spend of the rule is malformed, unsorted, or reads a word that no pin has opened.
    /// @param condition Index among the rule's spends and conditions, counted in this order.
    error ConditionInvalid(uint256 rule, uint256 condition);

    /// @notice The permission's target, or one in the set that it names, is the store, zero or a precompile.
    /// @param permission Index among the permissions and the set permissions, counted in this order.
    error TargetReserved(uint256 permission, address target);

    /// @notice A call on a token with a budget that is not one of the known token calls in its exact shape, or that
    /// reaches it through a set.
    error TokenCallUnknown(uint256 rule, address token, bytes4 selector);

    /// @notice A token call on a target that has no asset, and so no budget.
    error TokenWithoutBudget(uint256 rule, bytes4 selector);

    /// @notice The selector hands out what no meter sees, on any target.
    error SelectorForbidden(uint256 rule, bytes4 selector);

    /// @notice The policy permits nothing.
    error PolicyEmpty();

    /// @notice Publishes a policy or a set. Anyone may call; equal bytes are stored once.
    /// @dev Reverts with one of the errors above, which name the first fault found.
    /// @param blob The bytes, in the format of `docs/policy-format.md`.
    /// @return blobHash Id of the blob, to be granted or to be named by a policy.
    function publish(bytes calldata blob) external returns (bytes32 blobHash);

    /// @notice Returns the address at which the blob with this id is, or would be, stored.
    /// @param blobHash Id of the blob.
    /// @return blob Address that has it, or would have it, as its code.
    function getAddress(bytes32 blobHash) external view returns (address blob);

    /// @notice Tells whether the blob with this id is published and of this kind.
    /// @param blobHash Id of the blob.
    /// @param kind 1 policy, 2 addresses, 3 words.
    /// @return published Whether it is.
    function isPublished(bytes32 blobHash, uint256 kind) external view returns (bool published);

    /// @notice Returns the first address that the policy permits calls or transfers to, among `targets`, the canonical
    /// EntryPoints and this store; zero where it reaches none.
    /// @dev Set permissions for every address, or for all but some, are not looked at: they are for plain transfers alone,
    /// and what those must not reach is denied in validation.
    /// @param policyHash Id of a policy. Warning: the answer for anything else means nothing.
    /// @param targets Addresses to look for, in this order.
    /// @return target The first that is reached.
    function findTarget(bytes32 policyHash, address[] calldata targets) external view returns (address target);
}
