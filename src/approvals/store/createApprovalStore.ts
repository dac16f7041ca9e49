import type { Hash } from 'viem'

import { compareAddresses } from '../../accounts/encodeApprovals.ts'
import { PolicyError } from '../../errors/policyError.ts'
import type { Approval } from '../../types/approval.ts'
import { addHeld } from '../addHeld.ts'
import type { ApprovalRecord } from '../approvalRecord.ts'
import { openStates } from '../approvalStates.ts'
import type { ApprovalStore } from '../approvalStore.ts'
import {
  parseAddress,
  parseChainId,
  parseDigest,
  parseHeld,
  parseLimit,
  parseStates,
  parseText,
  parseThreshold,
  parseTimestamp,
} from '../parseArguments.ts'
import { parseRequest } from '../parseRequest.ts'
import {
  demandApprover,
  refuseDecision,
  verifyApproval,
} from '../verifyApproval.ts'
import { createDecisionTable } from './decisionTable.ts'
import { openApprovalDatabase } from './openApprovalDatabase.ts'
import { createRequestTable, refuseAct } from './requestTable.ts'

export type CreateApprovalStoreParameters = {
  /** Folder that only this user may open. */
  directory: string
}

/**
 * Opens the memory of requests for approval in a folder, and creates it where
 * needed.
 *
 * @param parameters - {@link CreateApprovalStoreParameters}
 * @returns {@link ApprovalStore}
 */
export function createApprovalStore(
  parameters: CreateApprovalStoreParameters,
): ApprovalStore {
  const { connection, transact } = openApprovalDatabase(parameters.directory)
  const table = createRequestTable(connection)
  const decisions = createDecisionTable(connection)

  /**
   * Changes a request in one transaction. One whose deadline has passed is expired
   * first, in a transaction of its own, since that stays true when the act fails.
   */
  function change(
    at: { digest: Hash; timestamp: number },
    act: (record: ApprovalRecord, timestamp: number) => void,
  ): ApprovalRecord {
    const digest = parseDigest(at.digest)
    const timestamp = parseTimestamp(at.timestamp)
    transact(() => {
      const { request, state } = table.demand(digest)
      const isOpen = state === 'pending' || state === 'approved'
      if (isOpen && timestamp > request.deadline) expireOne(digest, timestamp)
    })
    return transact(() => {
      act(table.demand(digest), timestamp)
      return table.demand(digest)
    })
  }

  function expireOne(digest: Hash, timestamp: number): ApprovalRecord {
    table.move(digest, 'expire', { timestamp })
    decisions.forgetSignatures(digest)
    return table.emit(digest, 'approval.expired')
  }

  return {
    async approve({ approval, client, timestamp }) {
      const parsed = {
        ...approval,
        approver: parseAddress('approval.approver', approval.approver),
        digest: parseDigest(approval.digest, 'approval.digest'),
      }
      parseTimestamp(timestamp)
      const { approver, digest } = parsed
      const signature = await verifyApproval({
        approval: parsed,
        client,
        request: table.demand(digest).request,
      })

      return change({ digest, timestamp }, (record) => {
        const { decisions: earlier, request, state } = record
        const isOver = state !== 'pending' && state !== 'approved'
        if (isOver) refuseAct(record, 'approve')
        if (earlier.some((decision) => decision.approver === approver))
          refuseDecision(request, approver, 'it has approved before')
        decisions.addApproval({ approver, digest, signature, timestamp })
        const isEnough =
          state === 'pending' && earlier.length + 1 >= request.threshold
        table.move(digest, isEnough ? 'complete' : 'approve', { timestamp })
        table.emit(digest, 'approval.decision_submitted')
        if (isEnough) table.emit(digest, 'approval.approved')
      })
    },

    cancel({ digest, reason, timestamp }) {
      const words =
        reason === undefined ? undefined : parseText('reason', reason)
      return change({ digest, timestamp }, ({ request }) => {
        table.move(request.digest, 'cancel', { reason: words, timestamp })
        decisions.forgetSignatures(request.digest)
        table.emit(request.digest, 'approval.cancelled')
      })
    },

    close() {
      connection.close()
    },

    deny({ digest, timestamp, ...denial }) {
      const approver = parseAddress('approver', denial.approver)
      const reason = parseText('reason', denial.reason)
      return change({ digest, timestamp }, ({ request }) => {
        demandApprover(request, approver)
        table.move(request.digest, 'deny', { reason, timestamp })
        decisions.setDenial({
          approver,
          digest: request.digest,
          reason,
          timestamp,
        })
        decisions.forgetSignatures(request.digest)
        table.emit(request.digest, 'approval.decision_submitted')
        table.emit(request.digest, 'approval.denied')
      })
    },

    expire(at) {
      const chainId = parseChainId(at.chainId)
      const timestamp = parseTimestamp(at.timestamp)
      return transact(() =>
        table
          .getOverdue(chainId, timestamp)
          .map((digest) => expireOne(digest, timestamp)),
      )
    },

    get({ digest }) {
      return table.get(parseDigest(digest))
    },

    getHeld({ account, agent, chainId, except }) {
      return addHeld(
        table.getHeld({
          chainId: parseChainId(chainId),
          account: parseAddress('account', account),
          agent: agent === undefined ? undefined : parseAddress('agent', agent),
          except:
            except === undefined ? undefined : parseDigest(except, 'except'),
        }),
      )
    },

    getHistory({ digest }) {
      return table.getHistory(parseDigest(digest))
    },

    list({ account, after, agent, chainId, limit = 100, states } = {}) {
      return table.list({
        account: account && parseAddress('account', account),
        after: after && parseDigest(after, 'after'),
        agent: agent && parseAddress('agent', agent),
        chainId: chainId === undefined ? undefined : parseChainId(chainId),
        limit: parseLimit(limit),
        states: states && parseStates(states),
      })
    },

    markFailed({ digest, timestamp, transactionHash, ...failure }) {
      const reason = parseText('reason', failure.reason)
      const hash = parseOptional('transactionHash', transactionHash)
      return change({ digest, timestamp }, ({ request }) => {
        table.move(request.digest, 'fail', {
          reason,
          timestamp,
          transactionHash: hash,
        })
        decisions.forgetSignatures(request.digest)
      })
    },

    markLanded({ digest, timestamp, transactionHash }) {
      const hash = parseOptional('transactionHash', transactionHash)
      return change({ digest, timestamp }, ({ request }) => {
        table.move(request.digest, 'land', { timestamp, transactionHash: hash })
        decisions.forgetSignatures(request.digest)
      })
    },

    markSent({ digest, timestamp, userOpHash }) {
      const hash = parseOptional('userOpHash', userOpHash)
      return change({ digest, timestamp }, ({ request }) => {
        table.move(request.digest, 'send', { timestamp, userOpHash: hash })
      })
    },

    request(parameters) {
      const request = parseRequest(parameters.request)
      const timestamp = parseTimestamp(parameters.timestamp)
      const held = parseHeld(parameters.held)
      const note =
        parameters.note === undefined
          ? undefined
          : parseText('note', parameters.note)
      const { account, agent, deadline, digest, nonce } = request

      return transact(() => {
        const existing = table.get(digest)
        if (existing) return existing
        if (timestamp > deadline)
          throw new PolicyError({
            arguments: { deadline, validUntil: timestamp },
            code: 'APPROVAL_EXPIRED',
            context: { account, agent, phase: 'input' },
            source: { kind: 'sdk' },
          })
        const holder = table.getHolder(request)
        if (holder)
          throw new PolicyError({
            arguments: { holder, nonce },
            code: 'APPROVAL_NONCE_TAKEN',
            context: { account, agent },
            source: { kind: 'sdk' },
          })
        table.add(request, { held, note, timestamp })
        table.note(digest, 'create', 'pending', timestamp)
        return table.emit(digest, 'approval.created')
      })
    },

    resume({ digest, policy, timestamp }) {
      let approvals: readonly Approval[] = []
      const { request } = change({ digest, timestamp }, (record) => {
        const { agent, approvers, threshold } = record.request
        const needed = parseThreshold(policy?.threshold ?? threshold)
        const listed = (
          policy?.approvers ?? approvers.map(({ address }) => address)
        ).map((address) => parseAddress('policy.approvers', address))
        const isOpen = (openStates as readonly string[]).includes(record.state)
        if (!isOpen) refuseAct(record, 'send')
        const given = decisions
          .getApprovals(record.request.digest)
          .filter(
            ({ approver }) => approver !== agent && listed.includes(approver),
          )
        if (record.state === 'pending' || given.length < needed)
          throw new PolicyError({
            arguments: {
              digest: record.request.digest,
              given: given.length,
              threshold: needed,
            },
            code: 'APPROVAL_PENDING',
            context: { account: record.request.account, agent },
            source: { kind: 'sdk' },
          })
        approvals = given
          .toSorted((one, other) =>
            compareAddresses(one.approver, other.approver),
          )
          // The validator takes exactly as many as the policy asks for.
          .slice(0, needed)
      })
      return { approvals, request }
    },
  }
}

function parseOptional(field: string, hash: Hash | undefined) {
  return hash === undefined ? undefined : parseDigest(hash, field)
}
