import {
  createPublicClient,
  custom,
  defineChain,
  type Hex,
  numberToHex,
  RpcRequestError,
} from 'viem'

/** What a node answers: a result, or an error with a code and data. */
export type NodeAnswer =
  | { result: unknown }
  | { error: { code: number; data?: Hex; message: string } }

export type NodeRequest = { method: string; params: readonly never[] }

const chain = defineChain({
  id: 31_337,
  name: 'Node of a test',
  nativeCurrency: { decimals: 18, name: 'Ether', symbol: 'ETH' },
  rpcUrls: { default: { http: [] } },
})

/**
 * Returns a client whose node gives the answers of a test, and what it was asked.
 * Blocks have the time `now`, in Unix seconds.
 */
export function createNode(parameters: {
  answer?: (request: NodeRequest) => NodeAnswer | Error | undefined
  /** Time of the last block. @default now */
  last?: (() => number) | undefined
  now?: () => number
}) {
  const { answer, now = () => 1_799_841_600, last = now } = parameters
  const requests: NodeRequest[] = []

  const client = createPublicClient({
    cacheTime: 0,
    chain,
    pollingInterval: 1,
    transport: custom(
      {
        async request(request: NodeRequest) {
          requests.push(request)
          const given = answer?.(request) ?? getDefault(request)
          if (given instanceof Error) throw given
          if ('result' in given) return given.result
          throw new RpcRequestError({
            body: request,
            error: given.error,
            url: 'http://node.test',
          })
        },
      },
      { retryCount: 0 },
    ),
  })

  function getDefault({ method, params }: NodeRequest): NodeAnswer {
    switch (method) {
      case 'eth_chainId':
        return { result: numberToHex(chain.id) }
      case 'eth_getBlockByNumber':
        return {
          result: {
            number: params[0] === 'pending' ? null : '0x10',
            timestamp: numberToHex(params[0] === 'pending' ? now() : last()),
            transactions: [],
          },
        }
      case 'eth_getCode':
        return { result: '0x' }
      default:
        return {
          error: { code: -32_601, message: `no answer to ${method}` },
        }
    }
  }

  return { client, requests }
}
