/**
 * V8 gives each object a shape of its own when it is written as `{ ...all, more }`, and then every place that reads such objects looks each of
 * them up anew. Where there is one for each manifest or component it is written `{ more, ...all }`, whose shape all of them share.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { runCli } from '../support/cli.ts';
import { createTempFolder } from '../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(temp.remove);

/** `count` manifests inside each other. */
function shapesOf(count: number, ending: 'json5' | 'yaml'): number {
  const manifest = (child: string): string =>
    JSON.stringify({
      manifest_version: '0.4.0',
      slots: { up: { kind: 'http', optional: true } },
      components: { [child]: `./${child}.${ending}` },
      bindings: [{ to: `#${child}.up`, from: 'slots.up', weak: true }],
    });
  const names = Array.from({ length: count }, (_, i) => [`m${i}.${ending}`, manifest(`m${i + 1}`)]);
  const last = JSON.stringify({ manifest_version: '0.4.0', slots: { up: { kind: 'http', optional: true } } });
  const cwd = temp.lay({ ...Object.fromEntries(names), [`m${count}.${ending}`]: last });
  const told = ['--log-maps', '--no-logfile-per-isolate', '--logfile=../maps.log'];
  const { status, stderr } = runCli(['check', `m0.${ending}`], { cwd, node: told });
  expect(status, stderr).toBe(0);
  return readFileSync(join(cwd, '../maps.log'), 'utf8').match(/^map,Transition,/gm)?.length ?? 0;
}

it.each(['json5', 'yaml'] as const)('a manifest in %s brings no shapes of objects with it', (ending) => {
  const [few, many] = [shapesOf(100, ending), shapesOf(500, ending)];
  expect(few).toBeGreaterThan(0);
  expect((many - few) / 400).toBeLessThan(0.5);
});
