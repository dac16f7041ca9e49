import { defineErrorRow as row } from '../defineErrorRow.ts'
import { because } from './because.ts'

/** What a node or a wallet refuses, or fails at. */
export const nodeErrorRows = {
  RPC_UNAVAILABLE: row({
    category: 'upstream',
    retry: 'same',
    actor: 'agent',
    phase: 'preflight',
    arguments: { reason: 'text' },
    when: 'The node or the bundler does not answer, or fails inside. Nothing is known about the operation: it is not allowed and not denied.',
    sentence: (a) => `The node or the bundler failed${because(a.reason)}`,
    requiredAction: () =>
      'Try again after some seconds; if it lasts, let the operator check the RPC URLs.',
  }),
  RPC_RATE_LIMITED: row({
    category: 'upstream',
    retry: 'same',
    actor: 'agent',
    phase: 'preflight',
    arguments: { reason: 'text' },
    when: 'The node or the bundler answers too many requests (429, -32005).',
    sentence: (a) =>
      `The node or the bundler asks for fewer requests${because(a.reason)}`,
    requiredAction: () => 'Wait some seconds, then try again; ask less often.',
  }),
  RPC_UNAUTHORIZED: row({
    category: 'auth',
    retry: 'never',
    actor: 'operator',
    phase: 'preflight',
    arguments: { reason: 'text' },
    when: 'The node or the bundler does not accept the credentials (401, 403).',
    sentence: (a) =>
      `The node or the bundler does not accept the credentials${because(a.reason)}`,
    requiredAction: () =>
      'Let the operator correct the RPC URLs or their keys.',
  }),
  METHOD_NOT_SUPPORTED: row({
    category: 'not_available',
    retry: 'never',
    actor: 'operator',
    phase: 'preflight',
    arguments: { reason: 'text' },
    when: 'The node or the bundler does not know the method (-32601, -32004).',
    sentence: (a) =>
      `The node or the bundler does not know the method${because(a.reason)}`,
    requiredAction: () =>
      'Let the operator set a bundler URL that serves ERC-7769 methods, and a node URL beside it.',
  }),
  CHAIN_MISMATCH: row({
    category: 'validation',
    retry: 'never',
    actor: 'operator',
    phase: 'input',
    arguments: { reason: 'text' },
    when: 'The node, the wallet and the configuration are not of one chain.',
    sentence: (a) => `The chains do not agree${because(a.reason)}`,
    requiredAction: () =>
      'Let the operator set node, bundler and chain to the same network.',
  }),
  INSUFFICIENT_FUNDS: row({
    category: 'funds',
    retry: 'never',
    actor: 'owner',
    phase: 'preflight',
    arguments: { reason: 'text' },
    when: 'An externally owned account cannot pay for its transaction.',
    sentence: (a) =>
      `The sender of the transaction cannot pay for it${because(a.reason)}`,
    requiredAction: () =>
      'Send native currency to the key that sends the transaction.',
  }),
  REQUEST_REJECTED: row({
    category: 'auth',
    retry: 'never',
    actor: 'owner',
    phase: 'input',
    arguments: {},
    when: 'The owner has declined in the wallet (4001).',
    sentence: () => 'The request was declined in the wallet.',
    requiredAction: () =>
      'Do not ask again unprompted: find out from the owner what to change.',
  }),
}
