import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect } from 'chai'
import { encodeFunctionData } from 'viem'

import { createAccount } from '../../scripts/bench/account.ts'
import { type Bench, startBench } from '../../scripts/bench/bench.ts'
import type { Comparison, Results } from '../../scripts/bench/results.ts'
import { sendOperation } from '../../scripts/bench/sendOperation.ts'
import { testTokenAbi } from '../../src/local/generated/contracts.ts'

const script = fileURLToPath(new URL('../../scripts/bench.ts', import.meta.url))

const run = (...args: readonly string[]) =>
  promisify(execFile)(process.execPath, [script, ...args])

describe('npm run bench', () => {
  describe('with --json', () => {
    let results: Results

    before(async () => {
      const { stdout } = await run('--json')
      results = JSON.parse(stdout)
    })

    function expectComparison({ baseline, gas, overhead }: Comparison) {
      expect(baseline).to.be.above(0)
      expect(gas).to.be.above(baseline)
      expect(overhead).to.equal(gas - baseline)
    }

    it('compares each workload with the plain validator', () => {
      const { direct, entryPoint08, workloads } = results
      for (const comparisons of [workloads, entryPoint08, direct]) {
        expect(comparisons).to.have.all.keys('W1', 'W1s', 'W2', 'W3')
        for (const comparison of Object.values(comparisons)) {
          expect(comparison).to.have.all.keys('baseline', 'gas', 'overhead')
          expectComparison(comparison)
        }
      }
      expectComparison(results.first.agent)
      expectComparison(results.first.day)
    })

    it('says how gas grows with the policy', () => {
      const { recipients } = results.growth
      expect(recipients).to.have.all.keys('1', '10', '100', '1000')
      // The same workload. Another signature has other zero bytes.
      expect(recipients['10']).to.be.closeTo(results.workloads.W1.gas, 100)
      expect(results.growth.externalRecipients).to.have.all.keys('1000')
      expect(results.growth.permissions).to.have.all.keys('10', '100')
      for (const group of Object.values(results.growth))
        for (const gas of Object.values(group)) expect(gas).to.be.above(0)
    })

    it('says what publishing and granting cost', () => {
      const { grant, owner } = results
      expect(grant).to.have.all.keys('1', '10', '100', '1000')
      for (const [count, gas] of Object.entries(grant)) {
        const parts = owner.recipients[count]
        expect(parts?.publish).to.be.above(0)
        expect(parts?.grant).to.be.above(owner.nothing)
        expect(gas).to.equal((parts?.publish ?? 0) + (parts?.grant ?? 0))
      }
    })

    it('has the gas within validation', () => {
      for (const { baseline, policy } of Object.values(results.validation)) {
        expect(baseline.account).to.be.above(baseline.validator)
        expect(policy.account).to.be.above(policy.validator)
        expect(policy.validator).to.be.above(baseline.validator)
      }
    })

    it('says what each tier costs', () => {
      const { announce, approval1of1, approval2of3, delay, notify } =
        results.tiers
      const instant = results.workloads.W1.gas
      for (const gas of [announce, approval1of1, delay, notify])
        expect(gas).to.be.above(instant)
      expect(approval2of3).to.be.above(approval1of1)
    })

    it('has the times of the SDK', () => {
      expect(results.timing).to.have.all.keys('compilePolicy', 'explainPolicy')
    })
  })

  it('takes other numbers of recipients', async () => {
    const { stdout } = await run('--sizes', '2,3')

    expect(stdout).to.match(/recipients: 2 /)
    expect(stdout).not.to.match(/recipients: 100 /)
  })

  it('fails on numbers that are none', async () => {
    const error = await run('--sizes', 'ten').catch((error) => error)

    expect(error.code).to.equal(1)
    expect(error.stderr).to.match(/takes whole numbers/)
  })
})

describe('sendOperation of the benchmark', () => {
  let bench: Bench

  before(async () => {
    bench = await startBench()
  })
  after(() => bench.localChain.stop())

  it('refuses an operation whose execution reverts', async () => {
    const account = await createAccount(bench, { version: '0.7' })
    const { accounts, contracts } = bench.localChain
    const error = await sendOperation(bench, {
      account,
      calls: [
        {
          data: encodeFunctionData({
            abi: testTokenAbi,
            args: [accounts.recipient.address, 2n ** 255n],
            functionName: 'transfer',
          }),
          to: contracts.testToken,
        },
      ],
      route: 'owner',
      what: 'transfer of too much',
    }).catch((error) => error)

    expect(error.name).to.equal('MeasurementFailedError')
    expect(error.details).to.match(/its execution reverted/)
  })

  it('refuses an operation that is not validated', async () => {
    const account = await createAccount(bench, { version: '0.7' })
    const error = await sendOperation(bench, {
      account,
      calls: [{ to: bench.localChain.accounts.recipient.address }],
      route: 'policy',
      what: 'operation of nobody',
    }).catch((error) => error)

    expect(error.name).to.equal('MeasurementFailedError')
    expect(error.message).to.match(/operation of nobody did not succeed/)
  })
})
