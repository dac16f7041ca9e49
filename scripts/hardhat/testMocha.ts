import { globSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { overrideTask } from 'hardhat/config'
import { errorResult, successfulResult } from 'hardhat/utils/result'
import Mocha from 'mocha'

const hour = 3_600_000
/** Milliseconds that a bundler wants to be left of a window, and that a test may take. */
const margin = 75_000

/**
 * Waits for the next hour where this one is about to end: operations under budgets
 * of an hour or a day would find no window that a bundler takes.
 */
async function awaitWindow() {
  const left = hour - (Date.now() % hour)
  if (left < margin) await setTimeout(left)
}

/**
 * Hardhat's mocha task, with three differences: without arguments it runs
 * `test/**\/*.test.ts` rather than every TypeScript file below `test`, no test
 * begins just before a full hour, and it counts what passed rather than everything
 * that did not fail.
 */
export const testMochaTask = overrideTask(['test', 'mocha'])
  .setInlineAction(async (taskArguments, hre, runSuper) => {
    const testFiles =
      taskArguments.testFiles.length > 0
        ? taskArguments.testFiles
        : globSync('test/**/*.test.ts').sort()

    let stats: Mocha.Stats | undefined
    class CountingReporter extends Mocha.reporters.Spec {
      constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
        super(runner, options)
        stats = this.stats
      }
    }
    Object.assign(hre.config.test.mocha, {
      reporter: CountingReporter,
      rootHooks: { beforeEach: awaitWindow },
    })

    if (testFiles.length > 0) await runSuper({ ...taskArguments, testFiles })

    const summary = {
      failed: stats?.failures ?? 0,
      passed: stats?.passes ?? 0,
      skipped: stats?.pending ?? 0,
      todo: 0,
    }
    return summary.failed > 0
      ? errorResult({ summary })
      : successfulResult({ summary })
  })
  .build()
