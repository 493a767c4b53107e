import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { buildSync } from 'esbuild';
import { expect, it } from 'vitest';

/** Only the V8 of Node 20 is told to wait. */
const isOther = !process.versions.v8.startsWith('11.');

/**
 * V8 does not say which flags it has, but takes compiled code only under those with which it was made. Answers whether it does after
 * `work`, before, while and after the flags are undone.
 */
function takesCodeAfter(work: string): unknown {
  const contents = `
    import { spawnSync } from 'node:child_process';
    import { Script } from 'node:vm';
    import { optimiseLaterFor } from ${JSON.stringify(resolve('src/cli/optimise-later.ts'))};
    import { createPatience } from ${JSON.stringify(resolve('src/cli/patience.ts'))};
    import { withoutFlags } from ${JSON.stringify(resolve('src/cli/start/v8-flags.ts'))};
    // Each a text of its own, compiled in a process of its own: what V8 has compiled itself, it takes in any case.
    const takes = (name) => {
      const text = 'function ' + name + '() { return 1; } ' + name + '();';
      const make = 'const s = new (require("node:vm").Script)(' + JSON.stringify(text) + '); s.runInThisContext(); process.stdout.write(s.createCachedData())';
      const cachedData = spawnSync(process.execPath, ['-e', make]).stdout;
      return () => !new Script(text, { cachedData }).cachedDataRejected;
    };
    const [one, two, three] = ['one', 'two', 'three'].map(takes);
    (async () => {
      ${work}
      await new Promise(setImmediate);
      console.log(JSON.stringify({ before: one(), undone: withoutFlags(two), after: three() }));
    })();
  `;
  const { outputFiles } = buildSync({
    stdin: { contents, loader: 'ts', resolveDir: resolve('.') },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    write: false,
  });
  const { stdout, stderr } = spawnSync(process.execPath, ['-'], {
    input: outputFiles[0]?.text ?? '',
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  return JSON.parse(stdout);
}

it.each([
  ['less than 32 KiB of manifests', 'const told = createPatience(); told(20_000); told(12_000);'],
  ['few components of a plan', 'await optimiseLaterFor(199);'],
])('with %s, V8 keeps its flags', (_, work) => {
  expect(takesCodeAfter(work)).toEqual({ before: true, undone: true, after: true });
});

it.each([
  ['32 KiB of manifests', 'const told = createPatience(); told(20_000); told(12_768);'],
  ['more manifests still', 'const told = createPatience(); told(70_000); told(12_768); await optimiseLaterFor(4_000);'],
  ['many components of a plan', 'await optimiseLaterFor(200);'],
])('with %s, V8 has others, which are undone where code is loaded', (_, work) => {
  expect(takesCodeAfter(work)).toEqual({ before: isOther, undone: true, after: isOther });
});

it('what fails while flags are undone fails, and they are there again', () => {
  const failing = `await optimiseLaterFor(4_000); try { withoutFlags(() => { throw new Error('no'); }); } catch {}`;
  expect(takesCodeAfter(failing)).toEqual({ before: isOther, undone: true, after: isOther });
});
