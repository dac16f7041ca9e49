import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'

import { developmentAccounts } from '../../src/local/developmentAccounts.ts'
import { openStateDirectory } from '../../src/mcp/config/openStateDirectory.ts'
import { readAgentKey } from '../../src/mcp/config/readAgentKey.ts'
import { readEnvironment } from '../../src/mcp/config/readEnvironment.ts'
import { readPolicyFile } from '../../src/mcp/config/readPolicyFile.ts'
import { ConfigurationError } from '../../src/mcp/errors.ts'

const complete = {
  MANDATE_ACCOUNT: developmentAccounts.owner.address,
  MANDATE_AGENT_KEY_FILE: '/keys/agent.key',
  MANDATE_BUNDLER_URL: 'https://bundler.example.org',
  MANDATE_RPC_URL: 'https://rpc.example.org',
}

/** Returns the faults that a configuration is refused for. */
function getIssues(run: () => unknown) {
  try {
    run()
  } catch (error) {
    if (error instanceof ConfigurationError) return error.issues
    throw error
  }
  throw new Error('It was accepted.')
}

const getVariables = (variables: Record<string, string>) =>
  getIssues(() => readEnvironment(variables)).map(({ variable }) => variable)

describe('readEnvironment', () => {
  it('takes what is needed, and fills in the rest', () => {
    expect(readEnvironment(complete)).to.deep.include({
      account: developmentAccounts.owner.address,
      agentKeyFile: '/keys/agent.key',
      entryPoint: '0.7',
      policyFile: undefined,
    })
  })

  it('names every variable that is missing, and what it is for', () => {
    const issues = getIssues(() => readEnvironment({}))

    expect(issues.map(({ variable }) => variable)).to.have.members(
      Object.keys(complete),
    )
    for (const { fix, message } of issues) {
      expect(message).to.equal('It is not set.')
      expect(fix).to.match(/^Set it to/)
    }
  })

  it('takes an empty variable for one that is not set', () => {
    expect(getVariables({ ...complete, MANDATE_RPC_URL: '' })).to.deep.equal([
      'MANDATE_RPC_URL',
    ])
    expect(
      readEnvironment({ ...complete, MANDATE_POLICY_FILE: '' }).policyFile,
    ).to.equal(undefined)
  })

  it('refuses an address whose checksum is wrong, and shows the right one', () => {
    const account = complete.MANDATE_ACCOUNT.replace('C', 'c')
    const [issue] = getIssues(() =>
      readEnvironment({ ...complete, MANDATE_ACCOUNT: account }),
    )

    expect(issue?.variable).to.equal('MANDATE_ACCOUNT')
    expect(issue?.fix).to.include(complete.MANDATE_ACCOUNT)
  })

  it('refuses what is no URL, no EntryPoint and no mode', () => {
    expect(
      getVariables({
        ...complete,
        MANDATE_BUNDLER_URL: 'localhost:4337',
        MANDATE_ENTRY_POINT: '0.6',
        MANDATE_MODE: 'owner',
        MANDATE_RPC_URL: 'ftp://rpc.example.org',
      }),
    ).to.have.members([
      'MANDATE_BUNDLER_URL',
      'MANDATE_ENTRY_POINT',
      'MANDATE_MODE',
      'MANDATE_RPC_URL',
    ])
  })

  it('refuses a variable that it does not know', () => {
    expect(
      getVariables({ ...complete, MANDATE_POLICY_FIEL: '/policy.yaml' }),
    ).to.deep.equal(['MANDATE_POLICY_FIEL'])
  })

  it('refuses a key in the environment, without repeating it', () => {
    const { privateKey } = developmentAccounts.agent
    const issues = getIssues(() =>
      readEnvironment({ ...complete, MANDATE_AGENT_KEY: privateKey }),
    )

    expect(issues.map(({ variable }) => variable)).to.deep.equal([
      'MANDATE_AGENT_KEY',
    ])
    expect(JSON.stringify(issues)).not.to.include(privateKey.slice(2, 12))
  })
})

describe('files of the configuration', () => {
  let directory: string
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'mandate-test-'))
  })
  afterEach(() => rmSync(directory, { force: true, recursive: true }))

  const write = (text: string, mode: number) => {
    const path = join(directory, 'agent.key')
    writeFileSync(path, text)
    chmodSync(path, mode)
    return path
  }
  const { address, privateKey } = developmentAccounts.agent

  describe('readAgentKey', () => {
    it('reads a key with and without 0x, and with a line end', () => {
      for (const text of [privateKey, privateKey.slice(2), `${privateKey}\n`])
        expect(readAgentKey(write(text, 0o600)).address).to.equal(address)
      expect(readAgentKey(write(privateKey, 0o400)).address).to.equal(address)
    })

    it('refuses a file that others may open, whatever they may do', () => {
      for (const mode of [0o640, 0o604, 0o620, 0o602, 0o610, 0o644, 0o666]) {
        const path = write(privateKey, mode)
        const [issue] = getIssues(() => readAgentKey(path))

        expect(issue?.variable).to.equal('MANDATE_AGENT_KEY_FILE')
        expect(issue?.message).to.include(`0${mode.toString(8)}`)
        expect(issue?.fix).to.include(`chmod 600 ${path}`)
      }
    })

    it('refuses what is no key, and never repeats it', () => {
      for (const text of [
        '',
        'not a key',
        privateKey.slice(0, -1),
        `${privateKey}00`,
        `0x${'00'.repeat(32)}`,
        `0x${'ff'.repeat(32)}`,
        `${privateKey.slice(0, 64)}zz`,
      ]) {
        const issues = getIssues(() => readAgentKey(write(text, 0o600)))

        expect(issues[0]?.fix).to.match(/64 hexadecimal digits/)
        if (text.length > 20)
          expect(JSON.stringify(issues)).not.to.include(text.slice(2, 18))
      }
    })

    it('says why a file cannot be read', () => {
      const missing = getIssues(() => readAgentKey(join(directory, 'none')))
      const folder = getIssues(() => readAgentKey(directory))

      expect(missing[0]?.message).to.include('there is no such file')
      expect(folder[0]?.message).to.include('not a file')
    })
  })

  describe('openStateDirectory', () => {
    it('creates a folder that nobody else may open', () => {
      const path = join(directory, 'a', 'b')
      openStateDirectory(path)

      expect(statSync(path).mode & 0o777).to.equal(0o700)
      openStateDirectory(path)
    })

    it('refuses a folder that others may open', () => {
      const path = join(directory, 'open')
      mkdirSync(path)
      chmodSync(path, 0o755)

      const [issue] = getIssues(() => openStateDirectory(path))
      expect(issue?.variable).to.equal('MANDATE_STATE_DIR')
      expect(issue?.fix).to.include(`chmod 700 ${path}`)
    })

    it('refuses a path that is a file', () => {
      const [issue] = getIssues(() => openStateDirectory(write('', 0o600)))

      expect(issue?.variable).to.equal('MANDATE_STATE_DIR')
    })
  })

  describe('readPolicyFile', () => {
    it('says why a file cannot be read', () => {
      const [issue] = getIssues(() => readPolicyFile(join(directory, 'none')))

      expect(issue?.variable).to.equal('MANDATE_POLICY_FILE')
      expect(issue?.message).to.include('there is no such file')
    })

    it('names the variable where the document is nested too deeply', () => {
      for (const name of ['policy.json', 'policy.yaml']) {
        const path = join(directory, name)
        writeFileSync(path, `${'['.repeat(50_000)}${']'.repeat(50_000)}`)

        const [issue] = getIssues(() => readPolicyFile(path))
        expect(issue?.variable).to.equal('MANDATE_POLICY_FILE')
        expect(issue?.fix).to.match(/\.$/)
      }
    })

    it('lists the faults of the document with their lines', () => {
      const path = join(directory, 'policy.yaml')
      writeFileSync(path, 'version: 1\nname: Broken\nchains: [base]\n')

      const issues = getIssues(() => readPolicyFile(path))
      expect(issues.length).to.be.greaterThan(1)
      expect(issues.map(({ message }) => message).join('\n')).to.match(
        /line 3, chains\[0\]/,
      )
    })
  })
})
