// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {PackedUserOperation} from "@openzeppelin/contracts/interfaces/IERC4337.sol";
import {BlobLib} from "../../../contracts/libraries/BlobLib.sol";
import {GasMeter} from "../../../contracts/libraries/GasMeter.sol";
import {GrantWord, GrantWords} from "../../../contracts/libraries/GrantWords.sol";
import {PolicyReader} from "../../../contracts/libraries/PolicyReader.sol";
import {PolicyBuilder, Sections} from "../PolicyBuilder.sol";
import {vm} from "../Vm.sol";

contract GasMeterTest {
    using GrantWords for GrantWord;

    struct Charge {
        uint48 cost;
        uint8 exponent;
        uint40 budget;
    }

    uint256 private constant CHARGES = 6;
    uint256 private constant MOST = type(uint40).max;

    /// @dev INV-9: whatever the units that the owner chooses in between, what is stored is never less than what was
    /// charged on that day, unless it is as much as a grant can hold.
    function testFuzz_Charge_LosesNothing(Charge[CHARGES] memory charges) public {
        GrantWord grant;
        uint256 total;
        for (uint256 i; i < CHARGES; ++i) {
            uint256 exponent = charges[i].exponent % 16;
            address blob = _deploy(charges[i].budget, exponent);
            try this.charge(grant, blob, charges[i].cost, 1000, 2000, false) returns (GrantWord charged) {
                grant = charged;
                total += charges[i].cost;
                // A charge of nothing leaves everything as it was, the unit too.
                assert(grant.gasPeriod() == 0 && (grant.gasExponent() == exponent || charges[i].cost == 0));
                assert(grant.gasSpent() == MOST || grant.gasSpent() * 10 ** grant.gasExponent() >= total);
            } catch {}
        }
    }

    /// @dev INV-9: the same for what is stored in wei, with charges of nothing in between. What does not fit in a finer
    /// unit must not be forgotten when the unit is coarse again.
    function testFuzz_Charge_OfNothingLosesNothing(uint40 spent, uint8 from, uint8 to) public {
        GrantWord grant = GrantWord.wrap(0).withGas(from % 16, 1, spent);
        uint256 before = uint256(spent) * 10 ** (from % 16);
        grant = this.charge(grant, _deploy(1, to % 16), 0, 1 days, 1 days, false);
        uint256 back = GasMeter.spentIn(grant, 1, from % 16);

        assert(back * 10 ** (from % 16) >= before);
    }

    /// @dev INV-9: a day's charges never exceed the budget, and what is denied would have.
    function testFuzz_Charge_KeepsTheBudget(uint40 spent, uint40 budget, uint8 exponent, uint96 cost) public {
        exponent %= 16;
        GrantWord grant = GrantWord.wrap(0).withGas(exponent, 1, spent);
        uint256 unit = 10 ** uint256(exponent);
        uint256 units = cost / unit + (cost % unit == 0 ? 0 : 1);
        try this.charge(grant, _deploy(budget, exponent), cost, 1 days, 1 days, false) returns (GrantWord charged) {
            assert(charged.gasSpent() == spent + units);
            assert(charged.gasSpent() <= budget || units == 0);
        } catch {
            assert(uint256(spent) + units > budget);
        }
    }

    /// @dev What is spent in a coarse unit fills no more than its own field in a finer one.
    function testFuzz_Charge_OfAStubKeepsOtherFields(uint40 spent, uint8 from, uint8 to, uint96 cost) public {
        GrantWord grant = GrantWord.wrap(0).withGas(from % 16, 1, spent);
        GrantWord charged = this.charge(grant, _deploy(1, to % 16), cost, 1 days, 1 days, true);

        assert(GrantWord.unwrap(charged) >> 60 == 0 && charged.gasPeriod() == 1);
    }

    /// @dev A stub's charge denies nothing, and takes no more than is left.
    function testFuzz_Charge_OfAStubDeniesNothing(uint40 spent, uint40 budget, uint8 exponent, uint256 cost) public {
        exponent %= 16;
        GrantWord grant = GrantWord.wrap(0).withGas(exponent, 1, spent);
        GrantWord charged = this.charge(grant, _deploy(budget, exponent), cost, 1 days, 1 days, true);

        assert(charged.gasSpent() >= spent);
        assert(charged.gasSpent() <= budget || charged.gasSpent() == spent);
    }

    /// @dev Only the gas is written, and a new day counts from 0.
    function testFuzz_Charge_WritesNothingElse(uint256 before, uint16 day, uint32 cost) public {
        vm.assume(day < type(uint16).max && day != 0 && cost != 0);
        GrantWord grant = GrantWord.wrap(before);
        grant = grant.withGas(grant.gasExponent(), day - 1, grant.gasSpent());
        uint256 start = uint256(day) * 1 days;
        GrantWord charged = this.charge(grant, _deploy(uint40(MOST), 0), cost, start, start + 86_399, false);

        assert(charged.gasSpent() == cost && charged.gasPeriod() == day && charged.gasExponent() == 0);
        assert(GrantWord.unwrap(charged) >> 60 == before >> 60);
    }

    /// @dev INV-9: the maximal prefund is that of ERC-4337.
    function testFuzz_Prefund_IsThatOfTheStandard(
        uint120[6] memory gas,
        bool hasPaymaster,
        bytes memory data
    ) public view {
        PackedUserOperation memory operation;
        operation.accountGasLimits = bytes32((uint256(gas[0]) << 128) | gas[1]);
        operation.preVerificationGas = gas[2];
        operation.gasFees = bytes32((uint256(gas[5]) << 128) | gas[3]);
        uint256 expected = uint256(gas[0]) + gas[1] + gas[2];
        if (hasPaymaster) {
            operation.paymasterAndData = abi.encodePacked(address(this), uint128(gas[4]), uint128(gas[5]), data);
            expected += uint256(gas[4]) + gas[5];
        }
        (uint256 units, uint256 cost) = this.prefund(operation);

        assert(units == expected && cost == expected * gas[3]);
    }

    function charge(
        GrantWord grant,
        address blob,
        uint256 cost,
        uint256 validAfter,
        uint256 validUntil,
        bool lenient
    ) external view returns (GrantWord) {
        return GasMeter.charge(grant, PolicyReader.load(blob), cost, validAfter, validUntil, lenient);
    }

    function prefund(PackedUserOperation calldata operation) external pure returns (uint256 gas, uint256 cost) {
        return GasMeter.prefund(operation, operation.paymasterAndData);
    }

    /// @dev A policy with this gas budget.
    function _deploy(uint40 budget, uint256 exponent) private returns (address blob) {
        Sections memory sections;
        bytes memory policy = PolicyBuilder.build(sections);
        bytes memory gas = abi.encodePacked(budget, uint8(exponent));
        for (uint256 i; i < gas.length; ++i) policy[112 + i] = gas[i];
        bytes memory creationCode = BlobLib.getCreationCode(policy);
        assembly ("memory-safe") {
            blob := create(0, add(creationCode, 32), mload(creationCode))
        }
    }
}
