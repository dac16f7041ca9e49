import { expect } from 'chai'
import hre from 'hardhat'
import type { NetworkConnection } from 'hardhat/types/network'
import { type Hex, slice } from 'viem'

import { type Frame, listValidations, readValidation } from './nativeTrace.ts'

type Provider = NetworkConnection['provider']
type Receipt = { logs: readonly { topics: readonly Hex[] }[] }

/** Validations that have been held to the rules, by how they ended. */
const traced = { passed: 0, unsigned: 0, reverted: 0 }
export const countTraced = () => ({ ...traced })
/** What has been found, also in a test that expects an operation to fail. */
const findings: string[] = []
export const takeFindings = () => findings.splice(0)

const sends = new Set(['eth_sendRawTransaction', 'eth_sendTransaction'])
/** `UserOperationEvent`. */
const executedTopic =
  '0x49628fd1471006c1482da88028e9ce4dbb080b815c9b0344d39e5a8e6ec1419f'

/**
 * Holds every validation of every transaction of the chain to ERC-7562, as a
 * bundler in safe mode does: whoever sends it, however it is bundled, whatever
 * becomes of it. Fails too where an operation has run of which no validation was
 * seen.
 */
export function holdToRules(connection: NetworkConnection): void {
  const { provider } = connection
  hre.hooks.registerHandlers('network', {
    async onRequest(context, of, request, next) {
      if (of !== connection) return next(context, of, request)
      try {
        const response = await next(context, of, request)
        if (sends.has(request.method) && 'result' in response)
          await checkTransaction(provider, response.result as Hex)
        return response
      } catch (error) {
        const { transactionHash } = error as { transactionHash?: Hex }
        // What reverts is mined too, unless its gas was to be estimated first.
        if (sends.has(request.method) && transactionHash)
          await checkTransaction(provider, transactionHash)
        if (request.method === 'eth_estimateGas' && 'params' in request)
          await checkTrace(
            provider,
            'debug_traceCall',
            (request.params as unknown[])[0],
            'latest',
          )
        throw error
      }
    },
  })

  // Behind the test, which may expect a failure and would take this for it.
  afterEach('obeys ERC-7562', () => {
    expect(takeFindings(), 'rules of ERC-7562').to.deep.equal([])
  })
  after('counts the validations that were held to ERC-7562', () => {
    const { passed, reverted, unsigned } = traced
    if (passed + reverted + unsigned > 0)
      process.stdout.write(
        `\n  Held to ERC-7562: ${passed} validations that passed, ${unsigned} without the agent's signature, ${reverted} that reverted.\n`,
      )
  })
}

async function checkTransaction(provider: Provider, hash: Hex): Promise<void> {
  const [seen, receipt] = await Promise.all([
    checkTrace(provider, 'debug_traceTransaction', hash),
    provider.request({ method: 'eth_getTransactionReceipt', params: [hash] }),
  ])
  for (const { topics } of (receipt as Receipt).logs)
    if (topics[0] === executedTopic && !seen.has(topics[1] ?? '0x'))
      findings.push(`An operation ran whose validation was not seen: ${hash}`)
}

/** Returns the hashes of the operations that were validated. */
async function checkTrace(
  provider: Provider,
  method: 'debug_traceCall' | 'debug_traceTransaction',
  ...params: readonly unknown[]
): Promise<ReadonlySet<Hex>> {
  const list = async (tracer: string) =>
    listValidations(
      (await provider.request({
        method,
        params: [...params, { tracer, tracerConfig: {} }],
      })) as Frame,
    )
  // Cheap, whatever the transaction does; the other one copies memory.
  const calls = await list('callTracer')
  if (calls.length === 0) return new Set()

  const validations = await list('erc7562Tracer')
  if (validations.length !== calls.length)
    findings.push('The tracers differ in how many validations there are.')
  for (const validation of validations)
    findings.push(...(await findViolations(provider, validation)))
  // Behind the selector and the offset of the operation.
  return new Set(validations.map(({ input }) => slice(input, 36, 68)))
}

async function findViolations(
  provider: Provider,
  validation: Frame,
): Promise<readonly string[]> {
  const { called, violations } = await readValidation(
    (method, params) => provider.request({ method, params: [...params] }),
    validation,
  )
  const { error, output = '0x' } = validation
  if (error !== undefined) traced.reverted += 1
  else if (BigInt(slice(output, 12, 32)) === 1n) traced.unsigned += 1
  else traced.passed += 1
  // A module calls nothing but the recovery of signers.
  const calls = [...called].filter((target) => target !== 1n)
  return [
    ...violations,
    ...calls.map((target) => `A call by a module: ${target.toString(16)}`),
  ]
}
