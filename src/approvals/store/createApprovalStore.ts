import type { Address, Hash } from 'viem'

import { compareAddresses } from '../../accounts/encodeApprovals.ts'
import { PolicyError } from '../../errors/policyError.ts'
import type { Approval } from '../../types/approval.ts'
import { addHeld } from '../addHeld.ts'
import type { ApprovalChange, ApprovalRecord } from '../approvalRecord.ts'
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
import { openApprovalDatabase } from './openApprovalDatabase.ts'
import { createRequestTable, refuseAct } from './requestTable.ts'
import { fromHeldJson, type Row, toHeldJson } from './rows.ts'

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
  const database = openApprovalDatabase(parameters.directory)
  const { connection, transact } = database
  const table = createRequestTable(connection)

  const insertRequest = connection.prepare(
    `INSERT INTO request
      (digest, chainId, account, agent, nonce, deadline, request, held, note,
        state, createdAt, updatedAt)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'pending', ?, ?)`,
  )
  const selectHolder = connection.prepare(
    `SELECT digest FROM request WHERE chainId = ? AND account = ? AND nonce = ?
      AND state IN (${quote(openStates)})`,
  )
  const selectOverdue = connection.prepare(
    `SELECT digest FROM request WHERE chainId = ? AND deadline < ?
      AND state IN ('pending', 'approved') ORDER BY position`,
  )
  const selectHeld = connection.prepare(
    `SELECT held FROM request WHERE chainId = ?1 AND account = ?2
      AND (?3 IS NULL OR agent = ?3) AND (?4 IS NULL OR digest <> ?4)
      AND state IN (${quote(openStates)}) ORDER BY position`,
  )
  const insertDecision = connection.prepare(
    `INSERT INTO decision
      (digest, approver, decision, onChain, signature, reason, decidedAt)
      VALUES (?, ?, ?, ?, ?, ?, ?)`,
  )
  const deleteDecision = connection.prepare(
    'DELETE FROM decision WHERE digest = ? AND approver = ?',
  )
  const deleteSignatures = connection.prepare(
    'UPDATE decision SET signature = NULL WHERE digest = ?',
  )
  const selectApprovals = connection.prepare(
    `SELECT approver, onChain, signature FROM decision
      WHERE digest = ? AND decision = 'approved'`,
  )
  const selectChanges = connection.prepare(
    'SELECT act, state, changedAt FROM change WHERE digest = ? ORDER BY position',
  )

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
    deleteSignatures.run(digest)
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
        const { decisions, request, state } = record
        const isOver = state !== 'pending' && state !== 'approved'
        if (isOver) refuseAct(record, 'approve')
        if (decisions.some((decision) => decision.approver === approver))
          refuseDecision(request, approver, 'it has approved before')
        const onChain = signature === undefined
        insertDecision.run(
          digest,
          approver,
          'approved',
          onChain ? 1 : 0,
          signature ?? null,
          null,
          timestamp,
        )
        const isEnough =
          state === 'pending' && decisions.length + 1 >= request.threshold
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
        deleteSignatures.run(request.digest)
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
        // Who has approved may think better of it.
        deleteDecision.run(request.digest, approver)
        insertDecision.run(
          request.digest,
          approver,
          'denied',
          0,
          null,
          reason,
          timestamp,
        )
        deleteSignatures.run(request.digest)
        table.emit(request.digest, 'approval.decision_submitted')
        table.emit(request.digest, 'approval.denied')
      })
    },

    expire(at) {
      const chainId = parseChainId(at.chainId)
      const timestamp = parseTimestamp(at.timestamp)
      return transact(() =>
        selectOverdue
          .all(chainId, timestamp)
          .map(({ digest }) => expireOne(digest as Hash, timestamp)),
      )
    },

    get({ digest }) {
      return table.get(parseDigest(digest))
    },

    getHeld({ account, agent, chainId, except }) {
      const rows = selectHeld.all(
        parseChainId(chainId),
        parseAddress('account', account),
        agent === undefined ? null : parseAddress('agent', agent),
        except === undefined ? null : parseDigest(except, 'except'),
      )
      return addHeld(rows.flatMap(({ held }) => fromHeldJson(held as string)))
    },

    getHistory({ digest }) {
      return selectChanges.all(parseDigest(digest)).map(toChange)
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
        deleteSignatures.run(request.digest)
      })
    },

    markLanded({ digest, timestamp, transactionHash }) {
      const hash = parseOptional('transactionHash', transactionHash)
      return change({ digest, timestamp }, ({ request }) => {
        table.move(request.digest, 'land', { timestamp, transactionHash: hash })
        deleteSignatures.run(request.digest)
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
          ? null
          : parseText('note', parameters.note)
      const { account, agent, chainId, deadline, digest, nonce } = request

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
        const holder = selectHolder.get(chainId, account, nonce)?.digest
        if (holder)
          throw new PolicyError({
            arguments: { holder: `${holder}`, nonce },
            code: 'APPROVAL_NONCE_TAKEN',
            context: { account, agent },
            source: { kind: 'sdk' },
          })
        insertRequest.run(
          digest,
          chainId,
          account,
          agent,
          nonce,
          deadline,
          JSON.stringify(request),
          toHeldJson(held),
          note,
          timestamp,
          timestamp,
        )
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
        const given = selectApprovals
          .all(record.request.digest)
          .map((row) => toApproval(row, record.request.digest))
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

function toApproval(row: Row, digest: Hash): Approval {
  const { approver, signature } = row
  return {
    approver: approver as Address,
    digest,
    ...(signature === null ? {} : { signature: signature as Hash }),
  }
}

function toChange(row: Row): ApprovalChange {
  return {
    act: row.act as ApprovalChange['act'],
    at: row.changedAt as number,
    state: row.state as ApprovalChange['state'],
  }
}

function parseOptional(field: string, hash: Hash | undefined) {
  return hash === undefined ? undefined : parseDigest(hash, field)
}

function quote(states: readonly string[]): string {
  return states.map((state) => `'${state}'`).join(', ')
}
