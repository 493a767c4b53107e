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
    'linksAt',
    'linksOf',
    'linksOfPlan',
    'obligationsAt',
    'obligationsOfPlan',
    'prove',
    'renderJson',
    'renderText',
  ],
  types: [
    'ChainHop',
    'Compiled',
    'CompileOptions',
    'CompileResult',
    'DeploymentPlan',
    'Diagnostic',
    'Grain',
    'JsonDiagnostic',
    'JsonObject',
    'JsonPlace',
    'JsonReport',
    'JsonValue',
    'Link',
    'Loaded',
    'Loader',
    'LoadFailure',
    'LoadResult',
    'Location',
    'LockInput',
    'Obligation',
    'PhaseName',
    'PolicyAsk',
    'PolicyCall',
    'PolicyClient',
    'PolicyLimits',
    'PolicyMode',
    'PolicyOutcome',
    'PolicyPeer',
    'PolicyPhase',
    'PolicyProcess',
    'PolicySetting',
    'Position',
    'PositionRange',
    'ProofOptions',
    'Range',
    'Related',
    'SecretGrant',
    'Severity',
    'Sources',
    'Span',
    'SpanAttributes',
    'SpanScope',
    'SourceText',
    'Violation',
  ],
};

const publishedPolicy = {
  values: ['PolicyError', 'definePolicy', 'finding', 'interposer', 'servePolicy'],
  types: [
    'Argument',
    'CapabilityKind',
    'Component',
    'Context',
    'Decision',
    'Edge',
    'EdgeEnd',
    'EndPattern',
    'Endpoint',
    'EnvValue',
    'Finding',
    'FindingAbout',
    'ImageProgram',
    'InterposerBuilder',
    'InterposerProgram',
    'InterposerSpec',
    'Interposition',
    'JsonObject',
    'JsonValue',
    'MonikerPattern',
    'PathProgram',
    'Placed',
    'Placement',
    'Policy',
    'PolicyAnswer',
    'PolicyErrorCode',
    'PolicyRequest',
    'PolicyServer',
    'PolicySpec',
    'Provide',
    'Resource',
    'Scope',
    'SelectBy',
    'Selection',
    'ServeOptions',
    'Severity',
    'Side',
    'Slot',
  ],
};

const publishedRun = {
  values: ['openTracing', 'readRun', 'run', 'statusOf'],
  types: [
    'Blocked',
    'ComponentSettings',
    'ComponentState',
    'ComponentStatus',
    'ComponentSummary',
    'DeploymentPlan',
    'Entry',
    'EntryType',
    'JsonObject',
    'JsonValue',
    'LogLine',
    'OpenTracingOptions',
    'Outcome',
    'Owner',
    'Restart',
    'Run',
    'RunEvent',
    'RunOptions',
    'RunSettings',
    'RunStatus',
    'Span',
    'SpanAttributes',
    'SpanScope',
    'Tracing',
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

  it('of headgate/run has these', async () => {
    expect(sorted(Object.keys(await import('../../src/run.ts')))).toEqual(publishedRun.values);
    const types = names(readFileSync('src/run.ts', 'utf8'), /export type \{([^}]*)\}/g);
    expect(sorted(types)).toEqual(publishedRun.types);
  });

  it('of headgate/policy has these', async () => {
    expect(sorted(Object.keys(await import('../../src/policy/index.ts')))).toEqual(publishedPolicy.values);
    const types = names(readFileSync('src/policy/index.ts', 'utf8'), /export type \{([^}]*)\}/g);
    expect(sorted(types)).toEqual(publishedPolicy.types);
  });

  it('has these entries', () => {
    const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as { exports: object };
    expect(Object.keys(manifest.exports)).toEqual(['.', './policy', './run', './testing', './package.json']);
  });
});
