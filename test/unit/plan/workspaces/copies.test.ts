import { describe, expect, it } from 'vitest';
import type { PlanRuntime } from '../../../../src/ir/plan-runtime-schema.ts';
import {
  copiesOf,
  differencesOf,
  resolvedEnvironment,
  type WorkspacePlan,
} from '../../../../src/plan/workspaces/copies.ts';
import { mismatchWarnings } from '../../../../src/runtime/workspaces/check-workspaces.ts';

const src = { source: '.', kind: 'dir', mode: 'shared', conflictPolicy: 'keep_local' } as const;
const plan = (monikers: readonly string[], runtime: PlanRuntime): WorkspacePlan =>
  ({ components: monikers.map((moniker) => ({ moniker, program: {} })), runtime }) as unknown as WorkspacePlan;
const on = (...more: object[]) => Object.assign({ restart: 'never', workspace: 'src' } as const, ...more);

describe('copies', () => {
  it('are one for each component, or one for all that are configured alike', () => {
    const components = { '/b': on(), '/a': on(), '/c': { workspace: 'src' } };
    const shared = copiesOf(plan(['/a', '/b', '/c', '/d'], { workspaces: { src }, components }));
    expect(shared.map(({ id, users, tasks, services }) => ({ id, users, tasks, services }))).toEqual([
      { id: 'src', users: ['/a', '/b', '/c'], tasks: ['/a', '/b'], services: ['/c'] },
    ]);
    const isolated = copiesOf(plan(['/b', '/a'], { workspaces: { src: { ...src, mode: 'isolated' } }, components }));
    expect(isolated.map(({ id, users }) => [id, users])).toEqual([
      ['src:/a', ['/a']],
      ['src:/b', ['/b']],
    ]);
    expect(copiesOf(plan(['/a'], {}))).toEqual([]);
  });

  it('003-C3.2 are made anew for who is configured otherwise, and say so, with who was there before', () => {
    const browser = { runtime: { mode: 'default' }, sandbox: { mode: 'inherit' }, permissions: 'deny-all' } as const;
    const [first, second] = copiesOf(
      plan(['/a', '/b', '/c'], {
        workspaces: { src },
        profiles: { browser },
        components: { '/a': on(), '/b': on({ profile: 'browser' }), '/c': on() },
      }),
    );
    expect(first).toMatchObject({ id: 'src', users: ['/a', '/c'], realized: { conflict: null } });
    expect(second).toMatchObject({
      id: 'src:/b',
      users: ['/b'],
      realized: {
        environmentId: 'local',
        source: 'default',
        conflict: {
          reason: 'reused_workspace_environment_mismatch',
          workspaceEnvironmentId: 'local',
          intendedEnvironmentId: 'local',
          intendedSource: 'default',
          workspaceIdentity: first?.identity,
          intendedIdentity: second?.identity,
        },
      },
    });
    expect(first?.identity).not.toBe(second?.identity);
  });

  it('003-C3.2 are told apart by environment, and never in silence', () => {
    const [first, second] = copiesOf(
      plan(['/a', '/b'], {
        workspaces: { src: { ...src, environment: 'lab' } },
        components: { '/a': on(), '/b': on({ environment: 'local' }) },
      }),
    );
    expect(first?.realized).toEqual({ environmentId: 'lab', source: 'workspace', conflict: null });
    expect(second?.realized).toMatchObject({
      environmentId: 'local',
      source: 'component',
      conflict: { workspaceEnvironmentId: 'lab', intendedEnvironmentId: 'local', intendedSource: 'component' },
    });
  });
});

describe('what two components are configured with otherwise', () => {
  const browser = { runtime: { mode: 'default' }, sandbox: { mode: 'inherit' }, permissions: 'deny-all' } as const;
  const runtime = {
    workspaces: { src },
    profiles: { browser, loud: { ...browser, permissions: 'approve-all' } },
    components: { '/a': on(), '/b': on({ profile: 'browser' }), '/c': on({ profile: 'loud', environment: 'lab' }) },
  } as unknown as PlanRuntime;
  const between = (a: string, b: string) => differencesOf(plan(['/a', '/b', '/c'], runtime), src, a, b);

  it('is told by name', () => {
    expect(between('/a', '/a')).toEqual([]);
    expect(between('/a', '/b')).toEqual(['profile']);
    expect(between('/b', '/c')).toEqual(['environment', 'profile.name', 'profile.permissions']);
    expect(between('/c', '/b')).toEqual(between('/b', '/c'));
  });

  it('stands in the warning', () => {
    const of = plan(['/b', '/c'], runtime);
    const [warning] = mismatchWarnings(of, copiesOf(of));
    expect(warning?.reasons[0]).toContain('what differs: `environment`, `profile.name`, `profile.permissions`)');
  });
});

describe('003-C3.3 where a component runs', () => {
  const at = (component: object, workspace: object) =>
    resolvedEnvironment('/a', plan(['/a'], { components: { '/a': component } }), { ...src, ...workspace });
  it.each([
    ['what the component says', { environment: 'x' }, { environment: 'y' }, 'x', 'component'],
    ['what its workspace says', {}, { environment: 'y' }, 'y', 'workspace'],
    ['this machine', {}, {}, 'local', 'default'],
  ])('is %s', (_, component, workspace, environmentId, source) => {
    expect(at(component, workspace)).toEqual({ environmentId, source });
  });

  it('003-C3.1 is what it says itself also where that is what would hold anyway', () => {
    expect(at({ environment: 'local' }, { environment: 'lab' })).toEqual({
      environmentId: 'local',
      source: 'component',
    });
    expect(at({ environment: 'local' }, {})).toEqual({ environmentId: 'local', source: 'component' });
  });
});
