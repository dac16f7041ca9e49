import { type ChildProcess, spawn } from 'node:child_process'
import { devNull } from 'node:os'
import { extname } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

import { ProgramExitedError, ProgramStartTimeoutError } from './errors.ts'

/** How a program ended. */
type ProgramExit = {
  /** Exit code, or null if a signal ended the program. */
  exitCode: number | null
  /** Last lines that the program printed. */
  output: readonly string[]
}

export type Program = {
  /** Resolves when the program and its watchdog are gone. Never rejects. */
  exited: Promise<ProgramExit>
  /** Name to show, as in 'anvil'. */
  name: string
  /**
   * Resolves to the port that the program listens on. Rejects when the program
   * ends first, or when it takes too long.
   */
  ready: Promise<number>
  /** Stops the program and resolves when it is gone. Never rejects. */
  stop: () => Promise<void>
}

export type StartProgramParameters = {
  args: readonly string[]
  /** Program to run: a path, or a name to look up. */
  command: string
  name: string
  /** Called with each line that the program prints. */
  onLine?: ((line: string) => void) | undefined
  /** Matches the line that says it is ready. Its first group is the port. */
  readyPattern: RegExp
  /** Longest wait for that line, in milliseconds. */
  timeout: number
}

/** Time between asking a watchdog to stop and ending it by force, in ms. */
const stopTimeout = 5_000

/** Number of printed lines kept for error messages. */
const outputLength = 20

/**
 * Variables that programs inherit. Everything else stays out, because anvil
 * and Alto take options from variables, and loaders come with `NODE_OPTIONS`.
 */
const inheritedVariables = [
  'HOME',
  'LD_LIBRARY_PATH',
  'PATH',
  'SystemRoot',
  'TEMP',
  'TMP',
  'TMPDIR',
  'USERPROFILE',
]

const watchdogPath = fileURLToPath(
  new URL(`./watchdog${extname(import.meta.url)}`, import.meta.url),
)

/**
 * Starts a program that ends with this process at the latest.
 *
 * The program runs under a small watchdog that holds the other end of a pipe.
 * When this process ends, even by SIGKILL, the system closes the pipe and the
 * watchdog stops the program. Both are in a process group of their own, so that
 * Ctrl-C in a terminal reaches this process alone, and so that the program can
 * be ended with its group if its watchdog is killed.
 *
 * Once ready, the program does not keep this process alive.
 *
 * @param parameters - {@link StartProgramParameters}
 * @returns Handle of the program, at once. {@link Program}
 */
export function startProgram(parameters: StartProgramParameters): Program {
  const { args, command, name, onLine, readyPattern, timeout } = parameters

  const watchdog = spawn(process.execPath, [watchdogPath, command, ...args], {
    detached: process.platform !== 'win32',
    env: inheritEnvironment(),
    stdio: ['pipe', 'pipe', 'pipe'],
    windowsHide: true,
  })
  // Writing is never needed, but closing a pipe to a dead process may fail.
  watchdog.stdin.on('error', () => {})

  const printed: string[] = []
  const errors: string[] = []
  const getOutput = () => (errors.length > 0 ? errors : printed)

  const exited = new Promise<ProgramExit>((resolve) => {
    let exitCode: number | null = null
    watchdog.once('error', (error) => {
      errors.push(error.message)
      resolve({ exitCode, output: getOutput() })
    })
    watchdog.once('exit', (code) => {
      exitCode = code
      killGroup(watchdog)
    })
    watchdog.once('close', () => resolve({ exitCode, output: getOutput() }))
  })

  const ready = new Promise<number>((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(
        new ProgramStartTimeoutError({
          output: getOutput(),
          program: name,
          timeout,
        }),
      )
    }, timeout)

    const read = (line: string, lines: string[]) => {
      lines.push(line)
      if (lines.length > outputLength) lines.shift()
      onLine?.(line)

      const port = readyPattern.exec(line)?.[1]
      if (port === undefined) return
      clearTimeout(timer)
      holdProcess(watchdog, false)
      resolve(Number(port))
    }
    createInterface(watchdog.stdout).on('line', (line) => read(line, printed))
    createInterface(watchdog.stderr).on('line', (line) => read(line, errors))

    void exited.then(({ exitCode, output }) => {
      clearTimeout(timer)
      reject(new ProgramExitedError({ exitCode, output, program: name }))
    })
  })
  // A caller may stop the program without ever waiting for it.
  ready.catch(() => {})

  async function stop() {
    holdProcess(watchdog, true)
    watchdog.stdin.end()
    const timer = setTimeout(() => killGroup(watchdog), stopTimeout)
    await exited
    clearTimeout(timer)
  }

  return { exited, name, ready, stop }
}

function inheritEnvironment() {
  const environment: Record<string, string> = {
    // Keeps a program from reading the .env file of the current folder.
    DOTENV_CONFIG_PATH: devNull,
  }
  for (const key of inheritedVariables) {
    const value = process.env[key]
    if (value !== undefined) environment[key] = value
  }
  return environment
}

/** Says whether the program keeps this process alive. */
function holdProcess(watchdog: ChildProcess, hold: boolean) {
  const method = hold ? 'ref' : 'unref'
  watchdog[method]()
  for (const pipe of watchdog.stdio)
    if (pipe && method in pipe) (pipe as unknown as NodeJS.RefCounted)[method]()
}

/** Ends by force whatever is left of a program and its watchdog. */
function killGroup(watchdog: ChildProcess) {
  if (watchdog.pid === undefined) return
  try {
    if (process.platform === 'win32') watchdog.kill('SIGKILL')
    else process.kill(-watchdog.pid, 'SIGKILL')
  } catch {
    // Nothing is left of it.
  }
}
