// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Meter} from "../../../contracts/libraries/Meter.sol";
import {RollingAmount} from "../../../contracts/libraries/RollingAmount.sol";

/// @dev One charge that was accepted.
struct Charged {
    /// @dev Second at which it ran.
    uint256 time;
    /// @dev The bucket's clock: the latest beginning of a window so far.
    uint256 clock;
    uint256 cap;
    uint256 amount;
}

/// @notice Remembers every charge, and works everything out from the whole list.
contract RollingAmountTwin {
    using RollingAmount for Meter;

    uint256 public immutable length;
    uint256 public immutable width;
    uint256 public cap;
    uint256 public time = 1_900_000_000;

    uint256 private constant SCALE = 2 ** 80;

    Meter internal _meter;
    Charged[] internal _list;

    constructor(uint256 length_, uint256 width_, uint256 cap_) {
        length = length_;
        width = width_;
        cap = cap_;
    }

    /// @notice Lets time pass.
    function pass(uint32 duration) external {
        time += uint256(duration) % (2 * length);
    }

    /// @notice Gives the bucket another size.
    function resize(uint64 cap_) external {
        cap = (uint256(cap_) % 1_000_000) + 1;
    }

    /// @notice Charges with a window that began `lag` seconds ago, and compares the answer with the list's.
    function spend(uint32 lag, uint64 amount_) public {
        uint256 begins = time - (uint256(lag) % (width + 1));
        uint256 amount = (uint256(amount_) % (cap + cap / 8 + 1)) + 1;
        uint256 left = remaining(begins);

        (bool charged, uint256 before, uint256 wait) = _meter.charge(cap, length, begins, amount);
        assert(before == left);
        assert(charged == (amount <= left));
        if (charged) {
            assert(wait == 0);
            _list.push(Charged({time: time, clock: _clockAt(begins), cap: cap, amount: amount}));
        } else if (amount > cap) {
            assert(wait == 0);
        } else {
            // Neither a second too late nor too early.
            assert(remaining(begins + wait) >= amount);
            assert(remaining(begins + wait - 1) < amount);
        }
    }

    /// @notice Spends all that is left.
    function drain(uint32 lag) external {
        uint256 left = remaining(time - (uint256(lag) % (width + 1)));
        // Safe cast: at most the cap.
        if (left != 0) spend(lag, uint64(left - 1));
    }

    /// @notice Returns the most that may be charged: the bucket less what is still missing of each charge, of which the
    /// same part of time is left between any two.
    function remaining(uint256 begins) public view returns (uint256 most) {
        uint256 missing;
        uint256 last;
        for (uint256 i; i < _list.length; ++i) {
            missing = _left(missing, _list[i].clock - last) + _list[i].amount * SCALE;
            last = _list[i].clock;
        }
        missing = _left(missing, _clockAt(begins) - last);
        most = missing < cap * SCALE ? (cap * SCALE - missing) / SCALE : 0;
    }

    /// @notice INV-14: within any D seconds no more than `cap + cap * (D + W) / length`, for the greatest cap in force.
    function checkLaw() external view {
        for (uint256 i; i < _list.length; ++i) {
            uint256 greatest;
            uint256 spent;
            for (uint256 j = i; j < _list.length; ++j) {
                spent += _list[j].amount;
                if (_list[j].cap > greatest) greatest = _list[j].cap;
                uint256 duration = _list[j].time - _list[i].time;
                assert(spent * length <= greatest * length + greatest * (duration + width));
            }
        }
    }

    /// @dev What is left of `missing` after `duration`, rounded up.
    function _left(uint256 missing, uint256 duration) private view returns (uint256) {
        if (duration >= length) return 0;
        uint256 product = missing * (length - duration);
        return product / length + (product % length == 0 ? 0 : 1);
    }

    function _clockAt(uint256 begins) private view returns (uint256 clock) {
        clock = _list.length == 0 ? 0 : _list[_list.length - 1].clock;
        if (begins > clock) clock = begins;
    }
}

contract RollingAmountTest {
    using RollingAmount for Meter;

    RollingAmountTwin private _hour;
    RollingAmountTwin private _minute;
    Meter private _meter;

    function setUp() public {
        _hour = new RollingAmountTwin(1 hours, 1 days, 1000);
        _minute = new RollingAmountTwin(1 minutes, 10 minutes, 7);
    }

    /// @dev INV-14.
    function invariant_SpendsNoMoreThanItsLaw() public view {
        _hour.checkLaw();
        _minute.checkLaw();
    }

    /// @dev INV-14: against the list of all charges, whatever the widths, lags, waits and changes of the cap.
    function testFuzz_Charge_EqualsItsTwin(uint32 length, uint24 width, uint64 cap, uint256 seed) public {
        RollingAmountTwin twin = new RollingAmountTwin(
            (uint256(length) % 1_000_000) + 60,
            (uint256(width) % 86_400) + 1,
            (uint256(cap) % 1_000_000) + 1
        );
        for (uint256 i; i < 40; ++i) {
            uint256 random = uint256(keccak256(abi.encode(seed, i)));
            uint256 action = random % 8;
            // Safe casts: bits of a random word.
            if (action == 0) twin.resize(uint64(random >> 8));
            else if (action == 1) twin.drain(uint32(random >> 8));
            else if (action < 4) twin.pass(uint32(random >> 8) >> (random % 24));
            else twin.spend(uint32(random >> 8), uint64(random >> 40) >> (random % 60));
        }
        twin.checkLaw();
    }

    /// @dev The widest lag banks no more than the refill of one window.
    function testFuzz_Charge_BanksNoIdleTime(uint32 length, uint24 width, uint24 idle) public {
        uint256 long = (uint256(length) % 1_000_000) + 60;
        uint256 wide = (uint256(width) % 86_400) + 1;
        RollingAmountTwin twin = new RollingAmountTwin(long, wide, 1_000_000);
        twin.drain(0);
        for (uint256 i; i < 8; ++i) {
            twin.pass(idle);
            // As far behind as can be first, then ever nearer, in one and the same second.
            for (uint256 lag = wide; lag != 0; lag /= 2) {
                // Safe cast: at most a day.
                twin.drain(uint32(lag));
            }
            twin.drain(0);
        }
        twin.checkLaw();
    }

    /// @dev Nothing of a refill is lost to rounding, however often it is charged.
    function testFuzz_Charge_LosesNoTinyRefill(uint16 cap_, uint16 length_, uint8 step_) public {
        uint256 cap = uint256(cap_) + 3;
        uint256 length = uint256(length_) + 60;
        // So short that the bucket is never full again: then a refill would be lost by right.
        uint256 step = (uint256(step_) % (length / cap + 1)) + 1;
        uint256 spent;
        for (uint256 i; i < 100; ++i) {
            uint256 time = 1_900_000_000 + i * step;
            (, uint256 left, ) = _meter.charge(cap, length, time, type(uint256).max);
            if (left != 0) {
                (bool charged, , ) = _meter.charge(cap, length, time, left);
                assert(charged);
            }
            spent += left;
            // Less than one is missing from what may be spent, so at least `cap - 1` is missing from the bucket.
            assert(spent <= cap + (cap * i * step) / length);
            assert(spent + 1 >= cap + ((cap - 1) * i * step) / length);
        }
    }

    /// @dev The extremes of every argument fit in the word.
    function testFuzz_Charge_Extremes(uint128 cap, uint32 length, uint32 begins, uint128 amount) public {
        if (cap == 0) cap = type(uint128).max;
        if (length == 0) length = type(uint32).max;
        (bool charged, uint256 left, ) = _meter.charge(cap, length, begins, amount);
        assert(left == cap);
        assert(charged == (amount <= cap));
        (uint256 clock, uint256 level) = RollingAmount.read(_meter.word, length, 0);
        if (charged) assert(clock == begins && level == uint256(amount) << 80);
        else assert(clock == 0 && level == 0);
    }

    /// @dev A cap that is lowered leaves nothing until enough has refilled, which is within `length`.
    function testFuzz_Charge_LoweredCap(uint128 cap, uint128 lower, uint32 length) public {
        if (lower > cap) (cap, lower) = (lower, cap);
        if (lower == 0) lower = 1;
        if (cap == 0) cap = 1;
        if (length == 0) length = 1;
        _meter.charge(cap, length, 1, cap);
        (bool charged, uint256 left, uint256 wait) = _meter.charge(lower, length, 1, 1);
        assert(!charged && left == 0);
        assert(wait == length - (uint256(lower - 1) * length) / cap);
    }
}
