import { describe, expect, it } from 'vitest';
import { type Need, need } from '../../../../src/ir/authority.ts';
import type { PlanGrants } from '../../../../src/ir/plan-grants-schema.ts';
import { createAuthority } from '../../../../src/runtime/authority/authority.ts';
import type { FileNow } from '../../../../src/runtime/authority/state.ts';

const delegations: PlanGrants['delegations'] = [
  { id: 'a', subject: '/a', gates: ['toolGrant'], resources: ['x'] },
  {
    id: 'b',
    subject: '*',
    gates: ['toolGrant', 'networkProfile'],
    resources: ['x', 'y'],
    expires: '2030-01-01T00:00:10Z',
  },
];
const x = need('tool', '/a', 'x');
const y = need('egress', '/a', 'y');
const action = { type: 'process.start', target: '/a' } as const;

function make(
  needs: readonly Need[],
  grants: PlanGrants | undefined = { delegation: 'o.yaml', digest: 'd', delegations },
) {
  const world: { time: string; file: FileNow } = { time: '2030-01-01T00:00:00Z', file: { delegations } };
  const ended: unknown[] = [];
  const lost: unknown[] = [];
  const authority = createAuthority({
    grants,
    needs: () => needs,
    time: () => world.time,
    file: () => world.file,
    revoked: new Map(),
    onEnded: ({ id, state, reason }) => ended.push([id, state, reason]),
    onLost: (blocked) => lost.push(...blocked.map(({ gate, subject }) => `${gate} ${subject}`)),
  });
  const stand = () => {
    const on = authority.stand(action);
    return 'blocked' in on ? on.blocked.map(({ reasons }) => reasons.join('; ')) : on.on.map((one) => one.delegation);
  };
  return { authority, world, ended, lost, stand };
}

describe('authority', () => {
  it('stands on the plan where nothing is delegated', () => {
    const { authority } = make([x]);
    expect(authority.rights([x])).toMatchObject([{ delegation: 'a' }]);
    const alone = createAuthority({
      grants: undefined,
      needs: () => [x],
      time: () => 'never',
      file: () => ({ fault: 'none' }),
      revoked: new Map(),
    });
    expect(alone.stand(action)).toMatchObject({ on: [{ delegation: 'plan' }] });
    expect(alone.missing([x, y])).toEqual([]);
  });

  it('asks at every start: what has expired meanwhile gives nothing, to the second', () => {
    const { world, stand } = make([y]);
    world.time = '2030-01-01T00:00:09.999Z';
    expect(stand()).toEqual(['b']);
    world.time = '2030-01-01T00:00:10Z';
    expect(stand()).toEqual([
      'networkProfile: no delegation gives `y` any more; `b` gave it: it expired at 2030-01-01T00:00:10Z',
    ]);
  });

  it('takes the next one that gives it', () => {
    const { authority, stand, lost } = make([x]);
    expect(stand()).toEqual(['a']);
    expect(authority.revoke('a', 'enough')).toBe('revoked');
    expect(lost).toEqual([]);
    expect(stand()).toEqual(['b']);
  });

  it('the file can take away: an entry, a resource, a gate, a subject, time', () => {
    const changed = (change: object): FileNow => ({ delegations: delegations.map((one) => ({ ...one, ...change })) });
    for (const file of [
      { delegations: [] },
      { fault: 'there is no such file' },
      changed({ resources: ['x'] }),
      changed({ gates: ['toolGrant'] }),
      changed({ subject: '/b' }),
      changed({ expires: '2029-01-01T00:00:00Z' }),
    ] as const) {
      const { world, stand, authority, lost } = make([y]);
      expect(stand()).toEqual(['b']);
      world.file = file;
      authority.look();
      expect(lost).toEqual(['authority_missing /a']);
      expect(stand()[0]).toContain('no delegation gives `y` any more');
    }
  });

  it('the file cannot give: not more, not anew, not for longer', () => {
    const { world, stand } = make([y]);
    world.file = {
      delegations: [
        ...delegations.map((one) => ({ ...one, expires: '2040-01-01T00:00:00Z' })),
        { id: 'c', subject: '*', gates: ['networkProfile'], resources: ['*'] },
      ],
    };
    world.time = '2030-01-01T00:00:11Z';
    expect(stand()[0]).toContain('it expired at 2030-01-01T00:00:10Z');
  });

  it('tells each end once, and what it means for what is under way alone', () => {
    const { world, stand, authority, lost, ended } = make([y]);
    world.time = '2030-01-01T00:00:11Z';
    authority.look();
    authority.look();
    expect(ended).toEqual([['b', 'expired', 'it expired at 2030-01-01T00:00:10Z']]);
    expect(lost).toEqual([]);
    world.time = '2030-01-01T00:00:01Z';
    stand();
    authority.over(action);
    world.file = { delegations: [] };
    authority.look();
    expect(lost).toEqual([]);
  });

  it('is asked again while something goes on: what has ended is told by whoever finds it, and nothing is begun', () => {
    const { world, authority, lost, ended } = make([y]);
    expect(authority.again(action)).toMatchObject({ on: [{ resource: 'y', delegation: 'b' }] });
    world.file = { delegations: [] };
    expect(authority.again(action)).toMatchObject({ blocked: [{ gate: 'authority_missing' }] });
    expect(ended.map((one) => (one as readonly string[]).slice(0, 2))).toEqual([
      ['a', 'withdrawn'],
      ['b', 'withdrawn'],
    ]);
    authority.look();
    expect([lost, ended.length]).toEqual([[], 2]);
  });

  it('gives back without asking, and says what it stood on', () => {
    const { world, stand, authority } = make([y]);
    stand();
    world.file = { fault: 'there is no such file' };
    authority.look();
    expect(authority.back(action).on).toMatchObject([{ resource: 'y', delegation: 'b' }]);
  });

  it('revokes what there is, once', () => {
    const { authority, ended } = make([y]);
    expect([authority.revoke('z', 'r'), authority.revoke('b', 'r'), authority.revoke('b', 'r')]).toEqual([
      'unknown',
      'revoked',
      'already',
    ]);
    expect(ended).toEqual([['b', 'revoked', 'r']]);
    expect(authority.delegations().map(({ state }) => state)).toEqual(['active', 'revoked']);
  });

  it('knows when the next one ends', () => {
    const { authority, world } = make([]);
    expect(authority.nextEnd()).toBe(10_000);
    world.time = '2030-01-01T00:00:10Z';
    expect(authority.nextEnd()).toBeUndefined();
  });
});
