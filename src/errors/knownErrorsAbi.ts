import { parseAbi } from 'viem'

/**
 * Errors of EntryPoints, smart accounts and tokens: those that wrap the bytes
 * of another one, and those that a code of the table stands for.
 */
export const knownErrorsAbi = parseAbi([
  // EntryPoint 0.7 to 0.9, and bundlers' simulations of it
  'error FailedOp(uint256 opIndex, string reason)',
  'error FailedOpWithRevert(uint256 opIndex, string reason, bytes inner)',
  'error DelegateAndRevert(bool success, bytes ret)',
  'error PostOpReverted(bytes returnData)',
  'error CallPhaseReverted(bytes reason)',
  // Accounts that wrap what a call reverted with, ERC-7751
  'error ExecuteError(uint256 index, bytes reason)',
  'error WrappedError(address target, bytes4 selector, bytes reason, bytes details)',
  // Accounts without the module: OpenZeppelin, Nexus, Kernel
  'error ERC7579UninstalledModule(uint256 moduleTypeId, address module)',
  'error ModuleNotInstalled(uint256 moduleTypeId, address module)',
  'error ValidatorNotInstalled(address module)',
  'error InvalidValidator()',
  // Balances: ERC-6093, OpenZeppelin's Address, Solady
  'error ERC20InsufficientBalance(address sender, uint256 balance, uint256 needed)',
  'error ERC20InsufficientAllowance(address spender, uint256 allowance, uint256 needed)',
  'error ERC20InvalidReceiver(address receiver)',
  'error ERC721IncorrectOwner(address sender, uint256 tokenId, address owner)',
  'error ERC1155InsufficientBalance(address sender, uint256 balance, uint256 needed, uint256 tokenId)',
  'error InsufficientBalance(uint256 balance, uint256 needed)',
  'error InsufficientBalance()',
  'error SafeERC20FailedOperation(address token)',
  'error FailedCall()',
  'error AddressEmptyCode(address target)',
])
