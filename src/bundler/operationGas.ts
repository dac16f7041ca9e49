/** Gas and fees of an operation, where the caller knows better. */
export type OperationGasParameters = {
  callGasLimit?: bigint | undefined
  /** In wei. @default the network's, at most the policy's cap */
  maxFeePerGas?: bigint | undefined
  /** In wei. @default the network's, at most `maxFeePerGas` */
  maxPriorityFeePerGas?: bigint | undefined
  preVerificationGas?: bigint | undefined
  verificationGasLimit?: bigint | undefined
}
