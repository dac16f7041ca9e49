import type { Table } from './tables.ts'

/** Prints a table for a terminal. */
export function printText({ head, rows, title }: Table): string {
  const lines = [head, ...rows]
  const widths = head.map((_, column) =>
    Math.max(...lines.map((line) => line[column]?.length ?? 0)),
  )
  const isText = head.map((_, column) => isTextColumn(rows, column))
  const body = lines.map((line) =>
    line
      .map((cell, column) => {
        const width = widths[column] ?? 0
        return isText[column] ? cell.padEnd(width) : cell.padStart(width)
      })
      .join('  ')
      .trimEnd(),
  )
  return [title, '', ...body.map((line) => `  ${line}`), ''].join('\n')
}

/** Prints a table for a page. */
export function printMarkdown({ head, rows, title }: Table): string {
  const toLine = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  const rule = head.map((_, column) =>
    isTextColumn(rows, column) ? '---' : '---:',
  )
  return [
    `### ${title}`,
    '',
    toLine(head),
    toLine(rule),
    ...rows.map(toLine),
    '',
  ].join('\n')
}

/** Whether a column has words rather than numbers. */
function isTextColumn(
  rows: readonly (readonly string[])[],
  column: number,
): boolean {
  return rows.some((row) => /[a-z]{3}/i.test(row[column] ?? ''))
}
