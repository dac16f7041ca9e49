import { explainPolicy } from '../../src/policy/explainPolicy.ts'
import type { Bench } from './bench.ts'
import { getAddresses, getTokenPolicy } from './documents.ts'
import { compile } from './owner.ts'
import type { Results } from './results.ts'

const runs = 20

/** Times what the SDK does with a policy of 1,000 recipients. */
export function measureTiming(bench: Bench): Results['timing'] {
  const { chainId, contracts } = bench.localChain
  const document = getTokenPolicy({
    chainId,
    recipients: getAddresses(1_000, 'recipient'),
    token: contracts.testToken,
  })
  return {
    compilePolicy: getMedian(() => compile(bench, document)),
    explainPolicy: getMedian(() => explainPolicy(document)),
  }
}

/** Runs it 20 times, and returns the median in milliseconds. */
function getMedian(run: () => unknown): number {
  const times = Array.from({ length: runs }, () => {
    const start = performance.now()
    run()
    return performance.now() - start
  }).sort((one, other) => one - other)
  const [low = 0, high = 0] = times.slice(runs / 2 - 1)
  return Number(((low + high) / 2).toFixed(3))
}
