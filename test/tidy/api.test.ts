import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

/** Names that an entry of package.json's `exports` gives to users. A change here is a change of the published interface. */
const published = {
  values: [
    'compile',
    'createLoader',
    'createMemoryLoader',
    'createMemoryPolicyClient',
    'createSandboxPolicyClient',
    'defaultLimits',
    'renderJson',
    'renderText',
  ],
  types: [
    'Compiled',
    'CompileOptions',
    'CompileResult',
    'DeploymentPlan',
    'Diagnostic',
    'JsonDiagnostic',
    'JsonObject',
    'JsonPlace',
    'JsonReport',
    'JsonValue',
    'Loaded',
    'Loader',
    'LoadFailure',
    'LoadResult',
    'Location',
    'PhaseName',
    'PolicyAsk',
    'PolicyClient',
    'PolicyLimits',
    'PolicyOutcome',
    'PolicyPeer',
    'PolicyPhase',
    'PolicyProcess',
    'Position',
    'PositionRange',
    'Range',
    'Related',
    'Severity',
    'Sources',
    'SourceText',
  ],
};

const names = (text: string, pattern: RegExp): readonly string[] =>
  [...text.matchAll(pattern)]
    .flatMap((match) => (match[1] ?? '').split(',').map((name) => name.trim()))
    .filter(Boolean);
const sorted = (list: readonly string[]): readonly string[] => [...list].sort();

describe('published interface', () => {
  it('has these values', async () => {
    expect(sorted(Object.keys(await import('../../src/index.ts')))).toEqual(sorted(published.values));
  });

  it('has these types', () => {
    const types = names(readFileSync('src/index.ts', 'utf8'), /export type \{([^}]*)\}/g);
    expect(sorted(types)).toEqual(sorted(published.types));
  });

  it('has these entries', () => {
    const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as { exports: object };
    expect(Object.keys(manifest.exports)).toEqual(['.', './package.json']);
  });
});
