/**
 * Programs of the user that are not to outlive this process, however it ends: nobody would end a `kubectl port-forward` any more, and it keeps its
 * port. A shell hears of them, and ends those that are left when nobody can tell it more.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import type { Socket } from 'node:net';

/** What such a program has started itself goes with it. Once nobody tells it more, nothing else has had time to get one of these numbers. */
const script = `
left=
while read -r how pid; do
  case $how in
    +) left="$left $pid" ;;
    -) rest=; for one in $left; do [ "$one" = "$pid" ] || rest="$rest $one"; done; left=$rest ;;
  esac
done
for one in $left; do below=; read -r below < "/proc/$one/task/$one/children"; left="$left $below"; done 2> /dev/null
[ -z "$left" ] || kill -9 $left 2> /dev/null
`;

let keeper: { readonly shell: ChildProcess; readonly input: Socket } | undefined;

function tell(line: string): void {
  keeper ??= start();
  keeper.input.write(`${line}\n`);
}

/** In a session of its own: what a terminal tells everybody is not for it. Nobody waits for it. */
function start(): NonNullable<typeof keeper> {
  const shell = spawn('/bin/sh', ['-c', script], { stdio: ['pipe', 'ignore', 'ignore'], detached: true, env: {} });
  const input = shell.stdin as Socket;
  // Without a shell these programs are on their own, as they would be anyway.
  shell.on('error', () => {});
  input.on('error', () => {});
  shell.unref();
  input.unref();
  return { shell, input };
}

/** From now on until it has ended. */
export function diesWithUs(child: ChildProcess): void {
  const { pid } = child;
  if (pid === undefined) return;
  tell(`+ ${pid}`);
  child.once('exit', () => tell(`- ${pid}`));
}
