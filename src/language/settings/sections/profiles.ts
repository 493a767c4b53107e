import * as D from '../../../diagnostics/catalogue/settings.ts';
import { permissionModes, profileTypes, runtimeModes, sandboxModes } from '../../../ir/profile-choices.ts';
import { named, nameIn } from '../declared.ts';
import type { Section, SettingsContext } from '../section.ts';
import { selector, selectors } from '../selector.ts';
import { choice, fieldIn, record, refuse, type Shape, text, withRule } from '../shape.ts';
import { budget } from './budget.ts';

type RuntimeMode = (typeof runtimeModes)[number];

const mostGuidanceBytes = 8192;

/** Written by people and by templates: case and blanks around it do not count, and nothing is the default. */
const mode: Shape<RuntimeMode> = {
  schema: {
    description: '`default` or `evidence`',
    default: 'default',
    // The two for editors; the rest is how else they may be written.
    anyOf: [
      { enum: [...runtimeModes] },
      {
        type: 'string',
        pattern: '^\\s*([dD][eE][fF][aA][uU][lL][tT]|[eE][vV][iI][dD][eE][nN][cC][eE])?\\s*$',
      },
    ],
  },
  read: (ctx, cursor) => {
    const given = text('', { pattern: /^/, what: '', help: '' }).read(ctx, cursor);
    if (given === undefined) return undefined;
    const found = given.trim().toLowerCase();
    if (found === '') return 'default';
    const known = runtimeModes.find((one) => one === found);
    return known ?? refuse(ctx, cursor, `\`${given}\` is not a mode`, 'write `default` or `evidence`');
  },
};

const sandbox = withRule(
  record(
    'where its programs run',
    { mode: choice('`inherit` unless given', sandboxModes) },
    { ref: nameIn('sandboxes', 'the sandbox, exactly with mode `ref`') },
  ),
  (ctx: SettingsContext, { mode: kind, ref }, cursor) => {
    const at = fieldIn(cursor, 'ref');
    if (kind === 'ref' && !at)
      ctx.report(
        'missing-field',
        cursor.node.range,
        cursor.path,
        'missing field `ref`',
        'name a sandbox of `sandboxes`',
      );
    else if (kind !== undefined && kind !== 'ref' && ref !== undefined && at)
      refuse(ctx, at, `\`ref\` says nothing with mode \`${kind}\``, 'write `mode: ref`, or remove it');
  },
);

const guidance = withRule(text('what the program is told, as a file and a variable'), (ctx, value, cursor) => {
  const bytes = Buffer.byteLength(value, 'utf8');
  if (bytes > mostGuidanceBytes)
    refuse(ctx, cursor, `the text has ${bytes} bytes`, `shorten it to ${mostGuidanceBytes} bytes`);
});

const worker = withRule(
  record(
    'who works',
    {},
    {
      agent: selector('the worker'),
      preferred: selectors('workers, the best in front'),
      allowed: selectors('workers that may be taken'),
      provider: selector('of models'),
      model: selector('the model'),
      capabilities: selectors('what the worker must be able to do', ','),
    },
  ),
  (ctx, { agent, preferred = [], allowed = [] }, cursor) => {
    if (agent !== undefined || preferred.length > 0 || allowed.length < 2) return;
    const candidates = allowed.map((name) => `\`${name}\``).join(', ');
    const message = `nothing says which of ${candidates} works`;
    refuse(
      ctx,
      fieldIn(cursor, 'allowed') ?? cursor,
      message,
      'name one as `agent`, or the best of them in `preferred`',
    );
  },
);

const profile = withRule(
  record(
    'a way to run',
    {},
    {
      type: choice('whose machine and whose model it is', profileTypes),
      runtime: record('how much is measured', {}, { mode }),
      sandbox,
      permissions: choice('what its worker may do unasked', permissionModes),
      guidance,
      worker,
      budget,
    },
  ),
  (ctx, { runtime, sandbox: place }, cursor) => {
    if (runtime?.mode !== 'evidence' || place?.mode === 'ref') return;
    const at = fieldIn(cursor, 'runtime');
    if (at) ctx.tell(D.evidenceWithoutSandbox({ mode: place?.mode ?? 'inherit' }, { at: ctx.at(at.node.range) }));
  },
);

/** By name; `default` is everybody's who names none. */
export type ProfileSettings = NonNullable<ReturnType<typeof profile.read>>;
export type ProfilesSettings = Readonly<Record<string, ProfileSettings>>;

export const profilesSection: Section<ProfilesSettings> = named(
  'profiles',
  'ways to run, by name; `default` counts for components that name none',
  profile,
);
