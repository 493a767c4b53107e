/** Rules of `.gitignore`, held against git itself. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { readGitRules } from '../../src/adapters/sync/ignore/git-rules.ts';
import { type Judged, judging } from '../../src/adapters/sync/ignore/judge.ts';
import { patterns } from '../../src/adapters/sync/ignore/pattern.ts';
import { createTempFolder } from '../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(temp.remove);

const names = ['a', 'b', 'ab', 'a.b', ']', '-', '!a', '#a', 'A', '\xe9', 'a '];
const piece = fc.constantFrom(
  ...['a', 'b', '.', '*', '?', '**', '/', '\\', '\\a', '\\*', '\\!', ' ', '\\ ', '#', '!', '-', ']', '\xe9'],
  ...[
    '[a]',
    '[!a]',
    '[^b]',
    '[a-b]',
    '[]]',
    '[]-a]',
    '[b-]',
    '[[:alpha:]]',
    '[[:upper:]b]',
    '[[:nope:]]',
    '[\\]a]',
    '[a',
    '[a/b]',
  ],
  ...['/**/', '**/', '/**', '/*', '*/'],
);
const line = fc.tuple(
  fc.constantFrom('', '', '', '!'),
  fc.array(piece, { minLength: 1, maxLength: 5 }).map((pieces) => pieces.join('')),
  fc.constantFrom('', '', '', '/', ' ', '\r', '\t'),
);
const rules = fc.array(
  line.map((parts) => parts.join('')),
  { minLength: 1, maxLength: 6 },
);
const path = fc.array(fc.constantFrom(...names), { minLength: 1, maxLength: 4 });

/**
 * git takes what stands before the first special character off, and then sees `a**` and what follows as a pattern that begins with two stars:
 * so they go through folders, although gitignore(5) says that they are as one.
 */
const isAmbiguous = (rule: string): boolean => /[^/!*]\*\*|\*\*[^/*]/.test(rule.trimEnd());

test('what is ignored is what git ignores', () => {
  const judge = judging(patterns());
  let ignored = 0;
  fc.assert(
    fc.property(rules, rules, fc.array(path, { minLength: 1, maxLength: 12 }), (top, inner, paths) => {
      fc.pre(![...top, ...inner].some(isAmbiguous));
      const root = join(temp.path, 'repository');
      rmSync(root, { recursive: true, force: true });
      mkdirSync(join(root, '.git/objects'), { recursive: true });
      mkdirSync(join(root, '.git/refs'));
      writeFileSync(join(root, '.git/HEAD'), 'ref: refs/heads/main\n');
      const texts = new Map([
        ['', top.join('\n')],
        ['a', inner.join('\n')],
      ]);
      const made = new Set<string>();
      for (const one of paths) {
        const full = one.join('/');
        // A file where another path has a folder, or the other way around, is left out.
        if ([...made].some((other) => other === full || other.startsWith(`${full}/`) || full.startsWith(`${other}/`)))
          continue;
        made.add(full);
        mkdirSync(Buffer.from(join(root, dirname(full)), 'latin1'), { recursive: true });
        writeFileSync(Buffer.from(join(root, full), 'latin1'), '');
      }
      for (const [folder, text] of texts) {
        const hasFolder = folder === '' || [...made].some((one) => one.startsWith(`${folder}/`));
        if (hasFolder) writeFileSync(join(root, folder, '.gitignore'), Buffer.from(text, 'latin1'));
        else texts.delete(folder);
      }
      const args = ['ls-files', '-z', '--others', '--exclude-standard'];
      const env = {
        PATH: process.env['PATH'],
        GIT_CONFIG_NOSYSTEM: '1',
        GIT_CONFIG_GLOBAL: '/dev/null',
        HOME: root,
        XDG_CONFIG_HOME: root,
      };
      const listed = execFileSync('git', args, { cwd: root, env }).toString('latin1').split('\0').slice(0, -1);
      const ours = [...made].filter((one) => !isIgnored(one, texts));
      ignored += made.size - ours.length;
      expect(ours.sort()).toEqual(listed.filter((one) => !one.endsWith('.gitignore')).sort());
    }),
    { numRuns: 400 },
  );
  // Else the patterns would be such that nothing is ever told.
  expect(ignored).toBeGreaterThan(50);

  function isIgnored(full: string, texts: ReadonlyMap<string, string>): boolean {
    const parts = full.split('/');
    let folder: Judged = judge.root([], [readGitRules(texts.get('') ?? '')]);
    for (let i = 0; i < parts.length; i++) {
      if (judge.isIgnored(folder, parts[i] as string, i < parts.length - 1)) return true;
      folder = judge.inside(folder, parts[i] as string);
      const own = texts.get(parts.slice(0, i + 1).join('/'));
      if (own !== undefined) folder = judge.withRules(folder, readGitRules(own));
    }
    return false;
  }
});
