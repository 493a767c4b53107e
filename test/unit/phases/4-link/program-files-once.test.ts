import { expect, it } from 'vitest';
import { createMemoryLoader } from '../../../../src/adapters/loaders/memory-loader.ts';
import { compile } from '../../../../src/compile.ts';

it('a program that several components start is looked for once in each folder', async () => {
  const program = '{ manifest_version: "0.4.0", program: { path: "gone", args: ["x"] } }';
  const files = {
    'mem:///scenario.json5':
      '{ manifest_version: "0.4.0", components: { a: "./a.json5", b: "./b.json5", c: "./deep/c.json5" } }',
    'mem:///a.json5': program,
    'mem:///b.json5': program,
    'mem:///deep/c.json5': program,
  };
  const asked: string[] = [];
  const { diagnostics } = await compile({
    input: 'mem:///scenario.json5',
    baseDir: 'mem:///',
    loader: createMemoryLoader(files),
    machine: {
      programFault: (argv, url) => {
        asked.push(`${argv.join(' ')} ${url}`);
        return { message: `it is not in ${url}`, help: 'install it' };
      },
    },
  });
  expect(asked.sort()).toEqual(['gone x mem:///a.json5', 'gone x mem:///deep/c.json5']);
  expect(diagnostics.filter(({ code }) => code.endsWith('missing-program')).map(({ at }) => at?.file)).toEqual([
    'mem:///a.json5',
    'mem:///b.json5',
    'mem:///deep/c.json5',
  ]);
});

it('is looked for again where the config of a component says what is started', async () => {
  const files = {
    'mem:///scenario.json5':
      '{ manifest_version: "0.4.0", components: { a: { manifest: "./a.json5", config: { x: "1" } }, b: { manifest: "./a.json5", config: { x: "2" } } } }',
    'mem:///a.json5':
      '{ manifest_version: "0.4.0", program: { path: "gone", args: ["${config.x}"] }, config_schema: { type: "object", properties: { x: { type: "string" } } } }',
  };
  const asked: string[] = [];
  await compile({
    input: 'mem:///scenario.json5',
    baseDir: 'mem:///',
    loader: createMemoryLoader(files),
    machine: {
      programFault: (argv) => {
        asked.push(argv.join(' '));
        return undefined;
      },
    },
  });
  expect(asked.sort()).toEqual(['gone 1', 'gone 2']);
});
