import type { DocumentPath } from './path.ts'

/** One thing wrong with a document, before it is told to its owner. */
export type DocumentFault = {
  fix: string
  message: string
  path: DocumentPath
}
