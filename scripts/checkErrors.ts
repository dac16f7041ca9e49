// Checks that the error vocabulary is whole: every Solidity error has one row
// in the table, with its own arguments in their order, one entry in
// docs/errors.md and one negative test that asserts its arguments; every error
// class has a code, an entry and a link that leads there; and every name that
// a required action gives exists.
//
// With `--write`, docs/errors.md is written anew from the table first.
import { writeFileSync } from 'node:fs'

import { readErrorClasses } from './errors/errorClasses.ts'
import { findFaults } from './errors/findFaults.ts'
import { page, writePage } from './errors/page.ts'
import { readSolidityErrors } from './errors/solidityErrors.ts'

const errors = readSolidityErrors()
const classes = readErrorClasses()
const expected = writePage(errors, classes)
if (process.argv.includes('--write')) writeFileSync(page, expected)

const faults = findFaults(errors, classes, expected)
for (const fault of faults) console.error(fault)
if (faults.length > 0) process.exitCode = 1
