import { encodeFunctionData, hexToBigInt } from 'viem'

import { decodeExecute } from '../decodeExecute.ts'
import { encodeExecute } from '../encodeExecute.ts'
import { erc7579AccountAbi, validatorModuleType } from '../erc7579AccountAbi.ts'
import { LaneOutOfRangeError } from '../errors.ts'
import type { AccountAdapter } from './accountAdapter.ts'

const laneBits = 32
const validatorMask = ((1n << 160n) - 1n) << BigInt(laneBits)

/**
 * OpenZeppelin's `AccountERC7579`: the validator is in the upper 20 bytes of the
 * nonce key, the lane in the lower 4.
 */
export const openZeppelin = {
  decodeCalls: decodeExecute,
  encodeCalls: encodeExecute,
  encodeInstallValidator({ account, data, validator }) {
    return {
      data: encodeFunctionData({
        abi: erc7579AccountAbi,
        args: [validatorModuleType, validator, data],
        functionName: 'installModule',
      }),
      to: account,
      value: 0n,
    }
  },
  encodeUninstallValidator({ account, data, validator }) {
    return {
      data: encodeFunctionData({
        abi: erc7579AccountAbi,
        args: [validatorModuleType, validator, data],
        functionName: 'uninstallModule',
      }),
      to: account,
      value: 0n,
    }
  },
  getNonceKey({ lane, validator }) {
    if (lane < 0n || lane >> BigInt(laneBits))
      throw new LaneOutOfRangeError({ lane, laneBits })
    return (hexToBigInt(validator) << BigInt(laneBits)) | lane
  },
  getProfile({ validator }) {
    return {
      executeUserOp: false,
      nonce: {
        mask: validatorMask,
        value: hexToBigInt(validator) << BigInt(laneBits),
      },
    }
  },
  laneBits,
  name: 'openZeppelin',
} as const satisfies AccountAdapter
