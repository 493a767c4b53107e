import { named } from '../declared.ts';
import { targetRule } from '../egress-target.ts';
import type { Section } from '../section.ts';
import { integer, list, record, text } from '../shape.ts';

const sandbox = record(
  'what is wider inside it',
  {},
  {
    processes: integer('processes at a time', 1, 1_000_000),
    memoryMiB: integer('resident memory', 1, 16_777_216),
    cacheMiB: integer('a cache that survives the run', 1, 16_777_216),
    egress: list('what may be reached', text('`host:port`', targetRule)),
    tools: list(
      'programs that must be there',
      text('the name of a program', {
        pattern: /^[^/\s]+$/,
        what: 'the bare name of a program',
        help: 'write its name alone, such as `chromium`; it is looked up in PATH',
      }),
    ),
  },
);

export type SandboxSettings = NonNullable<ReturnType<typeof sandbox.read>>;
/** By name. */
export type SandboxesSettings = Readonly<Record<string, SandboxSettings>>;

export const sandboxesSection: Section<SandboxesSettings> = named(
  'sandboxes',
  'sandboxes for profiles, by name',
  sandbox,
);
