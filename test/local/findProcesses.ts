import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

export type FoundProcess = { args: string; id: number }

/** Returns a port that nothing listens on at the moment. */
export async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/**
 * Returns the processes of a local chain: anvil, Alto and their watchdogs all
 * name the port of anvil in their arguments.
 */
export function findProcesses(anvilPort: number): readonly FoundProcess[] {
  const marks = [
    `--port=${anvilPort}`,
    `--rpc-url=http://127.0.0.1:${anvilPort}`,
  ]
  return execFileSync('ps', ['-A', '-ww', '-o', 'pid=,args='], {
    encoding: 'utf8',
  })
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line.split(' ').some((word) => marks.includes(word)))
    .map((line) => ({
      args: line.slice(line.indexOf(' ') + 1),
      id: Number(line.slice(0, line.indexOf(' '))),
    }))
}

/** Waits until a condition holds. Fails after 10 s. */
export async function waitUntil(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 10_000
  while (!condition()) {
    if (Date.now() > deadline) throw new Error('Still not so after 10 s.')
    await sleep(20)
  }
}
