import { expect } from 'chai'
import { keccak256, parseEther, toHex } from 'viem'

import {
  type LocalChain,
  startLocalChain,
} from '../../src/local/startLocalChain.ts'
import { stopConforming } from '../helpers/stopConforming.ts'
import { everyKind } from './sample/cover.ts'
import { drawPlans, type Plan, type ways } from './sample/plan.ts'
import {
  getRefusal,
  grantPlan,
  runPlan,
  type Subject,
} from './sample/runPlan.ts'
import { createSampleChain, type SampleChain } from './sample/sampleChain.ts'

/** Any number; the same one gives the same policies and operations. */
const seed = Number(process.env.MANDATE_SAMPLE_SEED ?? 7_562)
const demandsSettlement = ({ name }: { name: string }) =>
  name === 'a settlement that is demanded'
/** Plans that run at once. */
const atOnce = 3
const toRank = (plan: Plan | undefined) =>
  plan?.way.action === 'delay' ? 0 : 1

/** What operations may be, whatever their policy. */
const everyOperation = [
  'announcement',
  'batch',
  'single call',
  'settled',
  'not settled',
  'sponsored',
  'not sponsored',
  'instant',
  'notify',
  'delay',
  'approval',
  'approval by a key',
  'approval on chain',
]

// INV-17: a bundler in safe mode takes operations of every kind.
describe(`operations of every kind, drawn with the seed ${seed}, with a bundler in safe mode`, () => {
  const plans = drawPlans(seed)
  const subjects = new Map<string, Subject>()
  let localChain: LocalChain<'0.7' | '0.8', true>
  let chain: SampleChain

  before(async () => {
    localChain = await startLocalChain()
    chain = await createSampleChain(localChain)
  })
  after(() => stopConforming(localChain))

  for (const version of ['0.7', '0.8'] as const)
    describe(`on EntryPoint ${version}`, () => {
      const covered = new Set<string>()

      before(async () => {
        for (const [index, plan] of plans.entries()) {
          const salt = keccak256(toHex(`${version} ${index}`))
          const account = await chain.createAccount(version, salt)
          const subject = await grantPlan(chain, plan, account)
          subjects.set(`${version} ${index}`, subject)
          for (const kind of subject.kinds) covered.add(kind)
        }
      })
      const getSubject = (index: number) => {
        const subject = subjects.get(`${version} ${index}`)
        if (!subject) throw new Error('There is no such plan.')
        return subject
      }

      it(`are taken, under ${plans.length} policies`, async () => {
        const failures: string[] = []
        // Those that wait first; a few at once, or the bundler answers too late.
        const waiting = [...plans.keys()].toSorted(
          (one, other) => toRank(plans[one]) - toRank(plans[other]),
        )
        const work = async () => {
          for (;;) {
            const index = waiting.shift()
            if (index === undefined) return
            try {
              const kinds = await runPlan(chain, getSubject(index))
              for (const kind of kinds) covered.add(kind)
            } catch (error) {
              const stack = error instanceof Error ? error.stack : error
              failures.push(`Plan ${index}: ${plans[index]?.name}\n${stack}`)
            }
          }
        }
        await Promise.all(Array.from({ length: atOnce }, work))
        expect(failures.join('\n\n'), `seed ${seed}`).to.equal('')
      }).timeout(300_000)

      it('are of every kind that the format has', () => {
        expect([...covered]).to.include.members([...everyKind])
        expect([...covered]).to.include.members(everyOperation)
      })

      it('are refused where the policy denies them', async () => {
        const find = (action: (typeof ways)[number]['action']) =>
          getSubject(
            plans.findIndex(
              ({ recipes, way }) =>
                way.action === action && !recipes.some(demandsSettlement),
            ),
          )
        const instant = find('notify')
        const { recipient, token } = instant.places
        const at = ({ calls }: Subject, index: number) => {
          const call = calls[index]
          if (!call) throw new Error('The plan permits too little.')
          return call
        }
        const [delayed, asked] = [find('delay'), find('approval')]
        const unknown = '0x12345678'
        const value = parseEther('2')
        for (const [subject, call, code] of [
          [
            instant,
            { data: unknown, to: token, value: 0n },
            'SELECTOR_NOT_ALLOWED',
          ],
          [
            instant,
            { data: unknown, to: recipient, value: 0n },
            'TARGET_NOT_ALLOWED',
          ],
          [
            instant,
            { data: unknown, to: instant.account, value: 0n },
            'PRIVILEGED_TARGET',
          ],
          [instant, { ...at(instant, 1), value }, 'VALUE_EXCEEDS_CAP'],
          [delayed, at(delayed, 0), 'ANNOUNCEMENT_REQUIRED'],
          [asked, at(asked, 0), 'APPROVAL_REQUIRED'],
        ] as const) {
          const refused = await getRefusal(subject, call)
          expect(refused.code).to.equal(code)
          expect(refused.source?.rpcCode, code).to.equal(-32_500)
        }
      })
    })
})
