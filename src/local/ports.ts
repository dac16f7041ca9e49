import { once } from 'node:events'
import { createServer } from 'node:net'

import { PortTakenError } from './errors.ts'

/**
 * Throws if a port that was asked for is taken.
 *
 * @param parameters - Program that the port is for, and address it listens on
 */
export async function assertPortFree(parameters: {
  host: string
  /** Port asked for. `undefined` means any free port. */
  port: number | undefined
  program: string
}) {
  const { host, port, program } = parameters
  if (port === undefined) return

  const server = createServer()
  try {
    server.listen({ exclusive: true, host, port })
    await once(server, 'listening')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error
    throw new PortTakenError({ port, program })
  } finally {
    server.close()
  }
}
