import { createRequire } from 'node:module'
import hardhatToolboxMochaEthers from '@nomicfoundation/hardhat-toolbox-mocha-ethers'
import { defineConfig } from 'hardhat/config'
import { compilerWarningsPlugin } from './scripts/hardhat/compilerWarnings.ts'
import { releasedContracts } from './scripts/hardhat/releasedContracts.ts'
import { testMochaTask } from './scripts/hardhat/testMocha.ts'

const solcPath = createRequire(import.meta.url).resolve('solc/soljson.js')

function getCompiler({ optimizerRuns = 1_000_000 } = {}) {
  return {
    version: '0.8.37',
    // The compiler of the npm package, so that nothing is downloaded.
    path: solcPath,
    settings: {
      evmVersion: 'cancun',
      metadata: { appendCBOR: false, bytecodeHash: 'none' },
      optimizer: { enabled: true, runs: optimizerRuns },
      viaIR: true,
    },
  }
}

// Histories are drawn from a seed of their own: neither words found in the
// code help, nor a search for a shorter history of thousands of steps.
const invariant = {
  dictionaryWeight: 0,
  failOnRevert: true,
  includePushBytes: false,
  includeStorage: false,
  shrinkRunLimit: 0,
}

export default defineConfig({
  plugins: [hardhatToolboxMochaEthers, compilerWarningsPlugin],
  tasks: [testMochaTask],
  paths: {
    sources: './contracts',
    tests: { mocha: './test', solidity: './test/contracts' },
  },
  solidity: {
    compilers: [getCompiler()],
    overrides: Object.fromEntries(
      releasedContracts.map(({ source, ...options }) => [
        source,
        getCompiler(options),
      ]),
    ),
  },
  networks: {
    default: {
      type: 'edr-simulated',
      allowUnlimitedContractSize: false,
      hardfork: 'prague',
    },
  },
  test: {
    mocha: { forbidOnly: true, forbidPending: true, timeout: 120_000 },
    solidity: {
      profiles: {
        default: {
          fuzz: { runs: 256 },
          invariant: { ...invariant, depth: 50, runs: 64 },
        },
        // `scripts/mutants.ts`
        short: {
          fuzz: { runs: 64 },
          invariant: { ...invariant, depth: 50, runs: 16 },
        },
        // `npm run fuzz`
        long: {
          fuzz: { runs: 20_000 },
          invariant: { ...invariant, depth: 200, runs: 1_000 },
        },
      },
    },
  },
  typechain: { outDir: 'types', tsNocheck: true },
})
