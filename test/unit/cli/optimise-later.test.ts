import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { buildSync } from 'esbuild';
import { expect, it } from 'vitest';

/** What is said by a process that does it for so many components. */
function saidFor(components: number): { readonly stdout: string; readonly stderr: string } {
  const contents = `
    import { optimiseLater } from ${JSON.stringify(resolve('src/cli/optimise-later.ts'))};
    optimiseLater(${components});
    console.log('done');
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
  return { stdout, stderr };
}

it.each([10, 4_000])('this V8 knows what it is told for %i components', (components) => {
  expect(saidFor(components)).toEqual({ stdout: 'done\n', stderr: '' });
});
