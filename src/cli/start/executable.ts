/**
 * The command line as a single executable, which is made with Bun. It has what needs neither the files of the package nor a node to start other
 * programs with; for the rest headgate is to be installed.
 */
import { printable } from '../../diagnostics/render/width.ts';
import { askServer, wantsServer } from './ask-server.ts';

const possible = ['check', 'fmt', 'server', '--help', '-h', '--version', '-V'];

// Bun has a path here that no file has.
process.argv[1] = process.execPath;
const argv = process.argv.slice(2);
const [command = ''] = argv;
const wanted = argv.includes('--apply-policies')
  ? '--apply-policies'
  : argv.some((arg, i) => /^--format=sarif(?:=|$)/.test(`${argv[i - 1] === '--format' ? '--format=' : ''}${arg}`))
    ? 'sarif'
    : undefined;

function start(): void {
  void import('../main.ts');
}

if (argv.length > 0 && (!possible.includes(command) || wanted !== undefined)) {
  const what = printable(wanted ?? command);
  process.stderr.write(
    `error: \`${what}\` needs more than is in this executable, which has \`check\`, \`fmt\` and \`server\`; install headgate for it: npm install headgate\n`,
    () => process.exit(2),
  );
} else if (wantsServer(argv, process.env)) {
  askServer({ program: process.execPath, command: [process.execPath], require: process.getBuiltinModule }, start);
} else start();
