import { describe, expect, it } from 'vitest';
import type { LocalComponent } from '../../../../../src/runtime/environments/local/component.ts';
import { edgesNow, plannedFor, type Surroundings } from '../../../../../src/runtime/environments/local/prove.ts';
import { edge } from '../../../../support/run/memory-run.ts';

const local = (moniker: string, more: Partial<LocalComponent> = {}): LocalComponent =>
  ({ moniker, ports: [8080], slots: [], egress: null, provides: [], ...more }) as unknown as LocalComponent;
const slot = { slot: 'b', address: '127.0.0.1', port: 20_000, edge: '/a.b#0' };
const a = local('/a', {
  slots: [slot],
  egress: { grants: ['up.example:443', '[::1]:9000', '*.example:443'], port: 20_001 },
});
const b = local('/b', { ports: [9090], egress: { grants: ['down.example:80'], port: 20_000 } });
const around: Surroundings = {
  components: [a, b],
  exports: { web: 41_000 },
  sockets: { '/a.b#0': '/w/0/s', 'exports.web': '/w/1/s' },
  addresses: ['10.0.0.9'],
  listening: [22, 41_000],
  ended: new Set(),
  external: new Set(),
};
const shown = (component: LocalComponent, more: Partial<Surroundings> = {}): readonly string[] =>
  plannedFor(component, { ...around, ...more }).map(
    ({ what, target, attempt }) => `${what} ${target}: ${attempt.join(' ')}`,
  );

describe('what is tried from a component', () => {
  it('is what it was given, and everything that others were, by every address', () => {
    expect(shown(a)).toEqual([
      'edge /a.b#0: tcp 127.0.0.1 20000',
      'egress up.example:443: via up.example:443 20001',
      'egress [::1]:9000: via [::1]:9000 20001',
      'provide /b:9090 at 127.0.0.1: tcp 127.0.0.1 9090',
      'provide /b:9090 at ::1: tcp ::1 9090',
      'export web at 127.0.0.1: tcp 127.0.0.1 41000',
      'export web at ::1: tcp ::1 41000',
      'export web at 10.0.0.9: tcp 10.0.0.9 41000',
      'loopback 22 at 127.0.0.1: tcp 127.0.0.1 22',
      'loopback 22 at ::1: tcp ::1 22',
      'address 10.0.0.9:22: tcp 10.0.0.9 22',
      'socket /a.b#0 on the machine: unix /w/0/s 0',
      'socket exports.web: unix /w/1/s 0',
      'outside 192.0.2.1:443: tcp 192.0.2.1 443',
    ]);
  });

  it('is the egress of others, and one that nobody has, where no pattern could cover them', () => {
    const found = shown(b, { components: [a, b] });
    expect(found.filter((row) => row.startsWith('other-egress'))).toEqual([
      'other-egress up.example:443: via up.example:443 20000',
      'other-egress [::1]:9000: via [::1]:9000 20000',
      'other-egress not-granted.invalid:443: via not-granted.invalid:443 20000',
    ]);
    expect(found).toContain('provide /a:8080 at 127.0.0.1: tcp 127.0.0.1 8080');
  });

  it('knows an edge whose provider has ended, and one that leads outside', () => {
    const edges = [
      edge('/b', '/a'),
      { ...edge('/b', '/c'), key: '/c.x#0', from: { kind: 'external' as const, slot: 'x' } },
    ];
    expect(edgesNow(edges, new Set())).toEqual({ ended: new Set(), external: new Set(['/c.x#0']) });
    expect(shown(a, edgesNow(edges, new Set(['/b'])))[0]).toBe('ended-edge /a.b#0: tcp 127.0.0.1 20000');
    expect(shown(a, { external: new Set(['/a.b#0']) })[0]).toBe('external-edge /a.b#0: tcp 127.0.0.1 20000');
  });

  it('is no port that stands for an edge of its own', () => {
    const other = local('/c', { ports: [20_000] });
    expect(shown(a, { components: [a, other], listening: [20_000, 20_001] }).join()).not.toMatch(
      /(provide|loopback) \S*2000/,
    );
  });
});
