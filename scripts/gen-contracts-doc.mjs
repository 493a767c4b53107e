/** Writes the table of docs/contracts.md. */
import { readFileSync, writeFileSync } from 'node:fs';
import { readRows, withTable } from './contract-table.mjs';

const path = 'docs/contracts.md';
writeFileSync(path, withTable(readFileSync(path, 'utf8'), readRows()));
