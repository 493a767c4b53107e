/** `--sign-key`, and what is said of the statement of a run. */
import { readSigningKey } from '../adapters/files/ed25519.ts';
import type { Cli } from '../app/cli.ts';
import { UsageError } from '../app/usage-error.ts';
import { printable } from '../diagnostics/render/width.ts';
import type { Sealed } from '../runtime/verdict/seal.ts';
import type { VerdictState } from '../runtime/verdict/verdict-state.ts';
import { readGiven } from './actions/attest.ts';

/** The key in PEM. Before anything is begun: a run that cannot be signed as asked is not begun at all. */
export async function readSignKey(cli: Cli, file: string | undefined): Promise<string | undefined> {
  if (file === undefined) return undefined;
  const pem = (await readGiven(cli, file, '--sign-key')).toString('utf8');
  const key = readSigningKey(pem);
  if (typeof key === 'string') throw new UsageError(`--sign-key: \`${file}\` cannot be used: ${key}`);
  return pem;
}

export function sealedText(sealed: Sealed, id: string): string {
  if ('fault' in sealed)
    return `the verdict could not be written down: ${printable(sealed.fault)}; \`headgate resume ${id}\` tries again\n`;
  return sealed.keyid === null ? 'verdict not signed\n' : `verdict signed by ${sealed.keyid}\n`;
}

export function verdictText({ state, keyid }: VerdictState): string {
  switch (state) {
    case 'signed':
      return `signed by ${printable(keyid ?? '')}`;
    case 'unsigned':
      return 'not signed';
    case 'missing':
      return 'not written down; `headgate resume` does it';
    case 'stale':
      return 'older than the journal; `headgate resume` writes it again';
    case 'corrupt':
      return 'unreadable; `headgate verify-run` says why';
  }
}
