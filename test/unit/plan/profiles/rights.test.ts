import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { permissionModes, runtimeModes, sandboxModes } from '../../../../src/ir/profile-choices.ts';
import {
  needsSelfCheck,
  type Permissions,
  type RuntimeMode,
  rightsIn,
  type SandboxMode,
  whyNotApproved,
} from '../../../../src/plan/profiles/rights.ts';
import { rightsTable } from '../../../support/rights-table.ts';

/** Written by hand: what may be done unasked before a self-check, and after one that passed. */
const expected: Readonly<
  Record<RuntimeMode, Readonly<Record<SandboxMode, Readonly<Record<Permissions, readonly [Permissions, Permissions]>>>>>
> = {
  default: {
    inherit: {
      'deny-all': ['deny-all', 'deny-all'],
      'approve-reads': ['approve-reads', 'approve-reads'],
      'approve-all': ['approve-reads', 'approve-reads'],
    },
    none: {
      'deny-all': ['deny-all', 'deny-all'],
      'approve-reads': ['approve-reads', 'approve-reads'],
      'approve-all': ['approve-reads', 'approve-reads'],
    },
    ref: {
      'deny-all': ['deny-all', 'deny-all'],
      'approve-reads': ['approve-reads', 'approve-reads'],
      'approve-all': ['approve-reads', 'approve-reads'],
    },
  },
  evidence: {
    inherit: {
      'deny-all': ['deny-all', 'deny-all'],
      'approve-reads': ['approve-reads', 'approve-reads'],
      'approve-all': ['approve-reads', 'approve-reads'],
    },
    none: {
      'deny-all': ['deny-all', 'deny-all'],
      'approve-reads': ['approve-reads', 'approve-reads'],
      'approve-all': ['approve-reads', 'approve-reads'],
    },
    ref: {
      'deny-all': ['deny-all', 'deny-all'],
      'approve-reads': ['approve-reads', 'approve-reads'],
      'approve-all': ['approve-reads', 'approve-all'],
    },
  },
};

const rows = runtimeModes.flatMap((mode) =>
  sandboxModes.flatMap((sandbox) => permissionModes.map((permissions) => ({ mode, sandbox, permissions }))),
);

describe('000-4,5,13 mode × sandbox × permissions', () => {
  it.each(rows)('$mode, $sandbox, $permissions', ({ mode, sandbox, permissions }) => {
    const rights = rightsIn(mode, sandbox, permissions);
    expect([rights.permissions, rights.permissionsChecked]).toEqual(expected[mode][sandbox][permissions]);
    expect(rights.place).toBe({ inherit: 'sandbox', none: 'host', ref: 'named sandbox' }[sandbox]);
    expect(rights.needs).toBe(sandbox === 'none' ? '--no-sandbox' : null);
    expect(rights.executingProbes).toBe(mode === 'evidence');
    expect(rights.standingGuidance).toBe(mode === 'evidence');
    const profile = { runtime: { mode }, sandbox: { mode: sandbox }, permissions };
    const mayApprove = mode === 'evidence' && sandbox === 'ref';
    expect(needsSelfCheck(profile)).toBe(mayApprove && permissions === 'approve-all');
    expect(whyNotApproved(profile) !== undefined).toBe(!mayApprove && permissions === 'approve-all');
  });

  it('has eighteen rows', () => {
    expect(rows).toHaveLength(18);
  });

  it('000-8,14 is the table of the documentation', () => {
    const page = readFileSync('docs/profiles.md', 'utf8').split('\n');
    const documented = page.filter((line) => /^\| `(runtime\.mode|default|evidence)` \| `/.test(line));
    const [head, , ...body] = rightsTable();
    expect(documented).toEqual([head, ...body]);
  });
});
