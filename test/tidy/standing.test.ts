/** No effect without a right: what an action stands on is made in one module, and nobody comes by it otherwise. */
import { describe, expect, it } from 'vitest';
import { type SourceFile, sourceFiles, withoutComments } from '../support/source-files.ts';

const owner = 'src/runtime/authority/authority.ts';

const forged = [
  // A cast, to it or to anything at all where one is asked for.
  /\bas (?:unknown as )?(?:any|never|Standing)\b/,
  /<Standing>/,
  /\[made\]/,
  /by the authority of a run/,
];
const declared = 'src/ports/authority.ts';
/** Where casts are about something else, and no action is performed. */
const rooms = ['src/runtime/', 'src/ports/', 'src/adapters/sandbox/', 'src/adapters/sync/', 'src/server/', 'src/app/'];

function faultsOf({ path, text }: SourceFile): readonly string[] {
  if (path === owner || path === declared || !rooms.some((room) => path.startsWith(room))) return [];
  return withoutComments(text)
    .split('\n')
    .flatMap((line, at) =>
      forged.some((form) => form.test(line)) && /Standing|as any|made\]|authority of a run/.test(line)
        ? [`${path}:${at + 1}: ${line.trim()}`]
        : [],
    );
}

/** Whoever needs something that looks and has no effect. */
const lookers = ['src/runtime/deploy/drive-target.ts', 'src/runtime/run.ts'];

describe('what an action stands on', () => {
  it('is made in one module', () => {
    expect(sourceFiles('src').flatMap(faultsOf)).toEqual([]);
    const text = sourceFiles('src').find(({ path }) => path === owner)?.text ?? '';
    expect([...text.matchAll(/as unknown as Standing/g)]).toHaveLength(1);
    expect(text).not.toMatch(/export (?:const|function) standing\b/);
  });

  it('is nothing only where something looks', () => {
    const users = sourceFiles('src').filter(
      ({ path, text }) => path !== owner && /import \{[^}]*\bnothing\b[^}]*\} from '[^']*authority\.ts'/.test(text),
    );
    expect(users.map(({ path }) => path)).toEqual(lookers);
  });

  it('is an operator only where a command, or somebody whom its user trusted, is no part of a run', () => {
    const users = sourceFiles('src').filter(({ path, text }) => path !== owner && /\bbyOperator\b/.test(text));
    expect(users.map(({ path }) => path)).toEqual([
      'src/app/policy-secrets.ts',
      'src/runtime/secrets/write-token.ts',
      'src/runtime/support-bundle/known.ts',
    ]);
  });

  it.each(['const on = {} as Standing;', 'begin(action, {} as unknown as Standing);', "const on = { [made]: 'x' };"])(
    'sees %s',
    (text) => {
      expect(faultsOf({ path: 'src/runtime/x.ts', text })).toHaveLength(1);
    },
  );
});
