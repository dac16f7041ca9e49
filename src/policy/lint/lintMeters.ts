import type { PolicyView, ViewLimit, ViewRule } from '../view/policyView.ts'
import { createFinding, type PolicyFinding } from './finding.ts'
import { getRules, type LintCheck } from './lintContext.ts'

/** Most meter words that one operation may touch. */
const maxMeterWords = 16
/** What a rolling count takes of them. */
const rollingCountWords = 3

/** Operations that touch more meters than the validator charges. */
export const lintMeters: LintCheck = ({ document, view }) => {
  const rules = getRules(view).map(({ rule }) => ({
    rule,
    touched: getTouched(view, rule),
  }))
  const findings: PolicyFinding[] = []
  const usable = rules.filter(({ rule, touched }) => {
    const words = countWords(touched)
    if (words <= maxMeterWords) return true
    findings.push(
      createFinding(
        'METERS_EXCEEDED',
        rule.path,
        `One such call touches ${words} meter words, and ${maxMeterWords} are the most.`,
      ),
    )
    return false
  })

  // Takes the call that adds most, again and again: what it finds is real.
  const chosen: ViewRule[] = []
  let touched: ReadonlySet<ViewLimit> = new Set()
  while (chosen.length < (document.maxCalls ?? 8)) {
    const sums = usable.map((entry) => ({
      ...entry,
      sum: new Set([...touched, ...entry.touched]),
    }))
    const [best] = sums.sort(
      (one, other) => countWords(other.sum) - countWords(one.sum),
    )
    if (best === undefined || best.sum.size === touched.size) break
    touched = best.sum
    chosen.push(best.rule)
    if (countWords(touched) <= maxMeterWords) continue
    findings.push(
      createFinding(
        'METERS_CROWDED',
        'limits',
        `${chosen.map(({ path }) => path).join(', ')} together touch ${countWords(touched)} meter words, and ${maxMeterWords} are the most of one operation.`,
      ),
    )
    break
  }
  return findings
}

/** The limits with a meter that a call of the rule adds to. */
function getTouched(
  { limits }: PolicyView,
  rule: ViewRule,
): ReadonlySet<ViewLimit> {
  const spent = new Set(rule.spends.map(({ asset }) => asset.key))
  return new Set(
    limits.filter(({ asset, group, kind }) => {
      if (kind === 'operation') return false
      if (group !== undefined && group !== rule.group) return false
      if (asset.kind === 'operations' || asset.kind === 'gas') return true
      return asset.kind === 'native' ? rule.valueCap > 0n : spent.has(asset.key)
    }),
  )
}

function countWords(limits: ReadonlySet<ViewLimit>): number {
  let words = 0
  for (const { kind } of limits)
    words += kind === 'rollingCount' ? rollingCountWords : 1
  return words
}
