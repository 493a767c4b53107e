/**
 * The command line as a single executable: node with the scripts in it. It has what needs neither the files of the package nor a node to start
 * other programs with; for the rest headgate is to be installed.
 */
import { getRawAsset } from 'node:sea';
import { Script } from 'node:vm';
import { printable } from '../../diagnostics/render/width.ts';
import { askServer, wantsServer } from './ask-server.ts';
import { createScriptsFrom } from './scripts.ts';

/** Written by the build. */
declare const HEADGATE_SCRIPTS: { readonly scriptOf: Readonly<Record<string, string>> };

const possible = ['check', 'fmt', 'server', '--help', '-h', '--version', '-V'];
/** Nothing lies there: no folder of the package is taken for that of the executable, wherever it was put. */
const nowhere = '/proc/self/exe/scripts';

const argv = process.argv.slice(2);
const [command = ''] = argv;
const wanted = argv.includes('--apply-policies')
  ? '--apply-policies'
  : argv.some((arg) => arg.includes('sarif'))
    ? 'sarif'
    : undefined;

/** Its memory is that of the executable: nothing is copied, and nobody may write to it. */
const asset = (name: string): Buffer => Buffer.from(getRawAsset(name) as ArrayBuffer);

function start(): void {
  createScriptsFrom({
    open: (name) =>
      new Script(asset(`${name}.cjs`).toString('latin1'), {
        filename: `headgate/scripts/${name}.cjs`,
        cachedData: asset(`${name}.bin`),
      }).runInThisContext(),
    folder: nowhere,
    scriptOf: HEADGATE_SCRIPTS.scriptOf,
    require,
    importLater: (id) => Promise.reject(new Error(`${id} is not in the executable`)),
  })('cli');
}

if (argv.length > 0 && (!possible.includes(command) || wanted !== undefined)) {
  const what = printable(wanted ?? command);
  process.stderr.write(
    `error: \`${what}\` needs more than is in this executable, which has \`check\`, \`fmt\` and \`server\`; install headgate for it: npm install headgate\n`,
    () => process.exit(2),
  );
} else if (wantsServer(argv, process.env)) {
  askServer({ program: process.execPath, command: [process.execPath], require }, start);
} else start();
