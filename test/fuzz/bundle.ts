/** The worker as one script that plain node can start. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';

export interface Bundle {
  readonly worker: string;
  readonly folder: string;
  readonly remove: () => void;
}

/** Below node_modules, where packages are found. */
export async function bundleWorker(): Promise<Bundle> {
  mkdirSync('node_modules/.cache', { recursive: true });
  const folder = mkdtempSync(resolve('node_modules/.cache/headgate-fuzz-'));
  await build({
    entryPoints: { worker: 'test/fuzz/worker.ts' },
    outdir: folder,
    bundle: true,
    splitting: true,
    packages: 'external',
    platform: 'node',
    target: 'node20',
    format: 'esm',
    outExtension: { '.js': '.mjs' },
    sourcemap: 'linked',
    sourcesContent: false,
    logLevel: 'warning',
  });
  return { worker: join(folder, 'worker.mjs'), folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
