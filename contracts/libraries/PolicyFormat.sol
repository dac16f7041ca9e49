// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title PolicyFormat
/// @notice Numbers of the policy's binary format, version 1. `docs/policy-format.md` is their text.
/// @dev Offsets and sizes are in bytes.
library PolicyFormat {
    uint256 internal constant MAX_BLOB_SIZE = 24_576;

    uint256 internal constant KIND_POLICY = 1;
    uint256 internal constant KIND_ADDRESSES = 2;
    uint256 internal constant KIND_WORDS = 3;
    uint256 internal constant VERSION = 1;

    uint256 internal constant SET_BLOB_HEADER_SIZE = 4;
    uint256 internal constant HEADER_SIZE = 192;

    /* HEADER */

    uint256 internal constant FLAGS_OFFSET = 3;
    uint256 internal constant VALID_AFTER_OFFSET = 4;
    uint256 internal constant VALID_UNTIL_OFFSET = 10;
    uint256 internal constant MAX_WINDOW_OFFSET = 16;
    uint256 internal constant CHAIN_ID_OFFSET = 20;
    uint256 internal constant PAYMASTERS_OFFSET = 28;
    uint256 internal constant NATIVE_ASSET_OFFSET = 29;
    uint256 internal constant OPERATIONS_ASSET_OFFSET = 30;
    uint256 internal constant GAS_ASSET_OFFSET = 31;
    uint256 internal constant NONCE_MASK_OFFSET = 32;
    uint256 internal constant MAX_PRE_VERIFICATION_GAS_OFFSET = 56;
    uint256 internal constant NONCE_VALUE_OFFSET = 64;
    uint256 internal constant MAX_GAS_OFFSET = 88;
    uint256 internal constant MAX_FEE_PER_GAS_OFFSET = 96;
    uint256 internal constant GAS_BUDGET_OFFSET = 112;
    uint256 internal constant GAS_EXPONENT_OFFSET = 117;
    uint256 internal constant MAX_CALLS_OFFSET = 118;
    uint256 internal constant GUARDIAN_OFFSET = 128;
    uint256 internal constant DIRECTORY_OFFSET = 160;

    uint256 internal constant FLAG_EXECUTE_USER_OP = 1;
    uint256 internal constant FLAG_SETTLEMENT = 2;

    uint256 internal constant MAX_WINDOW = 86_400;
    uint256 internal constant MAX_GAS_EXPONENT = 15;

    /// @dev Times lie below this: at or above it, EntryPoint 0.9 reads block numbers.
    uint256 internal constant TIME_LIMIT = 1 << 47;

    /* SECTIONS */

    uint256 internal constant SECTION_ASSETS = 0;
    uint256 internal constant SECTION_GROUPS = 1;
    uint256 internal constant SECTION_LIMITS = 2;
    uint256 internal constant SECTION_SETS = 3;
    uint256 internal constant SECTION_TIERS = 4;
    uint256 internal constant SECTION_WEEKLY = 5;
    uint256 internal constant SECTION_BLACKOUTS = 6;
    uint256 internal constant SECTION_POST_CONDITIONS = 7;
    uint256 internal constant SECTION_PERMISSIONS = 8;
    uint256 internal constant SECTION_SET_PERMISSIONS = 9;
    uint256 internal constant SECTION_RULES = 10;
    uint256 internal constant SECTION_DATA = 11;
    uint256 internal constant SECTIONS = 12;

    /* RECORDS */

    uint256 internal constant ASSET_SIZE = 53;
    uint256 internal constant GROUP_SIZE = 16;
    uint256 internal constant LIMIT_SIZE = 32;
    uint256 internal constant SET_SIZE = 33;
    uint256 internal constant TIER_SIZE = 12;
    uint256 internal constant WEEKLY_SIZE = 6;
    uint256 internal constant BLACKOUT_SIZE = 12;
    uint256 internal constant PERMISSION_SIZE = 27;
    uint256 internal constant SET_PERMISSION_SIZE = 8;
    uint256 internal constant RULE_SIZE = 24;
    uint256 internal constant SPEND_SIZE = 4;
    uint256 internal constant MAX_CONDITION_SIZE = 67;
    uint256 internal constant SWITCH_SIZE = 5;
    uint256 internal constant ALTERNATIVE_SIZE = 34;

    uint256 internal constant ASSET_NATIVE = 1;
    uint256 internal constant ASSET_ERC20 = 2;
    uint256 internal constant ASSET_ERC721 = 3;
    uint256 internal constant ASSET_ERC1155 = 4;
    uint256 internal constant ASSET_OPERATIONS = 5;
    uint256 internal constant ASSET_GAS = 6;

    uint256 internal constant SCOPE_ACCOUNT = 1;
    uint256 internal constant SCOPE_GROUP = 2;

    uint256 internal constant PERIOD_OPERATION = 1;
    uint256 internal constant PERIOD_FIXED = 2;
    uint256 internal constant PERIOD_MONTH = 3;
    uint256 internal constant PERIOD_LIFETIME = 4;
    uint256 internal constant PERIOD_ROLLING_AMOUNT = 5;
    uint256 internal constant PERIOD_ROLLING_COUNT = 6;
    uint256 internal constant MIN_PERIOD_LENGTH = 60;
    uint256 internal constant MAX_ROLLING_COUNT = 1000;

    uint256 internal constant ACTION_DENY = 0;
    uint256 internal constant ACTION_NOTIFY = 1;
    uint256 internal constant ACTION_DELAY = 2;
    uint256 internal constant ACTION_APPROVAL = 3;

    uint256 internal constant SET_ADDRESSES = 1;
    uint256 internal constant SET_WORDS = 2;
    uint256 internal constant SET_ADDRESSES_BLOB = 3;
    uint256 internal constant SET_WORDS_BLOB = 4;

    uint256 internal constant TRANSFER = 0;
    uint256 internal constant CALL = 1;
    uint256 internal constant ANY_ADDRESS = 0xff;
    uint256 internal constant NOT_IN_SET = 0x80;
    uint256 internal constant HIGHEST_RESERVED_TARGET = 0xffff;

    uint256 internal constant RULE_PLAIN = 1;
    uint256 internal constant RULE_SWITCH = 2;
    uint256 internal constant RULE_EXACT = 1;
    uint256 internal constant SPEND_WORD = 0;
    uint256 internal constant SPEND_ONE = 1;

    /* CONDITIONS */

    uint256 internal constant OP_EQUAL = 1;
    uint256 internal constant OP_NOT_EQUAL = 2;
    uint256 internal constant OP_AT_MOST = 3;
    uint256 internal constant OP_AT_LEAST = 4;
    uint256 internal constant OP_SIGNED_AT_MOST = 5;
    uint256 internal constant OP_SIGNED_AT_LEAST = 6;
    uint256 internal constant OP_IN = 7;
    uint256 internal constant OP_NOT_IN = 8;
    uint256 internal constant OP_MASK = 9;
    uint256 internal constant OP_ACCOUNT = 10;
    uint256 internal constant OP_ADDRESS = 11;
    uint256 internal constant OP_POINTER = 12;
    uint256 internal constant OP_LENGTH = 13;
}
