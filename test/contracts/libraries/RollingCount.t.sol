// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Meter} from "../../../contracts/libraries/Meter.sol";
import {RollingCount} from "../../../contracts/libraries/RollingCount.sol";

/// @dev One operation that was counted.
struct Counted {
    /// @dev Second at which it ran.
    uint256 time;
    /// @dev Last second of its window.
    uint256 ends;
    /// @dev Most operations when it was counted.
    uint256 max;
}

/// @notice Remembers every operation, and works everything out from the whole list.
contract RollingCountTwin {
    using RollingCount for Meter;

    uint256 public immutable length;
    uint256 public immutable width;
    uint256 public max;
    uint256 public time = 1_900_000_000;

    Counted[] internal _list;
    /// @dev Last: the ring lies behind it.
    Meter internal _meter;

    constructor(uint256 length_, uint256 width_, uint256 max_) {
        length = length_;
        width = width_;
        max = max_;
    }

    /// @notice Lets time pass.
    function pass(uint32 duration) external {
        time += uint256(duration) % (2 * length);
    }

    /// @notice Permits another number of operations.
    function resize(uint16 max_) external {
        max = (uint256(max_) % 1000) + 1;
    }

    /// @notice Counts one, in a window of at most `width` around now, and compares the answer with the list's.
    function run(uint32 lag, uint32 lead) public returns (bool counted) {
        uint256 before = uint256(lag) % (width + 1);
        uint256 begins = time - before;
        uint256 ends = time + (uint256(lead) % (width - before + 1));
        (uint256 used, uint256 freeAt) = usedAt(begins);
        uint256 opensAt;
        (counted, opensAt) = _meter.count(max, length, begins, ends);
        assert(counted == (used < max));
        if (!counted) {
            assert(opensAt == freeAt && begins < opensAt);
            return false;
        }
        _list.push(Counted({time: time, ends: ends, max: max}));
        checkLawForLast();
    }

    /// @notice Runs as many as there may be in this second, at most `most`.
    function burst(uint8 most, uint32 lag, uint32 lead) external {
        for (uint256 i; i < uint256(most) % 32; ++i) {
            if (!run(lag, lead)) return;
        }
    }

    /// @notice Returns how many of the last `max` operations stand in the way of windows that begin at `begins`, where the
    /// next one comes `length` seconds after the oldest, the one after it after the second, and so on.
    function usedAt(uint256 begins) public view returns (uint256 operations, uint256 opensAt) {
        uint256 count = _list.length;
        uint256 first = count < max ? 0 : count - max;
        while (first < count && begins >= _list[first].ends + length) ++first;
        operations = count - first;
        if (operations != 0) opensAt = _list[first].ends + length;
    }

    /// @notice INV-15: the last operation is one of at most `max` in the `length` seconds that end with it.
    function checkLawForLast() public view {
        uint256 count = _list.length;
        if (count == 0) return;
        Counted memory last = _list[count - 1];
        uint256 recent;
        while (recent < count && _list[count - 1 - recent].time + length > last.time) ++recent;
        assert(recent <= last.max);
    }

    /// @notice How many were counted.
    function total() external view returns (uint256) {
        return _list.length;
    }
}

contract RollingCountTest {
    using RollingCount for Meter;

    RollingCountTwin private _hour;
    Meter private _meter;

    function setUp() public {
        _hour = new RollingCountTwin(1 hours, 10 minutes, 5);
    }

    /// @dev INV-15: the twin asserts it with every operation.
    function invariant_CountsAsItsTwin() public view {
        _hour.checkLawForLast();
    }

    /// @dev INV-15: against the list of all operations, whatever the windows, waits and changes of `max`.
    function testFuzz_Count_EqualsItsTwin(uint32 length, uint24 width, uint16 max, uint256 seed) public {
        RollingCountTwin twin = new RollingCountTwin(
            (uint256(length) % 100_000) + 60,
            (uint256(width) % 86_400) + 1,
            (uint256(max) % 12) + 1
        );
        for (uint256 i; i < 40; ++i) {
            uint256 random = uint256(keccak256(abi.encode(seed, i)));
            uint256 action = random % 8;
            // Safe casts: bits of a random word.
            if (action == 0) twin.resize(uint16((random >> 8) % 12));
            else if (action < 3) twin.pass(uint32(random >> 8) >> (random % 24));
            else twin.burst(uint8((random >> 8) % 6), uint32(random >> 16), uint32(random >> 48));
        }
    }

    /// @dev The ring comes round more than twice, with the greatest `max` and others.
    function test_Count_WrapsAround() public {
        RollingCountTwin twin = new RollingCountTwin(1 hours, 10 minutes, 1000);
        for (uint256 i; twin.total() < 2300; ++i) {
            uint256 random = uint256(keccak256(abi.encode(i)));
            if (random % 16 == 0) twin.resize(uint16((random >> 8) % 3 == 0 ? 999 : (random >> 16) % 1000));
            if (random % 4 == 0) twin.pass(uint32((random >> 32) % 5400));
            // Safe casts: bits of a random word.
            twin.burst(31, uint32(random >> 64), uint32(random >> 96));
        }
    }

    /// @dev A ring that is read at the greatest `max` still holds the operation a thousand ago.
    function test_Count_AThousandAndNoMore() public {
        for (uint256 i; i < 1000; ++i) {
            (bool counted, ) = _meter.count(1000, 60, 10_000 + i, 10_000 + i);
            assert(counted);
        }
        (bool again, uint256 opensAt) = _meter.count(1000, 2000, 11_000, 11_000);
        assert(!again && opensAt == 12_000);
        (again, opensAt) = _meter.count(999, 2000, 11_000, 11_000);
        assert(!again && opensAt == 12_001);
        (again, ) = _meter.count(1000, 2000, 12_000, 12_000);
        assert(again);
        (again, opensAt) = _meter.count(1000, 2000, 12_000, 12_000);
        assert(!again && opensAt == 12_001);
    }

    /// @dev Each time is written to its own 32 bits of its own word, and nothing beyond the 126th.
    function testFuzz_Count_WritesItsOwnTime(uint64 total, uint32 ends) public {
        _meter.word = total;
        uint256 position = uint256(total) % 1000;
        bytes32 before;
        assembly {
            before := sload(add(add(_meter.slot, 1), div(position, 8)))
            sstore(add(_meter.slot, 126), not(0))
        }
        _meter.count(1000, type(uint32).max, type(uint32).max, ends);
        uint256 word;
        uint256 behind;
        assembly {
            word := sload(add(add(_meter.slot, 1), div(position, 8)))
            behind := sload(add(_meter.slot, 126))
        }
        assert(behind == type(uint256).max);
        if (_meter.word == total) return;
        assert(_meter.word == uint256(total) + 1);
        uint256 shift = 32 * (position % 8);
        assert(word == (uint256(before) & ~(uint256(type(uint32).max) << shift)) | (uint256(ends) << shift));
    }
}
