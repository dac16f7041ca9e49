import { parseAbi } from 'viem'

/** What every ERC-7579 account has, as far as this package calls it. */
export const erc7579AccountAbi = parseAbi([
  'function execute(bytes32 mode, bytes executionCalldata) payable',
  'function installModule(uint256 moduleTypeId, address module, bytes initData)',
  'function isModuleInstalled(uint256 moduleTypeId, address module, bytes additionalContext) view returns (bool)',
  'function uninstallModule(uint256 moduleTypeId, address module, bytes deInitData)',
])

/** ERC-7579 module type of validators. */
export const validatorModuleType = 1n
