import type { HardhatPlugin } from 'hardhat/types/plugins'
import type { CompilerOutputError } from 'hardhat/types/solidity'

/** Diagnostic of the compiler. Hardhat's type leaves out where it points. */
export type Diagnostic = CompilerOutputError & {
  readonly sourceLocation?: { readonly file: string }
}

/** Code of a warning of the compiler, and why it is not one of ours. */
const acceptedWarnings: Readonly<Record<string, string>> = {
  '2394':
    'Said once about any use of transient storage, whatever is done with it.',
}

/** Warnings about tests that Hardhat does not print either. */
const acceptedInTests: Readonly<Record<string, string>> = {
  '3860': 'A test contract may be larger than what a chain takes.',
  '5574': 'A test contract may be larger than what a chain takes.',
}

/** Whether a diagnostic is about this project's own code and must be mended. */
export function isOwnDiagnostic(diagnostic: Diagnostic): boolean {
  if (diagnostic.severity === 'error') return true

  const file = diagnostic.sourceLocation?.file ?? ''
  if (file.startsWith('npm/')) return false

  const code = diagnostic.errorCode ?? ''
  if (code in acceptedWarnings) return false
  return !(file.startsWith('project/test/') && code in acceptedInTests)
}

/** Prints the compiler's warnings about this project and no others. */
export const compilerWarningsPlugin: HardhatPlugin = {
  id: 'compiler-warnings',
  hookHandlers: {
    solidity: async () => ({
      default: async () => ({
        async getCompilationJobErrors(context, job, output, next) {
          const diagnostics: readonly Diagnostic[] = output.errors ?? []
          // Same order and length as the compiler's own list.
          const printable = await next(context, job, output)
          return printable.filter((_, index) => {
            const diagnostic = diagnostics[index]
            return diagnostic === undefined || isOwnDiagnostic(diagnostic)
          })
        },
      }),
    }),
  },
}
