/** An input that is a bundle: read from the disk, as nothing else opens one. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { openBundle } from '../../src/adapters/loaders/bundle-loader.ts';
import type { Sources } from '../../src/base/text.ts';
import { compile } from '../../src/compile.ts';
import type { Diagnostic } from '../../src/diagnostics/diagnostic.ts';
import { createStubPolicyClient } from '../support/stub-policy-client.ts';
import type { FuzzInput } from './make-input.ts';

export const isBundle = (root: string): boolean => /(?:^|\/)bundle\.json$/.test(root);

/** Of the index, and of the scenario when there is one. */
export async function runBundle({
  files,
  root,
}: FuzzInput): Promise<{ readonly diagnostics: readonly Diagnostic[]; readonly sources: Sources }> {
  const folder = mkdtempSync(join(tmpdir(), 'headgate-fuzz-bundle-'));
  try {
    for (const [path, bytes] of files) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), bytes);
    }
    const { bundle, diagnostics, sources } = await openBundle(join(folder, dirname(root)), 'bundle');
    if (!bundle) return { diagnostics, sources };
    const result = await compile({
      input: bundle.rootUrl,
      baseDir: bundle.baseDir,
      loader: bundle.loader,
      policyClient: createStubPolicyClient(new Map()),
    });
    return {
      diagnostics: [...diagnostics, ...result.diagnostics],
      sources: new Map([...sources, ...result.sources]),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
