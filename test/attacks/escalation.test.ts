import { expect } from 'chai'
import { Interface } from 'ethers'
import { concatHex, type Hex, toHex } from 'viem'

import { type Bench, loadBench, toKey } from '../helpers/bench.ts'
import { expectDenied } from '../helpers/expectDenied.ts'
import { ethers } from '../helpers/network.ts'
import {
  encodeBatch,
  encodeCalls,
  encodeExecute,
  modes,
  type Operation,
  packCall,
} from '../helpers/operations.ts'
import {
  allowCall,
  allowPayment,
  assets,
  limits,
  toPolicy,
} from '../helpers/policies.ts'
import { buildRule, type PolicyParts } from '../policyStore/buildPolicy.ts'

const zero = `0x${'00'.repeat(20)}`

describe('escalation by the agent', () => {
  let bench: Bench
  let account: string
  let module: string

  const grant = (parts: Partial<PolicyParts> = {}) =>
    bench.grant(
      toPolicy({
        assets: [assets.native],
        limits: [limits.lifetime(0, 1_000n)],
        permissions: [allowPayment(bench.alice.address, 1_000n)],
        // As wide as a policy can be.
        setPermissions: [
          {
            kind: 0,
            selector: '0x00000000',
            set: 0xff,
            rule: buildRule({ valueCap: 1_000n }),
          },
        ],
        ...parts,
      }),
    )

  beforeEach(async () => {
    bench = await loadBench()
    account = String(bench.account.target)
    module = String(bench.validator.target)
    await grant()
  })

  const deny = async (callData: Hex, error: string, args: readonly unknown[]) =>
    expectDenied(bench, await bench.operate({ callData }), error, args)
  /** Denied alone, and behind a call that is permitted. */
  async function denyCall(
    call: { to: string; data: string },
    error: string,
    args: readonly unknown[],
  ) {
    const good = { to: bench.alice.address, value: 1n }
    await deny(encodeCalls([call]), error, [0, ...args])
    await deny(encodeExecute(modes.batch, encodeBatch([call])), error, [
      0,
      ...args,
    ])
    await deny(encodeCalls([good, call]), error, [1, ...args])
  }

  describe('with a function of the account', () => {
    const functions = new Interface([
      'function installModule(uint256, address, bytes)',
      'function uninstallModule(uint256, address, bytes)',
      'function executeFromExecutor(bytes32, bytes)',
      'function upgradeTo(address)',
      'function upgradeToAndCall(address, bytes)',
      'function initialize(address)',
      'function initializeAccount(bytes)',
      'function setRegistry(address, address[], uint8)',
      'function executeComposable(bytes32, bytes)',
      'function changeRootValidator(bytes21, address, bytes, bytes)',
      'function grantAccess(bytes21, bytes4, bool)',
      'function withdrawDepositTo(address, uint256)',
      'function addOwnerWithThreshold(address, uint256)',
      'function enableModule(address)',
      'function setFallbackHandler(address)',
      'function transferOwnership(address)',
      'function anyFallback()',
    ])

    it('as the outer call reverts', async () => {
      for (const { selector } of functions.fragments.map((fragment) => ({
        selector: functions.getFunction(fragment.format())?.selector as Hex,
      })))
        await deny(
          concatHex([selector, toHex(0, { size: 128 })]),
          'SelectorNotSupported',
          [selector],
        )
    })

    it('through execute reverts', async () => {
      const install = bench.account.interface.encodeFunctionData(
        'installModule',
        [1, toKey('hostile').address, '0x'],
      )
      const calls = [
        install,
        bench.account.interface.encodeFunctionData('uninstallModule', [
          1,
          module,
          '0x',
        ]),
        ...functions.fragments.map((fragment) =>
          concatHex([
            functions.getFunction(fragment.format())?.selector as Hex,
            toHex(0, { size: 128 }),
          ]),
        ),
      ]
      for (const data of calls)
        await denyCall({ to: account, data }, 'PrivilegedTarget', [account])
    })

    it('through the zero address, which the account reads as itself, reverts', async () => {
      const data = bench.account.interface.encodeFunctionData('installModule', [
        1,
        toKey('hostile').address,
        '0x',
      ])
      await denyCall({ to: zero, data }, 'PrivilegedTarget', [zero])
    })

    it('through its own execute, nested, reverts', async () => {
      const data = encodeExecute(
        modes.single,
        packCall({ to: bench.alice.address, value: 1n }),
      )
      await denyCall({ to: account, data }, 'PrivilegedTarget', [account])
      await denyCall({ to: zero, data }, 'PrivilegedTarget', [zero])
    })

    it('without data, which is a transfer to itself, reverts', async () => {
      for (const to of [account, module, zero])
        await denyCall({ to, data: '0x' }, 'PrivilegedTarget', [to])
    })
  })

  describe('with a function of the module', () => {
    it('reverts', async () => {
      const { agent, otherAgent, validator } = bench
      const operation = await bench.operate({})
      const encode = validator.interface
      const policyHash = await bench.publish(
        toPolicy({
          permissions: [allowCall(bench.alice.address, '0x12345678')],
        }),
      )
      const calls = [
        encode.encodeFunctionData('grant', [agent.address, policyHash, 1]),
        encode.encodeFunctionData('grant', [otherAgent.address, policyHash, 0]),
        encode.encodeFunctionData('revoke', [agent.address, 1]),
        encode.encodeFunctionData('freeze', [agent.address, 1]),
        encode.encodeFunctionData('unfreeze', [agent.address, 1]),
        encode.encodeFunctionData('rotate', [
          agent.address,
          otherAgent.address,
          1,
        ]),
        encode.encodeFunctionData('freezeAll'),
        encode.encodeFunctionData('onInstall', ['0x']),
        encode.encodeFunctionData('onUninstall', ['0x']),
        encode.encodeFunctionData('validateUserOp', [
          operation,
          toHex(0, { size: 32 }),
        ]),
        '0x',
        '0x12345678',
      ]
      for (const data of calls)
        await denyCall({ to: module, data }, 'PrivilegedTarget', [module])
    })
  })

  describe('with a function of the EntryPoint', () => {
    it('reverts', async () => {
      const entryPoint = String(bench.entryPoint.target)
      const encode = bench.entryPoint.interface
      const operation: Operation = await bench.operate({})
      const calls = [
        encode.encodeFunctionData('withdrawTo', [bench.agent.address, 1n]),
        encode.encodeFunctionData('withdrawStake', [bench.agent.address]),
        encode.encodeFunctionData('depositTo', [bench.agent.address]),
        encode.encodeFunctionData('incrementNonce', [0]),
        encode.encodeFunctionData('handleOps', [
          [operation],
          bench.agent.address,
        ]),
      ]
      for (const data of calls)
        await denyCall({ to: entryPoint, data }, 'TargetNotAllowed', [
          entryPoint,
        ])
      await denyCall({ to: entryPoint, data: '0x' }, 'RecipientNotAllowed', [
        0,
        zero,
        entryPoint,
      ])
    })
  })

  describe('with another module of the account', () => {
    it('reverts, though the module would do anything', async () => {
      const executor = await bench.deployContract('OpenExecutor')
      await bench.account.installModule(2, executor.target, '0x')
      const install = bench.account.interface.encodeFunctionData(
        'installModule',
        [1, toKey('hostile').address, '0x'],
      )
      const data = executor.interface.encodeFunctionData('run', [
        account,
        modes.single,
        packCall({ to: account, data: install }),
      ])
      await denyCall(
        { to: String(executor.target), data },
        'TargetNotAllowed',
        [executor.target],
      )
    })

    it('cannot be chosen by a nonce key that the policy does not have', async () => {
      // The validator that the nonce names is asked, and it knows no agent.
      const key = (BigInt(bench.alice.address) << 32n) | 0n
      const operation = await bench.operate({ nonce: key << 64n })
      const before = await bench.readState()
      await expect(bench.handle([operation])).to.revert(ethers)

      expect(await bench.readState()).to.deep.equal(before)
    })
  })

  describe('with a mode of execution', () => {
    it('reverts for delegatecall, staticcall, try, ERC-7821 and unknown ones', async () => {
      const bytes = (start: string): Hex => `0x${start.padEnd(64, '0')}`
      const others = [
        bytes('ff'),
        bytes('ff01'),
        bytes('fe'),
        bytes('fe01'),
        bytes('0001'),
        bytes('0101'),
        bytes('01000000000078210001'),
        bytes('01000000000078210002'),
        bytes('01010000000078210001'),
        bytes('02'),
        bytes('7f'),
        bytes('00ff'),
        bytes('0000000001'),
        bytes('000000000000000001'),
        concatHex([bytes('01').slice(0, -2) as Hex, '0x01']),
      ]
      const executions = [
        packCall({ to: bench.alice.address, value: 1n }),
        encodeBatch([{ to: bench.alice.address, value: 1n }]),
      ]
      for (const mode of others)
        for (const execution of executions)
          await deny(encodeExecute(mode, execution), 'ModeNotSupported', [mode])
    })
  })

  describe('with executeUserOp', () => {
    let wrapping: Awaited<ReturnType<Bench['createAccount']>>

    beforeEach(async () => {
      wrapping = await bench.createWrappingAccount()
      await bench.grant(
        toPolicy({
          header: { flags: 1n },
          assets: [assets.native],
          limits: [limits.lifetime(0, 1_000n)],
          permissions: [allowPayment(bench.alice.address, 1_000n)],
        }),
        { of: wrapping },
      )
    })

    const wrap = (inner: Hex) => concatHex(['0x8dd7712f', inner])

    it('around execute runs', async () => {
      const callData = wrap(
        encodeCalls([{ to: bench.alice.address, value: 7n }]),
      )
      await bench.run(await bench.operate({ account: wrapping, callData }))

      expect(await bench.provider.getBalance(bench.alice.address)).to.equal(7n)
    })

    it('around anything else reverts', async () => {
      const install = bench.account.interface.encodeFunctionData(
        'installModule',
        [1, toKey('hostile').address, '0x'],
      ) as Hex
      const execute = encodeCalls([{ to: bench.alice.address, value: 1n }])
      const inner = [
        [install, '0x9517e29f'],
        [wrap(execute), '0x8dd7712f'],
        ['0xd691c964', '0xd691c964'],
        ['0x', '0x00000000'],
        ['0xe9ae5c', '0x00000000'],
      ] as const
      for (const [data, selector] of inner)
        await expectDenied(
          bench,
          await bench.operate({ account: wrapping, callData: wrap(data) }),
          'SelectorNotSupported',
          [selector],
        )
    })

    it('around execute of a privileged call reverts', async () => {
      const to = String(wrapping.target)
      const callData = wrap(encodeCalls([{ to, data: '0x12345678' }]))
      await expectDenied(
        bench,
        await bench.operate({ account: wrapping, callData }),
        'PrivilegedTarget',
        [0, to],
      )
    })

    it('left out reverts', async () => {
      const callData = encodeCalls([{ to: bench.alice.address, value: 7n }])
      await expectDenied(
        bench,
        await bench.operate({ account: wrapping, callData }),
        'SelectorNotSupported',
        ['0xe9ae5c53'],
      )
    })
  })

  describe('with an enable mode in the nonce', () => {
    const key = (nonce: bigint) => nonce >> 64n
    /** Byte of the nonce, counted from the highest, as a mask of its key. */
    const byteOfKey = (byte: number, value: bigint) =>
      key(value << BigInt(8 * (31 - byte)))

    it('of Nexus, whose fourth byte is the mode, reverts', async () => {
      const mask = byteOfKey(3, 0xffn)
      await grant({ header: { nonceMask: mask, nonceValue: 0n } })
      for (const mode of [1n, 2n, 0xffn]) {
        const nonce = byteOfKey(3, mode)
        const operation = await bench.operate({ nonce: nonce << 64n })
        const error = await bench.validate(operation).catch((error) => error)
        expect(bench.parseError(error.data)).to.deep.equal([
          'NonceNotAllowed',
          nonce,
          mask,
          0n,
        ])
      }
    })

    it('of Kernel, whose first two bytes are mode and type, reverts', async () => {
      const mask = byteOfKey(0, 0xffn) | byteOfKey(1, 0xffn)
      const value = byteOfKey(1, 1n)
      await grant({ header: { nonceMask: mask, nonceValue: value } })
      const others = [
        byteOfKey(0, 1n) | value,
        byteOfKey(1, 0n),
        byteOfKey(1, 2n),
        byteOfKey(0, 0xffn) | byteOfKey(1, 0xffn),
      ]
      for (const nonce of others) {
        const operation = await bench.operate({ nonce: nonce << 64n })
        const error = await bench.validate(operation).catch((error) => error)
        expect(bench.parseError(error.data)).to.deep.equal([
          'NonceNotAllowed',
          nonce,
          mask,
          value,
        ])
      }
    })
  })
})
