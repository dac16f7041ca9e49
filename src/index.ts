export type { AccountAdapter } from './accounts/adapters/accountAdapter.ts'
export { openZeppelin } from './accounts/adapters/openZeppelin.ts'
export type {
  GetWindowParameters,
  WindowParameters,
} from './accounts/createWindowChooser.ts'
export {
  type DecodeAgentSignatureReturnType,
  decodeAgentSignature,
} from './accounts/decodeAgentSignature.ts'
export { decodeExecute } from './accounts/decodeExecute.ts'
export {
  type EncodeAgentSignatureParameters,
  encodeAgentSignature,
} from './accounts/encodeAgentSignature.ts'
export {
  type EncodeApprovalsParameters,
  encodeApprovals,
} from './accounts/encodeApprovals.ts'
export {
  type EncodeExecuteErrorType,
  encodeExecute,
} from './accounts/encodeExecute.ts'
export {
  type EncodeStubSignatureParameters,
  encodeStubSignature,
} from './accounts/encodeStubSignature.ts'
export {
  AgentSignatureRefusedError,
  type AgentSignatureRefusedErrorType,
  ExecuteNotDecodableError,
  type ExecuteNotDecodableErrorType,
  LaneOutOfRangeError,
  type LaneOutOfRangeErrorType,
  NoCallsError,
  type NoCallsErrorType,
  OwnerCannotSignHashError,
  type OwnerCannotSignHashErrorType,
  SignatureMalformedError,
  type SignatureMalformedErrorType,
  WindowUnavailableError,
  type WindowUnavailableErrorType,
} from './accounts/errors.ts'
export {
  type GetChainTimeErrorType,
  type GetChainTimeReturnType,
  getChainTime,
} from './accounts/getChainTime.ts'
export {
  type EntryPointOf,
  getEntryPoint,
  type PolicyEntryPointVersion,
} from './accounts/getEntryPoint.ts'
export {
  bundlerMargin,
  type GetSigningWindowErrorType,
  type GetSigningWindowParameters,
  type GetSigningWindowReturnType,
  getSigningWindow,
  noMargin,
  type WindowMargin,
} from './accounts/getSigningWindow.ts'
export {
  type GetUserOperationWindowTypedDataParameters,
  type GetUserOperationWindowTypedDataReturnType,
  getUserOperationWindowTypedData,
} from './accounts/getUserOperationWindowTypedData.ts'
export {
  type HashCallsErrorType,
  type HashCallsReturnType,
  hashCalls,
} from './accounts/hashCalls.ts'
export {
  type AgentPolicy,
  type PolicyAgentAccount,
  type PolicyAgentAccountImplementation,
  type SignUserOperationInWindowParameters,
  type ToPolicyAgentAccountErrorType,
  type ToPolicyAgentAccountParameters,
  type ToPolicyAgentAccountReturnType,
  toPolicyAgentAccount,
} from './accounts/toPolicyAgentAccount.ts'
export {
  type ReferenceAccount,
  type ReferenceAccountImplementation,
  type ToReferenceAccountErrorType,
  type ToReferenceAccountParameters,
  type ToReferenceAccountReturnType,
  toReferenceAccount,
} from './accounts/toReferenceAccount.ts'
export {
  type CancelAnnouncementForErrorType,
  type CancelAnnouncementForParameters,
  type CancelAnnouncementForReturnType,
  cancelAnnouncementFor,
} from './actions/announcements/cancelAnnouncementFor.ts'
export {
  type GetAnnouncementErrorType,
  type GetAnnouncementParameters,
  type GetAnnouncementReturnType,
  getAnnouncement,
} from './actions/announcements/getAnnouncement.ts'
export {
  type GetAnnouncementsErrorType,
  type GetAnnouncementsParameters,
  type GetAnnouncementsReturnType,
  getAnnouncements,
  type OpenAnnouncement,
} from './actions/announcements/getAnnouncements.ts'
export { getApprovalCalls } from './actions/approvals/approvalRequests.ts'
export {
  type GetApprovalTypedDataErrorType,
  type GetApprovalTypedDataParameters,
  type GetApprovalTypedDataReturnType,
  getApprovalTypedData,
} from './actions/approvals/getApprovalTypedData.ts'
export {
  type HashApprovalErrorType,
  type HashApprovalParameters,
  type HashApprovalReturnType,
  hashApproval,
} from './actions/approvals/hashApproval.ts'
export {
  type IsApprovedErrorType,
  type IsApprovedParameters,
  type IsApprovedReturnType,
  isApproved,
} from './actions/approvals/isApproved.ts'
export {
  type SignApprovalErrorType,
  type SignApprovalParameters,
  type SignApprovalReturnType,
  signApproval,
} from './actions/approvals/signApproval.ts'
export {
  type EncodeAnnounceCallErrorType,
  type EncodeAnnounceCallParameters,
  type EncodeAnnounceCallReturnType,
  encodeAnnounceCall,
} from './actions/calls/encodeAnnounceCall.ts'
export {
  type EncodeCancelAnnouncementCallParameters,
  type EncodeCancelAnnouncementCallReturnType,
  encodeCancelAnnouncementCall,
} from './actions/calls/encodeCancelAnnouncementCall.ts'
export {
  type EncodeFreezeAgentCallParameters,
  type EncodeFreezeAgentCallReturnType,
  encodeFreezeAgentCall,
} from './actions/calls/encodeFreezeAgentCall.ts'
export {
  type EncodeFreezeAllAgentsCallParameters,
  type EncodeFreezeAllAgentsCallReturnType,
  encodeFreezeAllAgentsCall,
} from './actions/calls/encodeFreezeAllAgentsCall.ts'
export {
  type EncodeGrantPolicyCallParameters,
  type EncodeGrantPolicyCallReturnType,
  encodeGrantPolicyCall,
} from './actions/calls/encodeGrantPolicyCall.ts'
export {
  type EncodeInstallPolicyValidatorCallParameters,
  type EncodeInstallPolicyValidatorCallReturnType,
  encodeInstallPolicyValidatorCall,
} from './actions/calls/encodeInstallPolicyValidatorCall.ts'
export {
  type EncodePublishCallParameters,
  type EncodePublishCallReturnType,
  encodePublishCall,
} from './actions/calls/encodePublishCall.ts'
export {
  type EncodeRevokeAgentCallParameters,
  type EncodeRevokeAgentCallReturnType,
  encodeRevokeAgentCall,
} from './actions/calls/encodeRevokeAgentCall.ts'
export {
  type EncodeRotateAgentCallParameters,
  type EncodeRotateAgentCallReturnType,
  encodeRotateAgentCall,
} from './actions/calls/encodeRotateAgentCall.ts'
export {
  type EncodeSetApprovalCallErrorType,
  type EncodeSetApprovalCallParameters,
  type EncodeSetApprovalCallReturnType,
  encodeSetApprovalCall,
} from './actions/calls/encodeSetApprovalCall.ts'
export {
  type EncodeSetRelayingCallParameters,
  type EncodeSetRelayingCallReturnType,
  encodeSetRelayingCall,
} from './actions/calls/encodeSetRelayingCall.ts'
export {
  type EncodeSettleCallParameters,
  type EncodeSettleCallReturnType,
  encodeSettleCall,
} from './actions/calls/encodeSettleCall.ts'
export {
  type EncodeUnfreezeAgentCallParameters,
  type EncodeUnfreezeAgentCallReturnType,
  encodeUnfreezeAgentCall,
} from './actions/calls/encodeUnfreezeAgentCall.ts'
export {
  type EncodeUninstallPolicyValidatorCallParameters,
  type EncodeUninstallPolicyValidatorCallReturnType,
  encodeUninstallPolicyValidatorCall,
} from './actions/calls/encodeUninstallPolicyValidatorCall.ts'
export {
  type DeployContractsErrorType,
  type DeployContractsParameters,
  type DeployContractsReturnType,
  deployContracts,
} from './actions/deployContracts.ts'
export {
  AgentAccountMissingError,
  type AgentAccountMissingErrorType,
  ApprovalRequestInvalidError,
  type ApprovalRequestInvalidErrorType,
  ApproverSignatureInvalidError,
  type ApproverSignatureInvalidErrorType,
  ContractNotDeployedError,
  type ContractNotDeployedErrorType,
  DeployerMissingError,
  type DeployerMissingErrorType,
  OwnerAccountMissingError,
  type OwnerAccountMissingErrorType,
  PolicyBlobMismatchError,
  type PolicyBlobMismatchErrorType,
  PolicyBlobNotFoundError,
  type PolicyBlobNotFoundErrorType,
  TierNotReachedError,
  type TierNotReachedErrorType,
  WalletAccountMissingError,
  type WalletAccountMissingErrorType,
} from './actions/errors.ts'
export {
  type FreezeAgentForErrorType,
  type FreezeAgentForParameters,
  type FreezeAgentForReturnType,
  freezeAgentFor,
} from './actions/levers/freezeAgentFor.ts'
export {
  type GetFreezeTypedDataParameters,
  type GetFreezeTypedDataReturnType,
  getFreezeTypedData,
} from './actions/levers/getFreezeTypedData.ts'
export {
  type GetLeverTypedDataParameters,
  type GetLeverTypedDataReturnType,
  getLeverTypedData,
} from './actions/levers/getLeverTypedData.ts'
export {
  type PrepareLeverErrorType,
  type PrepareLeverParameters,
  type PrepareLeverReturnType,
  prepareLever,
} from './actions/levers/prepareLever.ts'
export {
  type PullLeverErrorType,
  type PullLeverParameters,
  type PullLeverReturnType,
  pullLever,
} from './actions/levers/pullLever.ts'
export {
  type SignFreezeErrorType,
  type SignFreezeParameters,
  type SignFreezeReturnType,
  signFreeze,
} from './actions/levers/signFreeze.ts'
export {
  type SignLeverErrorType,
  type SignLeverParameters,
  type SignLeverReturnType,
  signLever,
} from './actions/levers/signLever.ts'
export {
  type VerifyLeverErrorType,
  type VerifyLeverParameters,
  type VerifyLeverReturnType,
  verifyLever,
} from './actions/levers/verifyLever.ts'
export {
  type CancelAnnouncementErrorType,
  type CancelAnnouncementParameters,
  type CancelAnnouncementReturnType,
  cancelAnnouncement,
} from './actions/owner/cancelAnnouncement.ts'
export {
  type FreezeAgentErrorType,
  type FreezeAgentParameters,
  type FreezeAgentReturnType,
  freezeAgent,
} from './actions/owner/freezeAgent.ts'
export {
  type FreezeAllAgentsErrorType,
  type FreezeAllAgentsParameters,
  type FreezeAllAgentsReturnType,
  freezeAllAgents,
} from './actions/owner/freezeAllAgents.ts'
export {
  type GrantPolicyErrorType,
  type GrantPolicyParameters,
  type GrantPolicyReturnType,
  grantPolicy,
} from './actions/owner/grantPolicy.ts'
export {
  type InstallPolicyValidatorErrorType,
  type InstallPolicyValidatorParameters,
  type InstallPolicyValidatorReturnType,
  installPolicyValidator,
} from './actions/owner/installPolicyValidator.ts'
export {
  type PublishPolicyErrorType,
  type PublishPolicyParameters,
  type PublishPolicyReturnType,
  publishPolicy,
} from './actions/owner/publishPolicy.ts'
export {
  type RevokeAgentErrorType,
  type RevokeAgentParameters,
  type RevokeAgentReturnType,
  revokeAgent,
} from './actions/owner/revokeAgent.ts'
export {
  type RotateAgentErrorType,
  type RotateAgentParameters,
  type RotateAgentReturnType,
  rotateAgent,
} from './actions/owner/rotateAgent.ts'
export {
  type SetRelayingErrorType,
  type SetRelayingParameters,
  type SetRelayingReturnType,
  setRelaying,
} from './actions/owner/setRelaying.ts'
export {
  type UnfreezeAgentErrorType,
  type UnfreezeAgentParameters,
  type UnfreezeAgentReturnType,
  unfreezeAgent,
} from './actions/owner/unfreezeAgent.ts'
export {
  type UninstallPolicyValidatorErrorType,
  type UninstallPolicyValidatorParameters,
  type UninstallPolicyValidatorReturnType,
  uninstallPolicyValidator,
} from './actions/owner/uninstallPolicyValidator.ts'
export {
  type CheckCallsErrorType,
  type CheckCallsParameters,
  type CheckCallsReturnType,
  checkCalls,
} from './actions/read/checkCalls.ts'
export {
  type AgentGrant,
  type GetAgentsErrorType,
  type GetAgentsParameters,
  type GetAgentsReturnType,
  getAgents,
} from './actions/read/getAgents.ts'
export {
  type GetGrantErrorType,
  type GetGrantParameters,
  type GetGrantReturnType,
  getGrant,
} from './actions/read/getGrant.ts'
export {
  type GetMissingBlobsErrorType,
  type GetMissingBlobsParameters,
  type GetMissingBlobsReturnType,
  getMissingBlobs,
} from './actions/read/getMissingBlobs.ts'
export {
  type GetPolicyErrorType,
  type GetPolicyParameters,
  type GetPolicyReturnType,
  getPolicy,
} from './actions/read/getPolicy.ts'
export {
  type BudgetUsage,
  type GetUsageErrorType,
  type GetUsageParameters,
  type GetUsageReturnType,
  getUsage,
  type LimitUsage,
} from './actions/read/getUsage.ts'
export {
  type IsRelayingEnabledErrorType,
  type IsRelayingEnabledParameters,
  type IsRelayingEnabledReturnType,
  isRelayingEnabled,
} from './actions/read/isRelayingEnabled.ts'
export {
  type LintPolicyOnChainErrorType,
  type LintPolicyOnChainParameters,
  type LintPolicyOnChainReturnType,
  lintPolicyOnChain,
} from './actions/read/lintPolicyOnChain.ts'
export type { ModuleType } from './actions/read/moduleTypes.ts'
export {
  type ReviewAccountErrorType,
  type ReviewAccountParameters,
  type ReviewAccountReturnType,
  type Reviewed,
  reviewAccount,
} from './actions/read/reviewAccount.ts'
export {
  type VerifyGrantErrorType,
  type VerifyGrantParameters,
  type VerifyGrantReturnType,
  verifyGrant,
} from './actions/read/verifyGrant.ts'
export {
  type GetTierEventsErrorType,
  type GetTierEventsParameters,
  type GetTierEventsReturnType,
  getTierEvents,
} from './actions/tiers/getTierEvents.ts'
export type { TierEvent } from './actions/tiers/tierEvent.ts'
export {
  type WatchTierEventsParameters,
  type WatchTierEventsReturnType,
  watchTierEvents,
} from './actions/tiers/watchTierEvents.ts'
export {
  type PolicyOwnerActions,
  policyOwnerActions,
} from './clients/decorators/policyOwnerActions.ts'
export {
  type PolicyReadActions,
  policyReadActions,
} from './clients/decorators/policyReadActions.ts'
export {
  create2DeployerAddress,
  policyStoreAddress,
  policyStoreCreationCodeHash,
  policyValidatorAddress,
  policyValidatorCreationCodeHash,
} from './constants/addresses.ts'
export {
  policyStoreAbi,
  policyValidatorAbi,
} from './constants/generated/abis.ts'
export {
  policyStoreCreationCode,
  policyValidatorCreationCode,
} from './constants/generated/creationCode.ts'
export { BaseError, type BaseErrorParameters } from './errors/base.ts'
export type {
  PolicyErrorActor,
  PolicyErrorCategory,
  PolicyErrorPhase,
  PolicyErrorRetry,
} from './errors/defineErrorRow.ts'
export type { PolicyErrorCode } from './errors/errorTable.ts'
export {
  PolicyBytesError,
  type PolicyBytesErrorType,
  PolicyDocumentError,
  type PolicyDocumentErrorType,
  type PolicyIssue,
} from './errors/policyDocument.ts'
export {
  isPolicyError,
  PolicyError,
  type PolicyErrorParameters,
  type PolicyErrorType,
} from './errors/policyError.ts'
export type {
  PolicyErrorContext,
  PolicyErrorPolicy,
} from './errors/policyErrorContext.ts'
export type {
  PolicyErrorArguments,
  PolicyErrorDetail,
  PolicyErrorDetails,
} from './errors/policyErrorDetails.ts'
export type {
  PolicyErrorJson,
  PolicyErrorSource,
} from './errors/policyErrorJson.ts'
export { toPolicyError } from './errors/toPolicyError.ts'
export type {
  CompiledAsset,
  CompiledLimit,
  CompiledPolicy,
  CompiledRule,
  PolicyWarning,
} from './policy/compile/compiledPolicy.ts'
export {
  type CompilePolicyErrorType,
  type CompilePolicyParameters,
  type CompilePolicyReturnType,
  compilePolicy,
} from './policy/compilePolicy.ts'
export {
  type DecompilePolicyErrorType,
  type DecompilePolicyParameters,
  type DecompilePolicyReturnType,
  decompilePolicy,
} from './policy/decompilePolicy.ts'
export {
  type DefinePolicyErrorType,
  definePolicy,
} from './policy/definePolicy.ts'
export type { PolicyChange } from './policy/diff/change.ts'
export {
  type DiffPolicyErrorType,
  type DiffPolicyParameters,
  type DiffPolicyReturnType,
  type DiffPolicySide,
  diffPolicy,
} from './policy/diffPolicy.ts'
export type { PolicyDocument } from './policy/document/policySchema.ts'
export { explainWorstCase } from './policy/explain/explainLimits.ts'
export {
  type ExplainPolicyReturnType,
  explainPolicy,
} from './policy/explainPolicy.ts'
export { decodePolicy } from './policy/format/decodePolicy.ts'
export {
  type GetBlobAddressParameters,
  getBlobAddress,
} from './policy/format/getBlobAddress.ts'
export { getBlobHash } from './policy/format/getBlobHash.ts'
export type {
  GetBlobAddresses,
  PolicyAsset,
  PolicyCondition,
  PolicyData,
  PolicyLimit,
  PolicyPermission,
  PolicyPlainRule,
  PolicyRule,
  PolicySet,
  PolicySetPermission,
  PolicySpan,
  PolicySpend,
  PolicySwitchRule,
} from './policy/format/types.ts'
export type { PolicyFinding } from './policy/lint/finding.ts'
export {
  type LintCode,
  type LintSeverity,
  lintTable,
} from './policy/lint/lintTable.ts'
export {
  type LintPolicyParameters,
  type LintPolicyReturnType,
  lintPolicy,
} from './policy/lintPolicy.ts'
export {
  type ParsePolicyErrorType,
  type ParsePolicyParameters,
  type ParsePolicyReturnType,
  parsePolicy,
} from './policy/parsePolicy.ts'
export type { AgentSigner } from './types/agentSigner.ts'
export type {
  Approval,
  ApprovalCall,
  ApprovalRequest,
  ApprovalTypedDataJson,
  ApprovedRequest,
  Approver,
} from './types/approval.ts'
export type { Call, EncodedCall } from './types/call.ts'
export type { Charge } from './types/charge.ts'
export type {
  Lever,
  LeverAction,
  LeverCap,
  SignedFreeze,
  SignedLever,
} from './types/lever.ts'
export type { PolicyBlobs, SetBlob } from './types/policyBlobs.ts'
export type { PolicyClock, PolicyPeriod } from './types/policyClock.ts'
export type { SignedWindow } from './types/signedWindow.ts'
export type { PolicyTier } from './types/tier.ts'
