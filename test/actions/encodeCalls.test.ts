import { expect } from 'chai'
import { decodeFunctionData, pad, parseAbi } from 'viem'

import { encodeFreezeAgentCall } from '../../src/actions/calls/encodeFreezeAgentCall.ts'
import { encodeFreezeAllAgentsCall } from '../../src/actions/calls/encodeFreezeAllAgentsCall.ts'
import { encodeGrantPolicyCall } from '../../src/actions/calls/encodeGrantPolicyCall.ts'
import { encodeInstallPolicyValidatorCall } from '../../src/actions/calls/encodeInstallPolicyValidatorCall.ts'
import { encodePublishCall } from '../../src/actions/calls/encodePublishCall.ts'
import { encodeRevokeAgentCall } from '../../src/actions/calls/encodeRevokeAgentCall.ts'
import { encodeRotateAgentCall } from '../../src/actions/calls/encodeRotateAgentCall.ts'
import { encodeSetRelayingCall } from '../../src/actions/calls/encodeSetRelayingCall.ts'
import { encodeSettleCall } from '../../src/actions/calls/encodeSettleCall.ts'
import { encodeUnfreezeAgentCall } from '../../src/actions/calls/encodeUnfreezeAgentCall.ts'
import { encodeUninstallPolicyValidatorCall } from '../../src/actions/calls/encodeUninstallPolicyValidatorCall.ts'
import {
  policyStoreAddress,
  policyValidatorAddress,
} from '../../src/constants/addresses.ts'
import type { EncodedCall } from '../../src/types/call.ts'

const account = '0x1111111111111111111111111111111111111111'
const agent = '0x2222222222222222222222222222222222222222'
const newAgent = '0x3333333333333333333333333333333333333333'
const other = '0x4444444444444444444444444444444444444444'
const policyHash = pad('0xabcd')

/** The contracts' functions, written down apart from their ABI. */
const abi = parseAbi([
  'function grant(address agent, bytes32 policyHash, uint16 expectedVersion)',
  'function revoke(address agent, uint16 expectedVersion)',
  'function freeze(address agent, uint16 expectedVersion)',
  'function unfreeze(address agent, uint16 expectedVersion)',
  'function rotate(address agent, address newAgent, uint16 expectedVersion)',
  'function freezeAll()',
  'function setRelaying(bool enabled)',
  'function settle((bytes32 meterId, uint256 charge)[] charges)',
  'function publish(bytes blob)',
  'function installModule(uint256 moduleTypeId, address module, bytes initData)',
  'function uninstallModule(uint256 moduleTypeId, address module, bytes deInitData)',
])

function decode({ data, to, value }: EncodedCall) {
  const { args = [], functionName } = decodeFunctionData({ abi, data })
  return { args: args as readonly unknown[], functionName, to, value }
}

describe('encoding of the calls that an owner makes', () => {
  it('calls the validator with what the act is about', () => {
    const expectedVersion = 7
    const validator = { to: policyValidatorAddress, value: 0n }

    expect(
      decode(encodeGrantPolicyCall({ agent, expectedVersion, policyHash })),
    ).to.deep.equal({
      ...validator,
      args: [agent, policyHash, 7],
      functionName: 'grant',
    })
    expect(
      decode(encodeRevokeAgentCall({ agent, expectedVersion })),
    ).to.deep.equal({ ...validator, args: [agent, 7], functionName: 'revoke' })
    expect(
      decode(encodeFreezeAgentCall({ agent, expectedVersion })),
    ).to.deep.equal({ ...validator, args: [agent, 7], functionName: 'freeze' })
    expect(
      decode(encodeUnfreezeAgentCall({ agent, expectedVersion })),
    ).to.deep.equal({
      ...validator,
      args: [agent, 7],
      functionName: 'unfreeze',
    })
    expect(
      decode(encodeRotateAgentCall({ agent, expectedVersion, newAgent })),
    ).to.deep.equal({
      ...validator,
      args: [agent, newAgent, 7],
      functionName: 'rotate',
    })
    expect(decode(encodeFreezeAllAgentsCall())).to.deep.equal({
      ...validator,
      args: [],
      functionName: 'freezeAll',
    })
    expect(decode(encodeSetRelayingCall({ enabled: true }))).to.deep.equal({
      ...validator,
      args: [true],
      functionName: 'setRelaying',
    })
  })

  it('calls another validator or store where one is named', () => {
    expect(
      encodeRevokeAgentCall({ agent, expectedVersion: 1, validator: other }).to,
    ).to.equal(other)
    expect(encodeFreezeAllAgentsCall({ validator: other }).to).to.equal(other)
    expect(
      encodePublishCall({ bytes: '0x00', policyStore: other }).to,
    ).to.equal(other)
  })

  it('settles the charges in their order', () => {
    const charges = [
      { charge: 5n, meterId: pad('0x02') },
      { charge: 6n, meterId: pad('0x01') },
    ]

    expect(decode(encodeSettleCall({ charges }))).to.deep.equal({
      args: [charges],
      functionName: 'settle',
      to: policyValidatorAddress,
      value: 0n,
    })
  })

  it('publishes bytes as they are', () => {
    expect(decode(encodePublishCall({ bytes: '0x000101' }))).to.deep.equal({
      args: ['0x000101'],
      functionName: 'publish',
      to: policyStoreAddress,
      value: 0n,
    })
  })

  it('installs with no data, or with the first grant', () => {
    const install = {
      functionName: 'installModule',
      to: account,
      value: 0n,
    }

    expect(decode(encodeInstallPolicyValidatorCall({ account }))).to.deep.equal(
      { ...install, args: [1n, policyValidatorAddress, '0x'] },
    )
    expect(
      decode(
        encodeInstallPolicyValidatorCall({
          account,
          grant: { agent, policyHash },
        }),
      ),
    ).to.deep.equal({
      ...install,
      args: [1n, policyValidatorAddress, `${pad(agent)}${policyHash.slice(2)}`],
    })
  })

  it('uninstalls without data', () => {
    expect(
      decode(encodeUninstallPolicyValidatorCall({ account })),
    ).to.deep.equal({
      args: [1n, policyValidatorAddress, '0x'],
      functionName: 'uninstallModule',
      to: account,
      value: 0n,
    })
  })
})
