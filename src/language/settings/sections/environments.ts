import { named, secretReference } from '../declared.ts';
import type { Section } from '../section.ts';
import { choice, flag, integer, path, record, type Shape, text, variant } from '../shape.ts';

const driver = <T extends string>(name: T): { readonly driver: Shape<T> } => ({
  driver: choice('how it is reached', [name]),
});

const environment = variant<{ readonly driver: string }>('a machine', 'driver', {
  ssh: record(
    'by SSH',
    { ...driver('ssh'), host: text('its name or address'), user: text('who logs in') },
    {
      port: integer('22 unless given', 1, 65_535),
      workspacePath: text('where work is kept there', {
        pattern: /^\//,
        what: 'an absolute path',
        help: 'write a path of that machine, which begins with `/`',
      }),
      privateKey: secretReference('the key that logs in'),
      knownHosts: path('the keys of hosts'),
      strictHostKeyChecking: flag('hosts without a known key are refused; true unless given'),
    },
  ),
});

/** By name; `local` is this machine, and `docker` its container engine. */
export type EnvironmentsSettings = Readonly<Record<string, NonNullable<ReturnType<typeof environment.read>>>>;

const declared = named('environments', 'machines, by name; `local` is this one, and need not be written', environment);

export const environmentsSection: Section<EnvironmentsSettings> = {
  ...declared,
  read: (ctx, cursor) => {
    const found = declared.read(ctx, cursor);
    const names = ctx.names.declared.get('environments');
    const engine = names?.get('docker');
    const taken = '`docker` is the container engine of this machine';
    if (engine) ctx.report('invalid-value', engine, 'environments.docker', taken, 'give it another name');
    const range = names?.get('local');
    if (range)
      ctx.report('invalid-value', range, 'environments.local', '`local` is this machine', 'give it another name');
    return found;
  },
};
