import { BaseError } from '../../src/errors/base.ts'

/** A transaction of the benchmark did not do what is measured. */
export class MeasurementFailedError extends BaseError {
  constructor(parameters: { details?: string | undefined; what: string }) {
    const { details, what } = parameters
    super(`The ${what} did not succeed, so that there is nothing to measure.`, {
      ...(details === undefined ? {} : { details }),
      name: 'MeasurementFailedError',
    })
  }
}

/** The policy under measure let something pass. */
export class PolicyNotInForceError extends BaseError {
  constructor({ what }: { what: string }) {
    super(`The policy does not deny the ${what}.`, {
      name: 'PolicyNotInForceError',
    })
  }
}

/** The plain validator could not be compiled. */
export class BuildFailedError extends BaseError {
  constructor() {
    super('`hardhat build` failed.', { name: 'BuildFailedError' })
  }
}
