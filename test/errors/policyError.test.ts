import { expect } from 'chai'
import { BaseError as ViemBaseError } from 'viem'
import { z } from 'zod'

import {
  policyStoreAbi,
  policyValidatorAbi,
} from '../../src/constants/generated/abis.ts'
import { errorTable } from '../../src/errors/errorTable.ts'
import { isPolicyError, PolicyError } from '../../src/errors/policyError.ts'
import { policyErrorSchema } from '../../src/errors/policyErrorSchema.ts'
import { context, midnight, usdc } from './fixtures.ts'

const overBudget = new PolicyError({
  arguments: {
    asset: usdc,
    limit: 1n,
    remaining: 12_500_000n,
    requested: 250_000_000n,
    resetsAt: midnight,
  },
  cause: new Error('what the node said'),
  code: 'BUDGET_EXCEEDED',
  context,
})

describe('PolicyError', () => {
  it('begins its message with the code, and says what to do', () => {
    expect(overBudget.message).to.match(/^\[BUDGET_EXCEEDED\] The operation/)
    expect(overBudget.message).to.contain('What to do: Spend at most 12.5 USDC')
    expect(overBudget.message).to.contain('The owner says: Enough for today.')
    expect(overBudget.message).to.contain('errors.md#budget_exceeded')
    expect(overBudget.message).not.to.contain('what the node said')
  })

  it("is one of viem's errors, and keeps its cause", () => {
    expect(overBudget).to.be.instanceOf(ViemBaseError)
    expect(overBudget.name).to.equal('PolicyError')
    expect(overBudget.walk()).to.have.property('message', 'what the node said')
    expect(isPolicyError(overBudget)).to.equal(true)
    expect(isPolicyError(overBudget.toJSON())).to.equal(false)
  })

  it('has bigints as an object and decimal strings as JSON', () => {
    expect(overBudget.info.requested).to.equal(250_000_000n)
    expect(overBudget.toJSON().details?.requested).to.equal('250000000')
    expect(JSON.parse(JSON.stringify(overBudget))).to.deep.equal(
      overBudget.toJSON(),
    )
  })

  it('carries what else a dry run found', () => {
    const error = new PolicyError({
      code: 'BATCH_EMPTY',
      violations: [overBudget],
    })
    const json = error.toJSON()
    expect(json.violations).to.deep.equal([overBudget.toJSON()])
    expect(policyErrorSchema.parse(json)).to.deep.equal(json)
  })

  it('lets the agent retry exactly where nobody else has to act', () => {
    for (const [code, row] of Object.entries(errorTable)) {
      const error = new PolicyError({ code: code as keyof typeof errorTable })
      expect(error.retryable, code).to.equal(
        ['after', 'rebuild', 'same'].includes(row.retry),
      )
      if (row.retry === 'after')
        expect(row.arguments, code).to.have.property(`${row.retryAfter}`)
    }
  })
})

describe('policyErrorSchema', () => {
  it('becomes a JSON Schema without references', () => {
    const schema = JSON.stringify(z.toJSONSchema(policyErrorSchema))
    expect(schema).not.to.contain('$ref')
    expect(schema.length).to.be.below(6_000)
  })
})

describe('errorTable', () => {
  it('has the arguments of each Solidity error in their order', () => {
    const errors = [...policyValidatorAbi, ...policyStoreAbi].filter(
      (item) => item.type === 'error',
    )
    for (const [code, row] of Object.entries(errorTable)) {
      const name = row.solidity ?? row.refines
      if (name === undefined) continue
      const error = errors.find((item) => item.name === name)
      expect(
        error?.inputs.map((input) => input.name),
        code,
      ).to.deep.equal(Object.keys(row.arguments))
    }
  })
})
