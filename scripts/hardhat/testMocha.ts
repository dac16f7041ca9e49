import { globSync } from 'node:fs'
import { overrideTask } from 'hardhat/config'
import { errorResult, successfulResult } from 'hardhat/utils/result'
import Mocha from 'mocha'

/**
 * Hardhat's mocha task, with two differences: without arguments it runs
 * `test/**\/*.test.ts` rather than every TypeScript file below `test`, and it
 * counts what passed rather than everything that did not fail.
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
    hre.config.test.mocha.reporter = CountingReporter

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
