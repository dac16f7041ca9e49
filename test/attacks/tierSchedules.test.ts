import { expect } from 'chai'
import fc from 'fast-check'

import { playTierSchedule } from '../helpers/playTierSchedule.ts'
import { arbitraryTierSchedule } from '../helpers/tierSchedule.ts'

const seeds = { '0.7': 3_637, '0.8': 3_638 } as const

/** What has to come up, or the schedules would show little. */
const expected = [
  'announced',
  'executed',
  'reverted',
  'tier 2',
  'tier 3',
  'AA22 expired or not due',
  'AA25 invalid account nonce',
  'AgentFrozen',
  'AnnouncementExpired',
  'AnnouncementNotDue',
  'AnnouncementRequired',
  'AnnouncementUnknown',
  'ApprovalExpired',
  'ApprovalInvalid',
  'ApprovalRequired',
  'ApprovalUsed',
  'CancelNotAuthorized',
  'SignatureLengthInvalid',
]

// INV-36 and INV-37, whatever a bundler does.
for (const version of ['0.7', '0.8'] as const)
  describe(`schedules of a hostile bundler with tiers on EntryPoint ${version}`, () => {
    it('use up an announcement or approvals for all that moves', async () => {
      const counts = new Map<string, number>()
      const count = (outcome: string) =>
        counts.set(outcome, (counts.get(outcome) ?? 0) + 1)
      await fc.assert(
        fc.asyncProperty(arbitraryTierSchedule, (acts) =>
          playTierSchedule(version, acts, count),
        ),
        { endOnFailure: true, numRuns: 10, seed: seeds[version] },
      )
      expect([...counts.keys()].toSorted()).to.include.members(expected)
    }).timeout(300_000)
  })
