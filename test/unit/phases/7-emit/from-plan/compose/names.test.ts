import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { serviceName, volumeName } from '../../../../../../src/phases/7-emit/from-plan/compose/names.ts';
import { variableOf } from '../../../../../../src/plan/wiring/variable-name.ts';

const step = fc.stringMatching(/^[A-Za-z0-9_.\- é]{1,40}$/);
const moniker = fc.array(step, { maxLength: 5 }).map((steps) => `/${steps.join('/')}`);

describe('names', () => {
  it.each([
    ['/', 'root'],
    ['/a/b', 'a.b'],
    ['/a-b', 'a-b'],
    ['/__overlay_0_0', '__overlay_0_0'],
  ])('of %s is %s', (path, name) => expect(serviceName(path)).toBe(name));

  it('that are taken, or differ in case alone, have a digest behind them', () => {
    const names = ['/gate', '/root', '/egress', '/Api', '/API', '/a.b'].map(serviceName);
    for (const name of names) expect(name).toMatch(/-[0-9a-f]{8}$/);
    expect(new Set(names).size).toBe(names.length);
  });

  it('are short, are such as Docker takes, and are never shared', () => {
    fc.assert(
      fc.property(moniker, moniker, (a, b) => {
        expect(serviceName(a)).toMatch(/^[a-z0-9_][a-z0-9_.-]{0,62}$/);
        if (a !== b) expect(serviceName(a).toLowerCase()).not.toBe(serviceName(b).toLowerCase());
      }),
    );
  });

  it('of volumes are apart', () => {
    const ids = ['/.resources.db', '/a.resources.db', '/a/b.resources.db', '/a.b.resources.db', '/root.resources.db'];
    expect(new Set(ids.map(volumeName)).size).toBe(ids.length);
    expect(volumeName('/a.resources.db')).toBe('a.db');
  });

  it('of variables are apart', () => {
    const names = ['a_b', 'a-b', 'a__b', 'A_B', 'a_x2d_b', 'a.b'];
    expect(new Set(names.map((name) => variableOf('X_', name))).size).toBe(names.length);
  });
});
