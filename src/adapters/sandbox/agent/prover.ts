/** Starts a prover beside the program, in a sandbox as the program's. It runs as text in every agent (see agent.ts), and calls nothing else. */
import type * as ChildProcess from 'node:child_process';
import type { AgentCommand } from './protocol.ts';

/** `tell` is called once, with nothing where it could not be done. */
export function startProver(
  child: typeof ChildProcess,
  { command, args, script }: Extract<AgentCommand, { readonly type: 'try' }>,
  tell: (results: readonly string[]) => void,
): void {
  const [file = '', ...rest] = command;
  let said = '';
  let isOver = false;
  const over = (results: readonly string[]): void => {
    if (!isOver) tell(results);
    isOver = true;
  };
  const prover = child.spawn(file, rest, {
    cwd: '/',
    env: {},
    stdio: ['pipe', 'pipe', 'ignore', 'ignore', 'ignore', 'pipe'],
    detached: true,
  });
  const late = setTimeout(() => prover.kill('SIGKILL'), 120_000);
  const [input, output, , , , told] = prover.stdio as unknown as ChildProcess.ChildProcess['stdin'][];
  for (const stream of [input, output, told]) stream?.on('error', () => {});
  told?.end(args);
  input?.end(script);
  prover.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
    if (said.length < 60_000) said += chunk;
  });
  prover.on('error', () => over([]));
  prover.on('close', () => {
    clearTimeout(late);
    try {
      over(JSON.parse(said) as readonly string[]);
    } catch {
      over([]);
    }
  });
}
