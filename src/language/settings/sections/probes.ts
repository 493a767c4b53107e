import type { ProbeKind } from '../../../ir/plan-probe-schema.ts';
import { named } from '../declared.ts';
import { fileNamed, mentioned } from '../mentions.ts';
import type { Section } from '../section.ts';
import {
  choice,
  fieldIn,
  flag,
  integer,
  path,
  record,
  refuse,
  type Shape,
  sequence,
  text,
  variant,
  withRule,
} from '../shape.ts';

const begins = (pattern: RegExp, what: string, help: string): Shape<string> => text(what, { pattern, what, help });
const urlPath = (what: string): Shape<string> =>
  text(what, { pattern: /^\//, what: 'a path', help: 'write the path of a URL, such as `/status`' });
const moniker = mentioned('component', begins(/^\//, 'the moniker of a component', 'write a moniker, such as `/web`'));
const argument = text('an argument', { pattern: /^/, what: 'a text', help: '' });
const argv = sequence('the program and its arguments; no shell reads them', argument, 1);
const common = { required: flag('the run needs it to pass; true unless given') };

const kind = <K extends ProbeKind>(name: K): { readonly kind: Shape<K> } => ({
  kind: choice('what is done', [name] as const),
});

const expectation = record(
  'what must come back',
  {},
  {
    status: integer('of HTTP', 100, 599),
    schema: fileNamed(path('a JSON Schema for the body')),
    maxMs: integer('how long it may take', 1, 3_600_000),
  },
);

const request = record(
  'what is asked',
  {
    method: choice('of HTTP', ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const),
    path: urlPath('of the URL'),
  },
  { expect: expectation },
);

const targets = ['export', 'edge', 'provide'] as const;

const apiSmoke = withRule(
  record(
    'asks over HTTP',
    { ...kind('api_smoke'), requests: sequence('what is asked, in this order', request, 1) },
    {
      ...common,
      export: mentioned('export', text('of the scenario')),
      edge: mentioned('edge', begins(/^\/.*\../, 'an edge', 'write the id of an edge, such as `/caller.agent`')),
      provide: mentioned(
        'provide',
        begins(/^\/.*\../, 'a provide', 'write a component and its provide, such as `/responder.a2a`'),
      ),
      startupSeconds: integer('how long it may take until something answers', 1, 86_400),
    },
  ),
  (ctx, _, cursor) => {
    const given = targets.filter((name) => fieldIn(cursor, name));
    const [, second] = given;
    if (given.length === 0)
      ctx.report(
        'missing-field',
        cursor.node.range,
        cursor.path,
        'nobody is asked',
        'add `export`, `edge` or `provide`',
      );
    const extra = second === undefined ? undefined : fieldIn(cursor, second);
    if (extra)
      refuse(ctx, extra, `\`${given[0]}\` says already whom to ask`, 'keep one of `export`, `edge` and `provide`');
  },
);

const headlessRun = record(
  'runs a program beside a component',
  { ...kind('headless_run'), component: moniker, argv, budgetSeconds: integer('how long it may take', 1, 86_400) },
  { ...common, expectExit: integer('its exit status; 0 unless given', 0, 255) },
);

const viewport: Shape<readonly number[]> = {
  schema: {
    type: 'array',
    description: 'width and height in pixels',
    items: { type: 'integer', minimum: 1, maximum: 16_384 },
    minItems: 2,
    maxItems: 2,
  },
  read: (ctx, cursor) => {
    const side = integer('', 1, 16_384);
    if (cursor.node.kind !== 'array' || cursor.node.items.length !== 2)
      return refuse(ctx, cursor, 'a viewport is two numbers', 'write width and height, such as `[1280, 720]`');
    return cursor.node.items.flatMap((node, index) => side.read(ctx, { node, path: `${cursor.path}[${index}]` }) ?? []);
  },
};

const renderHash = record(
  'draws a page',
  {
    ...kind('render_hash'),
    export: mentioned('export', text('of the scenario')),
    path: urlPath('of the URL'),
    viewport,
    golden: fileNamed(path('the picture that must come out')),
  },
  { ...common, maxDifferingPixels: integer('0 unless given', 0) },
);

const simTrace = record(
  'runs a simulation twice',
  {
    ...kind('sim_trace'),
    component: moniker,
    argv,
    ticks: integer('steps that it must make', 1),
    document: fileNamed(path('what it starts from')),
  },
  {
    ...common,
    invariants: record(
      'what must hold of its trace',
      {},
      { monotonic: text('a field that only grows'), minChanges: integer('different states at least', 0) },
    ),
  },
);

export type ProbeSettings = NonNullable<
  ReturnType<(typeof apiSmoke | typeof headlessRun | typeof renderHash | typeof simTrace)['read']>
>;

const probe = variant<ProbeSettings>('a check of what runs', 'kind', {
  api_smoke: apiSmoke,
  headless_run: headlessRun,
  render_hash: renderHash,
  sim_trace: simTrace,
});

/** By name. */
export type ProbesSettings = Readonly<Record<string, ProbeSettings>>;

export const probesSection: Section<ProbesSettings> = named('probes', 'checks of what runs, by name', probe);
