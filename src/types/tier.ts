/**
 * What an operation needs beside the agent's signature: nothing; nothing, but the
 * owner is told; an announcement, and time; the approval of others.
 */
export type PolicyTier = 'approval' | 'delay' | 'instant' | 'notify'
