/** What each method of a port does to the world, said by hand: a new one is in no table, and one with an effect takes what it stands on. */
import { describe, expect, it } from 'vitest';
import { sourceFiles, withoutComments } from '../support/source-files.ts';

/**
 * `stands`: it has an effect, or reads a secret. `looks`: it has none. `releases`: it lets go of what this process holds, which nobody may
 * refuse. `inner`: only those may call it that are named, and they stand on something themselves.
 */
const methods = {
  'Environment.probe': 'stands',
  'Environment.apply': 'stands',
  'Environment.revoke': 'stands',
  'Environment.start': 'stands',
  'Environment.check': 'looks',
  'Environment.refresh': 'stands',
  'Environment.endOf': 'stands',
  'Environment.prove': 'stands',
  'Environment.over': 'stands',
  'Environment.close': 'releases',
  // What was started by right: it counts, and ends.
  'Started.spent': 'looks',
  'Started.ports': 'looks',
  'Started.terminate': 'releases',
  'Probing.execute': 'stands',
  'Probing.reach': 'stands',
  'Workspaces.made': 'looks',
  'Workspaces.prepare': 'stands',
  'Workspaces.collect': 'stands',
  'Workspaces.remove': 'stands',
  'Target.probe': 'looks',
  'Target.apply': 'stands',
  'Target.observe': 'looks',
  'Target.confirm': 'looks',
  'Target.follow': 'looks',
  'Target.exports': 'stands',
  'Target.stop': 'stands',
  'Target.close': 'releases',
  'SecretsByRight.resolve': 'stands',
  'SecretsByRight.close': 'releases',
  // Of a policy, when a scenario is compiled: its user has trusted it with them.
  'Secrets.resolve': 'inner',
  'Secrets.close': 'releases',
  'Vault.resolve': 'inner',
  'Vault.list': 'looks',
  'Vault.health': 'looks',
  'Vault.create': 'stands',
  'Vault.putPending': 'stands',
  'Vault.promote': 'stands',
  'Vault.discard': 'stands',
  'Vault.remove': 'stands',
  'Vault.discover': 'looks',
  'Vault.guardOf': 'looks',
  'Vault.close': 'releases',
  'Machine.programFault': 'looks',
} as const;

/** Ports of a run; the others serve the compiler, or what has ended. */
const ports = ['environment', 'execution', 'workspaces', 'target', 'secrets', 'vault', 'machine'];

interface Method {
  readonly name: string;
  readonly parameters: string;
}

/** Members of interfaces that are functions. What formats the sources begins each at two spaces. */
function methodsIn(text: string): readonly Method[] {
  return [...withoutComments(text).matchAll(/^export interface (\w+)[^{]*\{\n([\s\S]*?)^\}/gm)].flatMap(
    ([, port = '', body = '']) =>
      [...body.matchAll(/^ {2}(?:readonly )?(\w+)\??: \(([\s\S]*?)\)\s*=> /gm)].map(([, name, parameters = '']) => ({
        name: `${port}.${name}`,
        parameters: parameters.replaceAll(/\s+/g, ' '),
      })),
  );
}

const found = ports.flatMap((port) =>
  methodsIn(sourceFiles('src/ports').find(({ path }) => path === `src/ports/${port}.ts`)?.text ?? ''),
);
const asksForRight = ({ parameters }: Method): boolean => /\b(?:on: Standing|write: Write)\b/.test(parameters);
const faultsIn = (all: readonly Method[]): readonly string[] =>
  all.flatMap((method) => {
    const does = (methods as Readonly<Record<string, string>>)[method.name];
    if (does === undefined) return [`${method.name} is in no table`];
    return (does === 'stands') === asksForRight(method) ? [] : [`${method.name} is said to be ${does}`];
  });

describe('every method of a port of a run', () => {
  it('with an effect takes what it stands on, and each is known', () => {
    expect(faultsIn(found)).toEqual([]);
    expect(found.map(({ name }) => name).sort()).toEqual(Object.keys(methods).sort());
  });

  it('writes to a vault by a right too', () => {
    const vault = sourceFiles('src/ports').find(({ path }) => path === 'src/ports/vault.ts')?.text ?? '';
    expect(vault).toMatch(/export interface Write extends WriteToken \{\n {2}readonly on: Standing;\n\}/);
  });

  it('is found whatever it looks like', () => {
    const text = (member: string): string => `export interface Environment {\n${member}\n}\n`;
    for (const member of [
      '  readonly burn: (moniker: string) => Promise<void>;',
      '  readonly burn?: (\n    moniker: string,\n    secrets: ReadonlyMap<string, string>,\n  ) => Promise<void>;',
      '  burn: () => void;',
    ])
      expect(faultsIn(methodsIn(text(member)))).toEqual(['Environment.burn is in no table']);
    expect(faultsIn(methodsIn(text('  readonly revoke: (subject: string) => Promise<void>;')))).toEqual([
      'Environment.revoke is said to be stands',
    ]);
    expect(faultsIn(methodsIn(text('  readonly check: (on: Standing) => Promise<void>;')))).toHaveLength(1);
  });

  it('is no way around: who reads a vault without a right is named', () => {
    const users = sourceFiles('src').filter(
      ({ path, text }) => !path.startsWith('src/adapters/vaults/') && /\bvault\.resolve\(/.test(withoutComments(text)),
    );
    expect(users.map(({ path }) => path)).toEqual([
      'src/runtime/secrets/guarded-vault.ts',
      // The commands of the operator, who looks what is current.
      'src/runtime/secrets/key-work.ts',
      // Behind `Secrets.resolve`.
      'src/runtime/secrets/open.ts',
      'src/runtime/secrets/settle.ts',
    ]);
  });
});
