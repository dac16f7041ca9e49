import { expect } from 'chai'
import { ContractFunctionZeroDataError, BaseError as ViemBaseError } from 'viem'

import { BaseError } from '../../src/errors/base.ts'
import { version } from '../../src/version.ts'

class ExampleError extends BaseError {
  constructor(parameters: { cause?: Error } = {}) {
    super('Something happened.', {
      ...parameters,
      docsPath: '/errors.md#exampleerror',
      name: 'ExampleError',
    })
  }
}

describe('BaseError', () => {
  it("is one of viem's errors and keeps the name of its subclass", () => {
    const error = new ExampleError()

    expect(error).to.be.instanceOf(ViemBaseError)
    expect(error.name).to.equal('ExampleError')
    expect(new BaseError('Something happened.').name).to.equal('BaseError')
  })

  it("leads to this package's docs and names this package's version", () => {
    expect(new ExampleError().message).to.equal(
      [
        'Something happened.',
        '',
        'Docs: https://github.com/mandate-labs/mandate/blob/main/docs/errors.md#exampleerror',
        `Version: mandate@${version}`,
      ].join('\n'),
    )
  })

  it("does not mix its docs with those of viem's error", () => {
    const cause = new ContractFunctionZeroDataError({ functionName: 'f' })
    const withPage = new ViemBaseError('Cause.', { docsPath: '/docs/page' })

    expect(new ExampleError({ cause }).message).to.match(
      /^Docs: https:\/\/github\.com\/.+\/docs\/errors\.md#exampleerror$/m,
    )
    expect(new ExampleError({ cause: withPage }).message).to.match(
      /^Docs: https:\/\/github\.com\/.+\/docs\/errors\.md#exampleerror$/m,
    )
    expect(new BaseError('Outer.', { cause: withPage }).message).to.match(
      /^Docs: https:\/\/viem\.sh\/docs\/page$/m,
    )
  })

  it('finds a cause with walk', () => {
    const cause = new ExampleError()
    const error = new BaseError('Outer.', { cause })

    expect(error.walk((error) => error instanceof ExampleError)).to.equal(cause)
    expect(error.docsPath).to.equal('/errors.md#exampleerror')
  })
})
