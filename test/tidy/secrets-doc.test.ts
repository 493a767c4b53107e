/** Details of faults that docs/secrets.md names are ones that headgate tells. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { vaultFaultCodes } from '../../src/ports/vault.ts';
import { faultRows } from '../../src/runtime/secrets/faults.ts';
import { sourceFiles } from '../support/source-files.ts';

const section = (name: string): string =>
  new RegExp(`^## ${name}\\n([\\s\\S]*?)(?=^## |(?![\\s\\S]))`, 'm').exec(
    readFileSync('docs/secrets.md', 'utf8'),
  )?.[1] ?? '';
const code = sourceFiles('src')
  .map(({ text }) => text)
  .join('\n');

describe('docs/secrets.md', () => {
  it.each(['Recovery', 'Errors'])('names details that there are: %s', (name) => {
    const named = [...section(name).matchAll(/`([a-z]+(?:_[a-z]+)*)`/g)].map(([, word]) => word as string);
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter((word) => !new RegExp(`['\`]${word}['\`]|\\b${word}:`).test(code))).toEqual([]);
  });

  it('has the table of faults with its statuses and exits', () => {
    const rows = [...section('Errors').matchAll(/^\| `([a-z_]+)` \| (\d+) \| (\d+) \|/gm)].map(
      ([, name, status, exit]) => [name, Number(status), Number(exit)],
    );
    expect(rows).toEqual(vaultFaultCodes.map((name) => [name, faultRows[name].status, faultRows[name].exit]));
  });
});
