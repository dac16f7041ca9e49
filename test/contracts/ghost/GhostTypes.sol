// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @dev Asset of a policy, as `docs/policy-format.md` numbers its kinds.
struct GhostAsset {
    uint8 kind;
    address token;
    uint256 id;
}

/// @dev Limit of a policy. `group` is an index plus 1, 0 for all permissions.
struct GhostLimit {
    uint8 asset;
    bool shared;
    uint8 group;
    uint8 kind;
    uint32 length;
    uint48 anchor;
    uint8 action;
    uint128 amount;
}

/// @dev Contracts that the operations call.
struct World {
    address tokenA;
    address tokenB;
    address items;
    address sink;
    address payee;
    address spender;
    address recipient;
    address collection;
    /// @dev What sets of targets are made of: sinks, and addresses that are nobody.
    address[] targets;
    /// @dev What no operation may call, or for one account alone.
    address[] privileged;
    address[2] accounts;
}

/// @dev Set of addresses or words, ascending; in the policy's own blob, or apart in another.
struct GhostSet {
    bool words;
    bool apart;
    uint256[] elements;
}

/// @dev One thing that the policy permits: a call of `Shape`, with an upper bound of its first amount. Of `target`; or, where
/// `set` is not 0, of any target in the set of that index plus 1 (`outside`: of any that is not), or of `GhostRules.EVERY` one.
/// `list` is the index plus 1 of a set in which the recipient, spender or word is (`listed`), or is not.
struct GhostRule {
    uint8 shape;
    uint8 set;
    bool outside;
    uint8 list;
    bool listed;
    address target;
    uint8 group;
    uint8 tier;
    uint128 valueCap;
    bool bounded;
    uint128 bound;
}

/// @dev `end` is exclusive, both in seconds: of the week, or Unix.
struct Interval {
    uint48 start;
    uint48 end;
}

/// @dev What a policy says, before it is bytes.
struct GhostPolicy {
    bool demandsSettlement;
    uint48 validAfter;
    uint48 validUntil;
    uint32 maxWindow;
    uint64 chainId;
    uint192 nonceMask;
    uint192 nonceValue;
    uint64 maxPreVerificationGas;
    uint64 maxGas;
    uint128 maxFeePerGas;
    uint40 gasBudget;
    uint8 gasExponent;
    uint8 maxCalls;
    address guardian;
    address[] paymasters;
    GhostAsset[] assets;
    bytes16[] groups;
    GhostLimit[] limits;
    Interval[] weekly;
    Interval[] blackouts;
    GhostRule[] rules;
    GhostSet[] sets;
    uint32 delay;
    uint32 lifetime;
    uint8 threshold;
    address[] approvers;
}

/// @dev One call of an operation. `amount` and `other` are its arguments; `target` is for shapes that have several.
struct GhostCall {
    uint8 shape;
    address target;
    address to;
    uint256 amount;
    uint256 other;
    uint256 value;
}

/// @dev What an approver gives: its signature over `digest`, or the word that it has approved on chain.
struct GhostApproval {
    address approver;
    bool onChain;
    bytes32 digest;
}

/// @dev An operation, before it is bytes.
struct GhostOperation {
    address account;
    address agent;
    bool signed;
    bool batch;
    uint48 validAfter;
    uint48 validUntil;
    GhostCall[] calls;
    uint8 settle;
    bytes initCode;
    uint192 nonceKey;
    uint64 sequence;
    address paymaster;
    uint128 verificationGas;
    uint128 callGas;
    uint128 preVerificationGas;
    uint128 paymasterGas;
    uint128 maxFeePerGas;
    /// @dev Calldata of its call of `Shape.ANNOUNCE`, and the calls that are announced, `abi.encode(GhostCall[])`.
    bytes announcing;
    bytes announced;
    /// @dev Behind the signature: approvals and their deadline, where there are any, and what does not belong there.
    uint48 deadline;
    GhostApproval[] approvals;
    bytes rubbish;
    /// @dev Whether the logs of its validation are looked at, and which tier they have to say.
    bool watched;
    uint8 tier;
}

/// @dev What an operation reserves of one limit.
struct GhostCharge {
    uint256 limit;
    uint256 period;
    uint256 amount;
}

/// @dev Kinds of calls that the operations draw from. The first twelve can be permitted.
library Shape {
    uint8 internal constant PAY = 0;
    uint8 internal constant TRANSFER_A = 1;
    uint8 internal constant APPROVE_A = 2;
    uint8 internal constant TRANSFER_B = 3;
    uint8 internal constant ITEMS_7 = 4;
    uint8 internal constant ITEMS_9 = 5;
    uint8 internal constant POKE = 6;
    uint8 internal constant SWAP = 7;
    uint8 internal constant FAIL = 8;
    /// @dev The account's own item of a collection, by each of the three functions that move it.
    uint8 internal constant ITEM_MOVE = 9;
    uint8 internal constant ITEM_SAFE = 10;
    uint8 internal constant ITEM_DATA = 11;
    uint8 internal constant PERMITTED = 12;
    /// @dev Never permitted, by any policy.
    uint8 internal constant STRANGER = 12;
    uint8 internal constant ACCOUNT = 13;
    uint8 internal constant MODULE = 14;
    uint8 internal constant EARLY_SETTLE = 15;
    uint8 internal constant STORE = 16;
    uint8 internal constant OTHER_SELECTOR = 17;
    uint8 internal constant TRANSFER_FROM_A = 18;
    uint8 internal constant COUNT = 19;
    /// @dev Calls of the module that tiers know of. An operation that announces has nothing else.
    uint8 internal constant ANNOUNCE = 32;
    uint8 internal constant CANCEL = 33;

    function isItem(uint256 shape) internal pure returns (bool) {
        return shape == ITEM_MOVE || shape == ITEM_SAFE || shape == ITEM_DATA;
    }
}

/// @dev How an operation's `settle` is written: not at all, right, or wrong in some way.
library Settle {
    uint8 internal constant NONE = 0;
    uint8 internal constant RIGHT = 1;
    uint8 internal constant AMOUNT = 2;
    uint8 internal constant SHORT = 3;
    uint8 internal constant SWAPPED = 4;
    uint8 internal constant EXTRA = 5;
    uint8 internal constant PERIOD = 6;
    uint8 internal constant COUNT = 7;
}

/// @dev Reasons for which an operation is denied, one bit each.
library Denial {
    uint256 internal constant NOT_GRANTED = 1 << 0;
    uint256 internal constant FROZEN = 1 << 1;
    uint256 internal constant WINDOW = 1 << 2;
    uint256 internal constant WIDTH = 1 << 3;
    uint256 internal constant VALIDITY = 1 << 4;
    uint256 internal constant SCHEDULE = 1 << 5;
    uint256 internal constant BLACKOUT = 1 << 6;
    uint256 internal constant INIT_CODE = 1 << 7;
    uint256 internal constant NONCE = 1 << 8;
    uint256 internal constant PAYMASTER = 1 << 9;
    uint256 internal constant CALLS = 1 << 10;
    uint256 internal constant TARGET = 1 << 11;
    uint256 internal constant ARGUMENT = 1 << 12;
    uint256 internal constant VALUE = 1 << 13;
    uint256 internal constant CAP = 1 << 14;
    uint256 internal constant BUDGET = 1 << 15;
    uint256 internal constant RATE = 1 << 16;
    uint256 internal constant SPANS = 1 << 17;
    uint256 internal constant ANCHOR = 1 << 18;
    uint256 internal constant ELAPSED = 1 << 19;
    uint256 internal constant SETTLE_REQUIRED = 1 << 20;
    uint256 internal constant SETTLE_MISMATCH = 1 << 21;
    uint256 internal constant METERS = 1 << 22;
    uint256 internal constant GAS_CAPS = 1 << 23;
    uint256 internal constant GAS_BUDGET = 1 << 24;
    uint256 internal constant SIGNATURE = 1 << 25;
    uint256 internal constant ANNOUNCEMENT_REQUIRED = 1 << 26;
    uint256 internal constant ANNOUNCEMENT_NOT_DUE = 1 << 27;
    uint256 internal constant ANNOUNCEMENT_EXPIRED = 1 << 28;
    uint256 internal constant APPROVAL_REQUIRED = 1 << 29;
    uint256 internal constant APPROVAL_EXPIRED = 1 << 30;
    uint256 internal constant APPROVAL_INVALID = 1 << 31;
    uint256 internal constant APPROVAL_USED = 1 << 32;
    uint256 internal constant COUNT = 33;
}
