import { describe, expect, test } from 'vitest';
import { linksAt, obligationsAt } from '../../../../src/plan/prove/grain.ts';
import { type ChainHop, type Link, linksOf, type Obligation } from '../../../../src/plan/prove/obligation.ts';
import { prove } from '../../../../src/plan/prove/prove.ts';

const hop = (interposer: string, slot = 'up', provide = 'down'): ChainHop => ({
  interposer,
  inlet: `${interposer}.${slot}`,
  outlet: `${interposer}.${provide}`,
});
const edge = (id: string, source: string, target: string, ...chain: readonly ChainHop[]): Obligation => ({
  edge: id,
  source,
  target,
  chain,
});
const all = (obligations: readonly Obligation[]): readonly Link[] => obligations.flatMap(linksOf);
const one = edge('/c.s', '/p.out', '/c.s', hop('/i'), hop('/j'));

describe('prove', () => {
  test('names the hop that is missing', () => {
    const links = all([one]).filter(({ from }) => from !== '/i.down');
    expect(prove([one], links)).toEqual([{ kind: 'broken', edge: '/c.s', link: { from: '/i.down', to: '/j.up' } }]);
  });

  test('shows the way around, and what it leaves out', () => {
    const around = { from: '/i.down', to: '/c.s' };
    const found = prove([one], [...all([one]), around]);
    expect(found).toEqual([
      {
        kind: 'bypass',
        edges: ['/c.s'],
        source: '/p.out',
        target: '/c.s',
        path: ['/p.out', '/i.up', '/i.down', '/c.s'],
        missing: ['/j'],
      },
    ]);
  });

  test('sees two interposers in the wrong order', () => {
    const turned = edge('/c.s', '/p.out', '/c.s', hop('/j'), hop('/i'));
    const found = prove([one], all([turned]));
    expect(found).toContainEqual(
      expect.objectContaining({
        kind: 'order',
        path: ['/p.out', '/j.up', '/j.down', '/i.up', '/i.down', '/c.s'],
        missing: [],
      }),
    );
  });

  test('lets a free edge between the same two ends be', () => {
    const free = edge('/c.s[/p.out]#2', '/p.out', '/c.s');
    expect(prove([one, free], all([one, free]), { exact: true })).toEqual([]);
  });

  test('wants one of the chains where two edges have the same ends', () => {
    const other = edge('/c.s[/p.out]#2', '/p.out', '/c.s', hop('/k'));
    expect(prove([one, other], all([one, other]))).toEqual([]);
    const around = { from: '/i.down', to: '/c.s' };
    expect(prove([one, other], [...all([one, other]), around])).toHaveLength(1);
  });

  test('does not go through components that are no interposers', () => {
    const hub = edge('/hub.in', '/p.out', '/hub.in');
    const next = edge('/c.other', '/hub.out', '/c.other');
    expect(prove([one, hub, next], all([one, hub, next]), { exact: true })).toEqual([]);
  });

  test('a link that nobody asked for is a fault of exact proofs alone', () => {
    const links = [...all([one]), { from: '/x.out', to: '/y.in' }];
    expect(prove([one], links)).toEqual([]);
    expect(prove([one], links, { exact: true })).toEqual([
      { kind: 'unexpected', link: { from: '/x.out', to: '/y.in' } },
    ]);
  });

  test('a provide that serves several edges opens a way around another interposer', () => {
    const shared = hop('/j', 'b', 'down');
    const free = edge('/d.s', '/p.out', '/d.s', shared);
    const found = prove([one, free], all([one, free]), { exact: true });
    expect(found).toEqual([
      expect.objectContaining({
        kind: 'bypass',
        target: '/c.s',
        path: ['/p.out', '/j.b', '/j.down', '/c.s'],
        missing: ['/i'],
      }),
    ]);
  });

  test('a target that tells components apart, and not slots, merges what they share', () => {
    const free = edge('/c.t', '/p.out', '/c.t');
    const grain = { consumers: 'component', providers: 'component' } as const;
    expect(prove(obligationsAt([one, free], grain), linksAt(all([one, free]), grain))).toEqual([]);
    const alone = obligationsAt([one], grain);
    expect(alone[0]).toMatchObject({
      source: '/p',
      target: '/c',
      chain: [
        { inlet: '/i', outlet: '/i' },
        { inlet: '/j', outlet: '/j' },
      ],
    });
    expect(prove(alone, linksAt(all([one, free]), grain))).toHaveLength(1);
  });

  test('ends where an interposer feeds itself', () => {
    const single = edge('/c.s', '/p.out', '/c.s', hop('/i'));
    const circle = [
      { from: '/i.down', to: '/i.up' },
      { from: '/i.down', to: '/c.s' },
    ];
    expect(prove([single], circle)).toEqual([{ kind: 'broken', edge: '/c.s', link: { from: '/p.out', to: '/i.up' } }]);
    const around = [...circle, { from: '/p.out', to: '/i.up' }, { from: '/p.out', to: '/c.s' }];
    expect(prove([single], around)).toEqual([expect.objectContaining({ kind: 'bypass', path: ['/p.out', '/c.s'] })]);
  });

  test('is at home with names of any kind', () => {
    const odd = edge('/__proto__.constructor', '/a b.x/y', '/__proto__.constructor', hop('/toString'));
    expect(prove([odd], all([odd]), { exact: true })).toEqual([]);
    expect(prove([odd], [])).toHaveLength(2);
  });
});

describe('5,000 interposed edges', () => {
  const count = 5000;
  const each = (make: (i: number) => Obligation): readonly Obligation[] =>
    Array.from({ length: count }, (_, i) => make(i));
  const shapes: Readonly<Record<string, readonly Obligation[]>> = {
    'of their own': each((i) => edge(`${i}`, `/p${i}.out`, `/c${i}.s`, hop(`/i${i}`), hop(`/j${i}`))),
    'from one provider': each((i) => edge(`${i}`, '/p.out', `/c${i}.s`, hop(`/i${i}`), hop(`/j${i}`))),
    'to one consumer': each((i) => edge(`${i}`, `/p${i}.out`, '/c.s', hop(`/i${i}`), hop(`/j${i}`))),
    'from one provider, through one interposer': each((i) =>
      edge(`${i}`, '/p.out', `/c${i}.s`, hop('/i', `s${i}`, 'd')),
    ),
    'to one consumer, through one interposer': each((i) => edge(`${i}`, `/p${i}.out`, '/c.s', hop('/i', `s${i}`, 'd'))),
    'with chains of 40': Array.from({ length: count / 40 }, (_, i) =>
      edge(`${i}`, '/p.out', `/c${i}.s`, ...Array.from({ length: 40 }, (_, j) => hop(`/i${i}_${j}`))),
    ),
  };

  test.each(Object.keys(shapes))('%s: hold', (name) => {
    const obligations = shapes[name] as readonly Obligation[];
    const links = all(obligations);
    expect(prove(obligations, links, { exact: true })).toEqual([]);
  });

  test('a chain of 100,000 interposers does not overflow the stack', () => {
    const long = edge('e', '/p.out', '/c.s', ...Array.from({ length: 100_000 }, (_, i) => hop(`/i${i}`)));
    expect(prove([long], all([long]), { exact: true })).toEqual([]);
  });
});
