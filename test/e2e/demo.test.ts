import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { expect } from 'chai'

import type { DemoStep } from '../../scripts/demo/createReport.ts'
import { findProcesses } from '../local/findProcesses.ts'

const demoPath = fileURLToPath(
  new URL('../../scripts/demo.ts', import.meta.url),
)

async function runDemo(...args: string[]) {
  const demo = spawn(process.execPath, [demoPath, ...args])
  const [stdout, stderr, [exitCode]] = await Promise.all([
    text(demo.stdout),
    text(demo.stderr),
    once(demo, 'exit'),
  ])
  return { exitCode, stderr, stdout }
}

describe('npm run demo', () => {
  it('goes as expected, step for step', async () => {
    const { exitCode, stderr, stdout } = await runDemo('--json')

    const { ok, steps } = JSON.parse(stdout) as {
      ok: boolean
      steps: DemoStep[]
    }
    expect(steps.filter((step) => !step.ok)).to.deep.equal([])
    expect(stderr).to.equal('')
    expect(exitCode).to.equal(0)
    expect(ok).to.equal(true)
    expect(steps.map(({ got }) => got)).to.deep.equal([
      'included',
      'Vendor payments, version 1',
      'mined',
      'mined',
      'the first payment',
      '90 TUSD left today',
      'RECIPIENT_NOT_ALLOWED, nothing moved',
      'RECIPIENT_NOT_ALLOWED, nothing moved',
      'TARGET_NOT_ALLOWED, nothing moved',
      'SELECTOR_NOT_ALLOWED, nothing moved',
      'CAP_EXCEEDED, nothing moved',
      'BUDGET_EXCEEDED, nothing moved',
      'APPROVAL_EXCEEDS_MAX, nothing moved',
      'SPENDER_NOT_ALLOWED, nothing moved',
      'PRIVILEGED_TARGET, nothing moved',
      'PRIVILEGED_TARGET, nothing moved',
      'FEE_PER_GAS_EXCEEDS_CAP, nothing moved',
      'RECIPIENT_NOT_ALLOWED, nothing moved',
      'RECIPIENT_NOT_ALLOWED, nothing moved',
      'included',
      'mined',
      '345 TUSD left today',
      'included',
      'AGENT_FROZEN, nothing moved',
    ])
    for (const { gasUsed, got } of steps)
      if (got === 'mined')
        expect(Number(gasUsed)).to.be.within(100_000, 250_000)
  })

  it('ends with nothing left running when it is interrupted', async () => {
    const demo = spawn(process.execPath, [demoPath], { detached: true })
    const stdout = text(demo.stdout)
    // By then the chain runs, and the server is about to.
    let printed = ''
    demo.stdout.on('data', (chunk) => {
      printed += chunk
      if (printed.includes('grants a policy')) demo.kill('SIGINT')
    })
    const [exitCode] = await once(demo, 'exit')

    const port = /http:\/\/127\.0\.0\.1:(\d+)/.exec(await stdout)?.[1]
    expect(exitCode).to.equal(130)
    expect(findProcesses(Number(port))).to.deep.equal([])
    // Throws when no process of the group is left.
    expect(() => process.kill(-(demo.pid ?? 0), 0)).to.throw('ESRCH')
  })

  describe('with a policy that it cannot grant', () => {
    let directory: string
    before(() => {
      directory = mkdtempSync(join(tmpdir(), 'mandate-test-'))
    })
    after(() => rmSync(directory, { force: true, recursive: true }))

    const runWith = async (content: string) => {
      const path = join(directory, 'policy.yaml')
      writeFileSync(path, content)
      return runDemo('--policy', path)
    }

    it('says that the file cannot be read', async () => {
      const { exitCode, stderr } = await runDemo('--policy', '/none.yaml')

      expect(exitCode).to.equal(1)
      expect(stderr).to.include('The policy file /none.yaml cannot be read')
      expect(stderr).to.include('`--policy`')
    })

    it('says where the document is wrong', async () => {
      const { exitCode, stderr } = await runWith('version: 1\nname: Nothing\n')

      expect(exitCode).to.equal(1)
      expect(stderr).to.include('permissions')
    })

    it('says that a name is missing that it pays by', async () => {
      const { exitCode, stderr } = await runWith(
        [
          'version: 1',
          'name: Too little',
          'chains: [eip155:31337]',
          'validity: { until: 2035-01-01 }',
          'assets: { ETH: { type: native } }',
          'limits: [{ asset: ETH, amount: 1, per: day }]',
          'permissions:',
          '  - transfer: ETH',
          '    to: ["0x9965507D1a55bcC2695C58ba16FB37d819B0A4dc"]',
          'gas: { maxFeePerGas: 20 gwei, perDay: 0.05 }',
        ].join('\n'),
      )

      expect(exitCode).to.equal(1)
      expect(stderr).to.include('`assets.TUSD`')
    })
  })
})
