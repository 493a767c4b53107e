import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { compile, createLoader } from '../../../../src/api/compile.ts';
import { createTempFolder } from '../../../support/temp-folder.ts';

const temp = createTempFolder();

it('a loader that is made of it, with a `load` of its own, is asked for every file', async () => {
  const folder = temp.lay({
    'scenario.yaml': 'manifest_version: "0.4.0"\ncomponents: { a: ./a.yaml }\n',
    'a.yaml': 'manifest_version: "0.4.0"\nprogram: { path: /bin/true }\n',
  });
  const base = createLoader();
  const asked: string[] = [];
  const loader = {
    ...base,
    load: (url: string, limits: { maxBytes: number }) => {
      asked.push(url.slice(url.lastIndexOf('/') + 1));
      return base.load(url, limits);
    },
  };
  const baseDir = `${pathToFileURL(folder).href}/`;
  await compile({ input: `${baseDir}scenario.yaml`, baseDir, loader });
  expect(asked.sort()).toEqual(['a.yaml', 'scenario.yaml']);
});
