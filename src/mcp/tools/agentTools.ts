import { checkCallsTool } from './checkCallsTool.ts'
import type { Tool } from './defineTool.ts'
import { getBudgetTool } from './getBudgetTool.ts'
import { getOperationTool } from './getOperationTool.ts'
import { getPolicyTool } from './getPolicyTool.ts'
import { sendCallsTool } from './sendCallsTool.ts'

/** Tools of an agent, in the order in which they are listed. */
export const agentTools: readonly Tool[] = [
  getPolicyTool,
  getBudgetTool,
  checkCallsTool,
  sendCallsTool,
  getOperationTool,
]
