import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  claimName,
  componentName,
  edgeName,
  exportName,
  secretName,
} from '../../../../../../src/phases/7-emit/from-plan/kubernetes/names.ts';

const step = fc.stringMatching(/^[A-Za-z0-9_.\- é]{1,40}$/);
const moniker = fc.array(step, { maxLength: 5 }).map((steps) => `/${steps.join('/')}`);
const label = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

describe('names', () => {
  it.each([
    ['/', 'root'],
    ['/a/b', 'a--b'],
    ['/a-b', 'a-b'],
  ])('of %s is %s', (path, name) => expect(componentName(path)).toBe(name));

  it('that are taken, reserved, or differ in case alone, have a digest behind them', () => {
    const names = [
      '/canary',
      '/canary-client',
      '/egress',
      '/outside',
      '/export',
      '/root',
      '/Api',
      '/API',
      '/a.b',
      '/xn/a',
      '/a-0123abcd',
    ].map(componentName);
    for (const name of names) expect(name).toMatch(/-[0-9a-f]{8}$/);
    expect(new Set(names).size).toBe(names.length);
  });

  it('of edges keep apart what looks alike', () => {
    const names = [
      edgeName('/a', 'b', 0),
      edgeName('/a', 'b', 1),
      edgeName('/a-b', 'c', 0),
      edgeName('/a', 'b-c', 0),
      edgeName('/a/b', 'c', 0),
      edgeName('/a', 'b_c', 0),
      edgeName('/export', 'site', 0),
      exportName('site'),
    ];
    expect(names.slice(0, 2)).toEqual(['a-b', 'a-b-1']);
    expect(new Set(names).size).toBe(names.length);
  });

  it('are labels of DNS, stable, and never those of two things', () => {
    fc.assert(
      fc.property(fc.uniqueArray(moniker, { minLength: 2, maxLength: 8 }), step, (monikers, slot) => {
        const kinds = [
          monikers.map(componentName),
          monikers.flatMap((one) => [edgeName(one, slot, 0), edgeName(one, slot, 1)]),
          monikers.map((one) => claimName(`${one === '/' ? '' : one}.resources.disk`)),
          [exportName(slot), exportName(`${slot}x`)],
          [secretName(slot, true), secretName(slot, false)],
        ];
        for (const names of kinds) {
          expect(new Set(names).size).toBe(names.length);
          for (const name of names) expect(name).toMatch(label);
        }
        expect(monikers.map(componentName)).toEqual(kinds[0]);
        // With what a Job has behind it, it is still the value of a label.
        for (const name of kinds[0] ?? []) expect(name.length).toBeLessThanOrEqual(54);
      }),
    );
  });
});
