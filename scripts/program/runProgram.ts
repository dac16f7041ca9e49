import { type ParseArgsConfig, parseArgs } from 'node:util'

import { BaseError } from '../../src/errors/base.ts'

type Options = NonNullable<ParseArgsConfig['options']>

/** What the command line says, by the names of the options. */
export type OptionValues<options extends Options> = ReturnType<
  typeof parseArgs<{ options: options }>
>['values']

/**
 * Runs a script as its command line says, or prints its help. An error is told
 * without its stack, and becomes exit code 1.
 *
 * @param program - Its help, its options, and what it does; a number that it
 * returns is its exit code
 */
export async function runProgram<const options extends Options>(program: {
  help: string
  options: options & { help: { type: 'boolean' } }
  run: (values: OptionValues<options>) => Promise<unknown>
}): Promise<void> {
  const { help, options, run } = program
  try {
    const { values } = parseArgs<{ options: options }>({ options })
    if ('help' in values && values.help) {
      console.log(help)
      return
    }
    const code = await run(values)
    if (typeof code === 'number') process.exitCode = code
  } catch (error) {
    console.error(
      error instanceof BaseError ? error.message : `Error: ${String(error)}`,
    )
    process.exitCode = 1
  }
}
