import { compilePolicy } from '../../src/policy/compilePolicy.ts'
import { definePolicy } from '../../src/policy/definePolicy.ts'
import type { PolicyDocument } from '../../src/policy/document/policySchema.ts'
import type { Bench } from './bench.ts'

/** What the documents of the tests have in common: the bench's time and gas. */
const base = {
  version: 1,
  name: 'Test',
  chains: ['eip155:31337'],
  validity: { from: '2030-01-01', until: '2031-01-01' },
  assets: {},
  limits: [],
  permissions: [],
  gas: { maxFeePerGas: '50 gwei', perDay: '100' },
} as const satisfies PolicyDocument

/**
 * Compiles a document, publishes what came of it, and grants it to the bench's
 * agent.
 */
export async function grantDocument(
  bench: Bench,
  parts: Partial<PolicyDocument>,
) {
  const compiled = compilePolicy(definePolicy({ ...base, ...parts }), {
    chainId: Number(bench.chainId),
  })
  for (const set of compiled.sets) await bench.publish(set.bytes)
  await bench.grant(compiled.bytes)

  const find = (type: 'plain' | 'switch', path: string): number => {
    const rule = compiled.rules.find(
      (rule) => rule.type === type && rule.path.startsWith(path),
    )
    if (rule === undefined) throw new Error(`No rule is of ${path}.`)
    return rule.offset
  }
  return {
    compiled,
    /** Where the rule begins that stands for this place in the document. */
    getRule: (path: string) => find('plain', path),
    /** Where the rule begins that chooses between alternatives there. */
    getSwitch: (path: string) => find('switch', path),
  }
}
