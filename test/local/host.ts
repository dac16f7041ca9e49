// A program that starts a local chain and then ends as its argument says.
import { setTimeout as sleep } from 'node:timers/promises'

import { startLocalChain } from '../../src/local/startLocalChain.ts'

const [port, ending] = process.argv.slice(2)

await startLocalChain({ ports: { anvil: Number(port) } })
process.stdout.write('ready\n')

if (ending === 'exit') process.exit(0)
if (ending === 'throw') throw new Error('Thrown by the host.')
if (ending === 'wait') await sleep(60_000)
