import { spawn, spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { buildSync } from 'esbuild';
import type { VaultFault } from '../../../src/ports/vault.ts';
import type { VaultStep } from './vault-program.ts';

export interface VaultEnd {
  readonly signal: NodeJS.Signals | null;
  readonly status: number | null;
  /** As many as were given before the end. */
  readonly answers: readonly { readonly value?: unknown; readonly fault?: VaultFault }[];
  readonly stderr: string;
}

export interface VaultProcess {
  readonly run: (folder: string, steps: readonly VaultStep[], wrap?: readonly string[]) => VaultEnd;
  readonly launch: (
    folder: string,
    steps: readonly VaultStep[],
  ) => { readonly kill: () => void; readonly ended: Promise<VaultEnd> };
}

/** `folder` is where the program is put. */
export function vaultProcess(folder: string): VaultProcess {
  const program = join(folder, 'vault-program.mjs');
  buildSync({
    entryPoints: [resolve('test/support/vaults/vault-program.ts')],
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile: program,
  });
  const answersIn = (text: string): VaultEnd['answers'] =>
    text
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line));
  return {
    run: (place, steps, wrap = []) => {
      const [command = '', ...args] = [...wrap, process.execPath, program];
      const input = JSON.stringify({ folder: place, steps });
      const { signal, status, stdout, stderr } = spawnSync(command, args, { input, encoding: 'utf8' });
      return { signal, status, answers: answersIn(stdout), stderr };
    },
    launch: (place, steps) => {
      const child = spawn(process.execPath, [program], { stdio: ['pipe', 'pipe', 'pipe'] });
      child.stdin.end(JSON.stringify({ folder: place, steps }));
      let [stdout, stderr] = ['', ''];
      child.stdout.setEncoding('utf8').on('data', (text) => (stdout += text));
      child.stderr.setEncoding('utf8').on('data', (text) => (stderr += text));
      const ended = new Promise<VaultEnd>((done) =>
        child.on('close', (status, signal) => done({ signal, status, answers: answersIn(stdout), stderr })),
      );
      return { kill: () => child.kill('SIGKILL'), ended };
    },
  };
}
