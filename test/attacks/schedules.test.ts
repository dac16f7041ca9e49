import { expect } from 'chai'
import fc from 'fast-check'

import { arbitrarySchedule } from '../helpers/hostileSchedule.ts'
import { playSchedule } from '../helpers/playSchedule.ts'

const seeds = { '0.7': 4_337_207, '0.8': 4_337_207 } as const

/** What has to come up, or the schedules would show little. */
const expected = [
  'executed',
  'reverted',
  'AA22 expired or not due',
  'AA24 signature error',
  'AA25 invalid account nonce',
  'AccountUnauthorized',
  'AgentFrozen',
  'BudgetExceeded',
  'FreezeNotAuthorized',
  'PaymasterNotAllowed',
  'ReentrancyGuardReentrantCall',
  'SenderMismatch',
]

for (const version of ['0.7', '0.8'] as const)
  describe(`schedules of a hostile bundler on EntryPoint ${version}`, () => {
    it('move no more than the policies allow, and nothing else', async () => {
      const counts = new Map<string, number>()
      const count = (outcome: string) =>
        counts.set(outcome, (counts.get(outcome) ?? 0) + 1)
      await fc.assert(
        fc.asyncProperty(arbitrarySchedule, (acts) =>
          playSchedule(version, acts, count),
        ),
        { numRuns: 6, seed: seeds[version] },
      )

      expect([...counts.keys()].toSorted()).to.include.members(expected)
    }).timeout(300_000)
  })
