// Runs one program for as long as whoever started this holds its standard
// input open. The system closes that pipe when the holder ends, however it
// ends, so the program cannot outlive it. Run as a process, never imported.
import { spawn } from 'node:child_process'
import { constants } from 'node:os'

const [command = '', ...args] = process.argv.slice(2)
const killDelay = 2_000

const program = spawn(command, args, {
  stdio: ['ignore', 'inherit', 'inherit'],
  windowsHide: true,
})

program.once('error', (error) => {
  process.stderr.write(`${error.message}\n`)
  process.exit(127)
})
program.once('exit', (exitCode, signal) => {
  process.exit(exitCode ?? 128 + (signal ? constants.signals[signal] : 0))
})

function stop() {
  program.kill('SIGTERM')
  setTimeout(() => program.kill('SIGKILL'), killDelay).unref()
}

process.stdin.once('close', stop).resume()
for (const signal of ['SIGHUP', 'SIGINT', 'SIGTERM'] as const)
  process.on(signal, stop)
