import type { ProbeKind } from '../../../ir/plan-probe-schema.ts';
import { named } from '../declared.ts';
import { fileNamed, mentioned } from '../mentions.ts';
import type { Section } from '../section.ts';
import {
  byName,
  choice,
  fieldIn,
  flag,
  integer,
  pair,
  path,
  record,
  refuse,
  type Shape,
  sequence,
  text,
  texts,
  variant,
  withRule,
} from '../shape.ts';
import { anything, begins, request, scalar, urlPath } from './probe-requests.ts';

const moniker = mentioned('component', begins(/^\//, 'the moniker of a component', 'write a moniker, such as `/web`'));
const argument = text('a text', {
  pattern: /^[^\0]*$/,
  what: 'an argument',
  help: 'take out the NUL: no program can be given one',
});
const argv = sequence('the program and its arguments; no shell reads them', argument, 1);
const common = { required: flag('the run needs it to pass; true unless given') };

const kind = <K extends ProbeKind>(name: K): { readonly kind: Shape<K> } => ({
  kind: choice('what is done', [name] as const),
});

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
      ready: urlPath('that is asked until somebody answers; that of the first GET unless given'),
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
  {
    ...common,
    cwd: text('where it begins, seen from the folder of the manifest'),
    env: texts('besides what the component is given', anything),
    stdin: fileNamed(path('what it reads')),
    expectExit: integer('its exit status; 0 unless given', 0, 255),
  },
);

const sha256 = (description: string): Shape<string> =>
  text(description, {
    pattern: /^sha256:[0-9a-f]{64}$/,
    what: 'a digest',
    help: 'write `sha256:` and 64 hexadecimal digits, as the evidence of the probe shows it',
  });
const budget = integer('how long it may take; 60 unless given', 1, 86_400);

const drawing = record(
  'draws a page',
  {
    ...kind('render_hash'),
    export: mentioned('export', text('of the scenario')),
    path: urlPath('of the URL'),
    viewport: pair('width and height in pixels', 'a viewport', 'width and height, such as `[1280, 720]`', [1, 16_384]),
  },
  {
    ...common,
    golden: fileNamed(path('the picture that must come out, a PNG')),
    hash: sha256('of the decoded pixels, in place of a golden picture'),
    maxDifferingPixels: integer('0 unless given', 0),
    deviceScaleFactor: integer('pixels of the picture for one of the viewport; 1 unless given', 1, 4),
    waitFor: text('a CSS selector that has to match before it is drawn'),
    budgetSeconds: budget,
  },
);

const renderHash = withRule(drawing, (ctx, { golden, hash, maxDifferingPixels }, cursor) => {
  const extra = fieldIn(cursor, 'hash');
  if (golden === undefined && hash === undefined && !fieldIn(cursor, 'golden') && !extra)
    ctx.report(
      'missing-field',
      cursor.node.range,
      cursor.path,
      'nothing says how it must look',
      'add `golden` or `hash`',
    );
  if (golden !== undefined && extra)
    refuse(ctx, extra, '`golden` says already how it must look', 'keep one of `golden` and `hash`');
  const tolerance = fieldIn(cursor, 'maxDifferingPixels');
  if (hash !== undefined && golden === undefined && tolerance && maxDifferingPixels !== 0)
    refuse(ctx, tolerance, 'pixels cannot be counted against a digest', 'name a golden picture with `golden`');
});

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
    budgetSeconds: budget,
    traceHash: sha256('of the bytes of the trace'),
    invariants: record(
      'what must hold of its trace',
      {},
      {
        monotonic: text('a field that only grows'),
        minChanges: integer('different states at least', 0),
        terminal: byName('fields of the last state', scalar),
      },
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
