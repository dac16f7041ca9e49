import { WebhookEndpointError } from '../errors.ts'
import { openApprovalDatabase } from '../store/openApprovalDatabase.ts'
import { type AbandonedEvent, createOutbox, type DueEvent } from './outbox.ts'
import { parseEndpoint, type WebhookEndpoint } from './parseEndpoint.ts'
import { postWebhook } from './postWebhook.ts'

/** Events that are sent to one endpoint at once, each of another request. */
const concurrency = 8

/** What is left for writing down what became of an attempt, in ms. */
const leaseMargin = 5_000

export type CreateWebhookSenderParameters = {
  /** Folder of the store. */
  directory: string
  endpoints: readonly WebhookEndpoint[]
  /** Time between looks at the store, in ms. @default 1_000 */
  interval?: number | undefined
  /** Attempts after which an event is given up. @default 20, about 12 hours */
  maxAttempts?: number | undefined
  /** Time of this machine, in Unix ms. @default Date.now */
  now?: (() => number) | undefined
  /** Told when the store cannot be read. @default nobody; it tries again */
  onError?: ((error: unknown) => void) | undefined
  /** 0 to 1, for the jitter. @default Math.random */
  random?: (() => number) | undefined
  /**
   * Pause after the first failure, and the longest one, in ms. It doubles from one
   * to the other; half of it is left to chance.
   * @default { first: 1_000, longest: 3_600_000 }
   */
  retry?: { first: number; longest: number } | undefined
  /** Longest wait for an answer, in ms. @default 10_000 */
  timeout?: number | undefined
}

/** What came of the attempts that were due. */
export type DeliveryReport = {
  abandoned: number
  delivered: number
  /** To be tried again. */
  failed: number
}

/**
 * Delivers what happens to requests: at least once, the events of a request in
 * their order, whatever restarts in between. Several may work on one store.
 */
export type WebhookSender = {
  /** Stops, and closes the store. */
  close: () => Promise<void>
  /** Sends everything that is due, and returns when there is nothing more. */
  deliverDue: () => Promise<DeliveryReport>
  /** Events that were given up. */
  listAbandoned: () => readonly AbandonedEvent[]
  /** Tries what was given up for an endpoint again. Returns how much it is. */
  retryAbandoned: (parameters: { endpoint: string }) => number
  /** Sends what is due from now on. It does not keep the process alive. */
  start: () => void
  /** Ends what `start` has begun, after the attempts that are under way. */
  stop: () => Promise<void>
}

/**
 * Opens the outbox of a store. An endpoint gets what happens from the time on when
 * it was first named here.
 *
 * @param parameters - {@link CreateWebhookSenderParameters}
 * @returns {@link WebhookSender}
 */
export function createWebhookSender(
  parameters: CreateWebhookSenderParameters,
): WebhookSender {
  const {
    interval = 1_000,
    maxAttempts = 20,
    now = Date.now,
    onError = () => {},
    random = Math.random,
    retry = { first: 1_000, longest: 3_600_000 },
    timeout = 10_000,
  } = parameters
  const endpoints = parameters.endpoints.map(parseEndpoint)
  for (const [index, { name }] of endpoints.entries())
    if (endpoints.findIndex((other) => other.name === name) !== index)
      throw new WebhookEndpointError({
        field: `endpoints[${index}].name`,
        fix: 'Give each endpoint a name of its own.',
        message: 'Another endpoint has this name.',
      })

  const database = openApprovalDatabase(parameters.directory)
  const outbox = createOutbox(database)
  for (const { name } of endpoints) outbox.register(name)

  function getPause(attempt: number): number {
    const pause = Math.min(retry.first * 2 ** (attempt - 1), retry.longest)
    return Math.ceil((pause / 2) * (1 + random()))
  }

  async function deliver(
    endpoint: WebhookEndpoint,
    event: DueEvent,
  ): Promise<keyof DeliveryReport> {
    const failure = await postWebhook({
      body: event.body,
      endpoint,
      now: now(),
      timeout,
    })
    if (failure === undefined) {
      outbox.finish(event)
      return 'delivered'
    }
    const isLast = event.attempt >= maxAttempts
    outbox.fail(
      event,
      failure,
      isLast ? undefined : now() + getPause(event.attempt),
    )
    return isLast ? 'abandoned' : 'failed'
  }

  /** One endpoint that is slow keeps no other one waiting. */
  async function deliverTo(
    endpoint: WebhookEndpoint,
    report: DeliveryReport,
  ): Promise<void> {
    for (;;) {
      const time = now()
      const events = outbox.take({
        endpoint: endpoint.name,
        leasedUntil: time + timeout + leaseMargin,
        limit: concurrency,
        now: time,
      })
      if (events.length === 0) return
      const outcomes = await Promise.all(
        events.map((event) => deliver(endpoint, event)),
      )
      for (const outcome of outcomes) report[outcome] += 1
    }
  }

  async function deliverDue(): Promise<DeliveryReport> {
    const report = { abandoned: 0, delivered: 0, failed: 0 }
    await Promise.all(endpoints.map((endpoint) => deliverTo(endpoint, report)))
    return report
  }

  let timer: NodeJS.Timeout | undefined
  let running: Promise<unknown> = Promise.resolve()
  let isStarted = false

  function schedule(): void {
    timer = setTimeout(() => {
      running = deliverDue()
        .catch(onError)
        .then(() => {
          if (isStarted) schedule()
        })
    }, interval).unref()
  }

  async function stop(): Promise<void> {
    isStarted = false
    clearTimeout(timer)
    await running
  }

  return {
    async close() {
      await stop()
      database.connection.close()
    },
    deliverDue,
    listAbandoned: () => outbox.listAbandoned(),
    retryAbandoned: ({ endpoint }) => outbox.revive(endpoint),
    start() {
      if (isStarted) return
      isStarted = true
      schedule()
    },
    stop,
  }
}
