import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect } from 'chai'

import { startLocalChain } from '../../src/local/startLocalChain.ts'
import { findFreePort, findProcesses, waitUntil } from './findProcesses.ts'

const toPath = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const host = toPath('./host.ts')
const chainScript = toPath('../../scripts/chain.ts')

/** anvil, Alto, and a watchdog each. */
const processCount = 4

describe('processes of a local chain', () => {
  let port: number

  beforeEach(async () => {
    port = await findFreePort()
  })
  afterEach(() => {
    // Only where a test failed.
    for (const { id } of findProcesses(port)) process.kill(id, 'SIGKILL')
  })

  function start(script: string, ...args: string[]) {
    // In a process group of its own, as a shell would do it.
    return spawn(process.execPath, [script, ...args], {
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
  }

  async function waitUntilReady(child: ChildProcess) {
    await once(child.stdout ?? child, 'data')
    expect(findProcesses(port)).to.have.length(processCount)
  }

  const expectNoneLeft = () => waitUntil(() => findProcesses(port).length === 0)

  describe('stop', () => {
    it('leaves none', async () => {
      const localChain = await startLocalChain({ ports: { anvil: port } })
      expect(findProcesses(port)).to.have.length(processCount)

      const before = performance.now()
      await localChain.stop()

      // Asked to end, not killed after a while.
      expect(performance.now() - before).to.be.lessThan(1_500)
      expect(findProcesses(port)).to.deep.equal([])
      expect(await localChain.exited).to.equal(undefined)
    })

    it('may be called twice, also at the same time', async () => {
      const localChain = await startLocalChain({
        bundler: false,
        ports: { anvil: port },
      })

      await Promise.all([localChain.stop(), localChain.stop()])
      await localChain.stop()

      expect(findProcesses(port)).to.deep.equal([])
    })
  })

  describe('when a part is killed', () => {
    it('ends the rest and tells which part it was', async () => {
      const localChain = await startLocalChain({ ports: { anvil: port } })
      const anvil = findProcesses(port).find(
        ({ args }) => args.includes('/anvil ') && !args.includes('watchdog'),
      )

      process.kill(anvil?.id ?? 0, 'SIGKILL')

      const error = await localChain.exited
      expect(error?.shortMessage).to.equal('anvil ended by itself.')
      expect(findProcesses(port)).to.deep.equal([])
    })

    it('ends a program whose watchdog is killed', async () => {
      const localChain = await startLocalChain({ ports: { anvil: port } })
      const watchdogs = findProcesses(port).filter(({ args }) =>
        args.includes('watchdog'),
      )
      expect(watchdogs).to.have.length(2)

      for (const { id } of watchdogs) process.kill(id, 'SIGKILL')

      expect(await localChain.exited).not.to.equal(undefined)
      expect(findProcesses(port)).to.deep.equal([])
    })
  })

  describe('when the host ends', () => {
    it('leaves none after SIGKILL', async () => {
      const child = start(host, String(port), 'wait')
      await waitUntilReady(child)

      child.kill('SIGKILL')
      await expectNoneLeft()
    })

    it('leaves none after SIGTERM', async () => {
      const child = start(host, String(port), 'wait')
      await waitUntilReady(child)

      child.kill('SIGTERM')
      await expectNoneLeft()
    })

    it('leaves none after SIGKILL while it starts', async () => {
      const child = start(host, String(port), 'wait')
      await waitUntil(() => findProcesses(port).length > 2)

      child.kill('SIGKILL')
      await expectNoneLeft()
    })

    it('leaves none after an exception', async () => {
      const child = start(host, String(port), 'throw')
      const [exitCode] = await once(child, 'exit')

      expect(exitCode).to.equal(1)
      await expectNoneLeft()
    })

    it('leaves none after process.exit', async () => {
      const child = start(host, String(port), 'exit')
      const [exitCode] = await once(child, 'exit')

      expect(exitCode).to.equal(0)
      await expectNoneLeft()
    })

    it('lets the host end when it has nothing left to do', async () => {
      const child = start(host, String(port), 'return')
      const [exitCode] = await once(child, 'exit')

      expect(exitCode).to.equal(0)
      await expectNoneLeft()
    })
  })

  describe('npm run chain', () => {
    it('leaves none after Ctrl-C', async () => {
      const child = start(chainScript, '--json', '--port', String(port))
      await waitUntilReady(child)

      // A terminal signals the whole process group.
      process.kill(-(child.pid ?? 0), 'SIGINT')
      const [exitCode] = await once(child, 'exit')

      expect(exitCode).to.equal(0)
      expect(findProcesses(port)).to.deep.equal([])
    })

    it('leaves none after Ctrl-C while it starts', async () => {
      const child = start(chainScript, '--json', '--port', String(port))
      await waitUntil(() => findProcesses(port).length > 2)

      process.kill(-(child.pid ?? 0), 'SIGINT')
      const [exitCode] = await once(child, 'exit')

      expect(exitCode).to.equal(0)
      expect(findProcesses(port)).to.deep.equal([])
    })

    it('leaves none after SIGKILL', async () => {
      const child = start(chainScript, '--json', '--port', String(port))
      await waitUntilReady(child)

      child.kill('SIGKILL')
      await expectNoneLeft()
    })

    it('prints one JSON object when ready', async () => {
      const child = start(chainScript, '--json', '--port', String(port))
      const [output] = await once(child.stdout, 'data')

      expect(JSON.parse(String(output))).to.include({
        chainId: 31_337,
        rpcUrl: `http://127.0.0.1:${port}`,
      })

      child.kill('SIGTERM')
      await once(child, 'exit')
      expect(findProcesses(port)).to.deep.equal([])
    })

    it('says why it failed, and exits with 1', async () => {
      const localChain = await startLocalChain({
        bundler: false,
        ports: { anvil: port },
      })
      try {
        const child = start(chainScript, '--port', String(port))
        const [[message], [exitCode]] = await Promise.all([
          once(child.stderr, 'data'),
          once(child, 'exit'),
        ])

        expect(String(message)).to.match(/^Port \d+, asked for anvil, is taken/)
        expect(exitCode).to.equal(1)
      } finally {
        await localChain.stop()
      }
    })

    it('says that a program ended, and exits with 1', async () => {
      const child = start(chainScript, '--json', '--port', String(port))
      await waitUntilReady(child)

      const alto = findProcesses(port).find(
        ({ args }) => args.includes('alto.js') && !args.includes('watchdog'),
      )
      process.kill(alto?.id ?? 0, 'SIGKILL')
      const [[message], [exitCode]] = await Promise.all([
        once(child.stderr, 'data'),
        once(child, 'exit'),
      ])

      expect(String(message)).to.match(/^Alto ended by itself/)
      expect(exitCode).to.equal(1)
      expect(findProcesses(port)).to.deep.equal([])
    })
  })
})
