// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title HostileBundler
/// @author Mandate contributors
/// @notice Bundler that makes any calls, in one transaction and while it is being paid, for the tests.
contract HostileBundler {
    /// @notice One call.
    struct Act {
        /// @dev Callee.
        address target;
        /// @dev Calldata.
        bytes data;
    }

    /// @notice A call was made, and ended like this.
    event Acted(bool success, bytes result);

    Act[] private _whenPaid;

    /// @notice Makes the calls that were planned, as the EntryPoint pays the fees of a bundle.
    receive() external payable {
        Act[] memory acts = _whenPaid;
        for (uint256 i; i < acts.length; ++i) {
            _act(acts[i]);
        }
    }

    /// @notice Plans the calls that are made whenever this contract is paid.
    /// @param acts Calls, in their order.
    function plan(Act[] calldata acts) external {
        delete _whenPaid;
        for (uint256 i; i < acts.length; ++i) {
            _whenPaid.push(acts[i]);
        }
    }

    /// @notice Makes the calls one after the other, whatever becomes of each.
    /// @param acts Calls, in their order.
    function act(Act[] calldata acts) external {
        for (uint256 i; i < acts.length; ++i) {
            _act(acts[i]);
        }
    }

    /// @notice Accepts every signature, as an aggregator in the sense of ERC-4337 that checks nothing.
    fallback() external payable {}

    function _act(Act memory planned) private {
        (bool success, bytes memory result) = planned.target.call(planned.data);
        emit Acted(success, result);
    }
}
