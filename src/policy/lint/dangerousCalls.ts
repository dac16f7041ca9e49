import { type Hex, toFunctionSelector } from 'viem'

import type { LintCode } from './lintTable.ts'

/** Calls that the store takes, and that few owners mean to permit. */
const signatures = {
  CALL_ADMINISTERS: [
    'acceptAdmin()',
    'acceptDefaultAdminTransfer()',
    'acceptOwnership()',
    'addOwner(address)',
    'addOwnerWithThreshold(address,uint256)',
    'beginDefaultAdminTransfer(address)',
    'changeAdmin(address)',
    'changeOwner(address)',
    'changeThreshold(uint256)',
    'deny(address)',
    'diamondCut((address,uint8,bytes4[])[],address,bytes)',
    'grantRole(bytes32,address)',
    'rely(address)',
    'removeOwner(address)',
    'removeOwner(address,address,uint256)',
    'renounceOwnership()',
    'renounceRole(bytes32,address)',
    'revokeRole(bytes32,address)',
    'setAdmin(address)',
    'setAuthority(address)',
    'setController(address)',
    'setGovernor(address)',
    'setImplementation(address)',
    'setMinter(address)',
    'setOwner(address)',
    'setPendingAdmin(address)',
    'swapOwner(address,address,address)',
    'transferOwnership(address)',
    'transferOwnership(address,bool,bool)',
    'upgrade(address,address)',
    'upgradeAndCall(address,address,bytes)',
    'upgradeBeacon(address)',
    'upgradeTo(address)',
    'upgradeToAndCall(address,bytes)',
  ],
  CALL_GRANTS_RIGHTS: [
    'addOperator(address)',
    'allow(address,bool)',
    'approve(address,address,uint160,uint48)',
    'approve(address,uint256,uint256)',
    'approveDelegation(address,uint256)',
    'approveMax(address)',
    'authorize(address)',
    'delegate(address)',
    'hope(address)',
    'increaseDelegation(address,uint256)',
    'modifyAllowances((address,uint256)[])',
    'move(address,address,uint256)',
    'permit(address,((address,uint160,uint48,uint48),address,uint256),bytes)',
    'permit(address,((address,uint160,uint48,uint48)[],address,uint256),bytes)',
    'permitTransferFrom(((address,uint256),uint256,uint256),(address,uint256),address,bytes)',
    'pull(address,uint256)',
    'push(address,uint256)',
    'setAllowance(address,uint256)',
    'setApprovalForAllWithSig(address,address,bool,uint256,bytes)',
    'setAuthorization(address,bool)',
    'setOperatorApproval(address,bool)',
    'setRelayerApproval(address,address,bool)',
    'transfer(address,uint256,uint256)',
    'transferFrom((address,address,uint160,address)[])',
    'transferFrom(address,address,uint160,address)',
    'transferFrom(address,address,uint256,uint256)',
  ],
  CALL_HIDES_CALLS: [
    'aggregate((address,bytes)[])',
    'aggregate((address,uint256,bytes)[])',
    'aggregate3((address,bool,bytes)[])',
    'aggregate3Value((address,bool,uint256,bytes)[])',
    'batch((address,address,uint256,bytes)[])',
    'batch(bytes[],bool)',
    'batchCall(bytes[])',
    'blockAndAggregate((address,bytes)[])',
    'call(address,address,uint256,bytes)',
    'call(address,bytes)',
    'callContract(address,bytes)',
    'delegateCall(address,bytes)',
    'delegatecall(address,bytes)',
    'exec(address,address,uint256,address,bytes)',
    'exec(address,bytes)',
    'exec(bytes)',
    'execTransaction(address,uint256,bytes,uint8,uint256,uint256,uint256,address,address,bytes)',
    'execute(address,bytes)',
    'execute(address,uint256,bytes)',
    'execute(address,uint256,bytes,uint8)',
    'execute(bytes)',
    'execute(bytes,bytes[])',
    'execute(bytes,bytes[],uint256)',
    'executeBatch((address,uint256,bytes)[])',
    'executeBatch(address[],bytes[])',
    'executeBatch(address[],uint256[],bytes[])',
    'executeCall(address,uint256,bytes)',
    'executeTransaction(address,uint256,bytes)',
    'forward(address,bytes)',
    'functionCall(address,bytes)',
    'functionDelegateCall(address,bytes)',
    'invoke(address,bytes)',
    'modifyLiquidities(bytes,uint256)',
    'multiSend(bytes)',
    'multicall((address,bytes)[])',
    'multicall(address[],bytes[])',
    'multicall(bytes32,bytes[])',
    'multicall(bytes[])',
    'multicall(uint256,bytes[])',
    'proxy((uint8,address,uint256,bytes)[])',
    'simulateAndRevert(address,bytes)',
    'tryAggregate(bool,(address,bytes)[])',
    'tryBlockAndAggregate(bool,(address,bytes)[])',
    'unlock(bytes)',
  ],
  CALL_MANAGES_MODULES: [
    'disableModule(address,address)',
    'enableModule(address)',
    'execTransactionFromModule(address,uint256,bytes,uint8)',
    'execTransactionFromModuleReturnData(address,uint256,bytes,uint8)',
    'execute(bytes32,bytes)',
    'executeFromExecutor(bytes32,bytes)',
    'executeUserOp((address,uint256,bytes,bytes,bytes32,uint256,bytes32,bytes,bytes),bytes32)',
    'handleOps((address,uint256,bytes,bytes,bytes32,uint256,bytes32,bytes,bytes)[],address)',
    'installModule(uint256,address,bytes)',
    'onInstall(bytes)',
    'onUninstall(bytes)',
    'setFallbackHandler(address)',
    'setGuard(address)',
    'uninstallModule(uint256,address,bytes)',
    'validateUserOp((address,uint256,bytes,bytes,bytes32,uint256,bytes32,bytes,bytes),bytes32)',
    'withdrawTo(address,uint256)',
  ],
} as const satisfies Partial<Record<LintCode, readonly string[]>>

/** Names by which functions of other signatures do the same. */
const names = [
  [
    'CALL_ADMINISTERS',
    /^(?:(?:accept|claim|propose|renounce|transfer)(?:Admin|Governance|Owner|Ownership)|(?:add|change|remove|set|swap)(?:Pending)?(?:Admin|Authority|Controller|Governance|Governor|Guardian|Implementation|Minter|Owner)|(?:grant|renounce|revoke)Role|upgrade(?:(?:And|Beacon|Contract|Implementation|Proxy|To)|$))(?![a-z])/,
  ],
  [
    'CALL_GRANTS_RIGHTS',
    /^(?:safe)?(?:approve|authori[sz]e|forceApprove|increaseAllowance|increaseApproval|permit|setAllowance|setApproval|setOperator)(?![a-z])/,
  ],
] as const satisfies readonly (readonly [LintCode, RegExp])[]

/** What a function does, as far as its name alone tells. */
export function findByName(
  name: string,
): (typeof names)[number][0] | undefined {
  return names.find(([, pattern]) => pattern.test(name))?.[0]
}

/** Names of functions that call what their arguments say. */
const callers =
  /^_*(?:aggregate|batch|batchCall|call|delegate[cC]all|dispatch|exec|execute|forward|functionCall|invoke|multi[cC]all|multi[sS]end|proxy|relay)(?![a-z])/

/** Whether a function calls, by its name, what its arguments say. */
export function isCaller(name: string): boolean {
  return callers.test(name)
}

/** Code and signature of each such call, by its selector. */
export const dangerousCalls: ReadonlyMap<
  Hex,
  { code: keyof typeof signatures; signature: string }
> = new Map(
  (Object.keys(signatures) as (keyof typeof signatures)[]).flatMap((code) =>
    signatures[code].map((signature) => [
      toFunctionSelector(signature),
      { code, signature },
    ]),
  ),
)
