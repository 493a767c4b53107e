#!/usr/bin/env node
/** The file that node is given. It holds nothing but what loads the others, and what asks a check server instead. */
import { askServer, wantsServer } from './ask-server.ts';
import { createScripts } from './scripts.ts';

/** Written by the build: which parts lie in a script of another name, and a digest of all scripts. */
declare const HEADGATE_SCRIPTS: { readonly scriptOf: Readonly<Record<string, string>>; readonly digest: string };

const { scriptOf, digest } = HEADGATE_SCRIPTS;
// As for node's own cache of compiled code, in those versions that have one.
const isOff = process.env['NODE_DISABLE_COMPILE_CACHE'] === '1';
const { v8 } = process.versions;
const load = createScripts({
  folder: `${__dirname}/scripts`,
  cache: isOff ? undefined : `${__dirname}/code-cache/${digest}-${v8}-${process.platform}-${process.arch}`,
  scriptOf,
  require,
  importLater: (id) => import(id),
});
const start = (): void => {
  load('cli');
};
if (wantsServer(process.argv.slice(2), process.env))
  askServer({ program: __filename, command: [process.execPath, __filename], require }, start);
else start();
