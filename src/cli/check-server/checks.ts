/** Does checks for others as their own process would: in their folder, with their variables, for their terminal. */
import type { Cli } from '../../app/cli.ts';
import { createInterrupt } from '../../app/interrupt.ts';
import { version } from '../../base/version.ts';
import { createDocumentMemory } from '../../phases/2-resolve/document-memory.ts';
import { check } from '../commands/check.ts';
import { runCommandLine } from '../run-command-line.ts';
import { terminalOver } from '../terminal.ts';
import type { ServerPlace } from './place.ts';
import type { Answer, CheckQuestion, OutputPart, ServerStatus } from './wire.ts';

/** Bytes of texts of manifests, of what is said to one who asks, and of all that is held in memory. */
const LIMITS = { kept: 8 << 20, said: 32 << 20, heap: 512 << 20 } as const;
/** Milliseconds: what takes longer is begun here once, and then left to whoever asks. */
const SLOW = 5000;
const MOST_SLOW = 100;

export interface Checks {
  /** The whole answer, outputs included. */
  readonly answer: (question: CheckQuestion, stdin: Uint8Array) => Promise<Answer | Buffer>;
  readonly status: () => ServerStatus;
}

/** Thrown where a check turns out to be more than reading. */
class Left extends Error {}

export function createChecks({ identity }: ServerPlace, program: string, now: () => number): Checks {
  const memory = createDocumentMemory(LIMITS.kept);
  const slow = new Set<string>();
  let checks = 0;
  let left = 0;
  const done = async (question: CheckQuestion, stdin: Uint8Array): Promise<Answer | Buffer> => {
    if (question.identity !== identity) return { cold: 'the server is for another process' };
    const key = JSON.stringify([question.cwd, question.argv]);
    if (slow.has(key)) return { cold: 'it takes long' };
    const before = now();
    const answer = await asClient(question, () => checkFor(question, stdin, memory.recall, now));
    if (now() - before > SLOW && slow.size < MOST_SLOW) slow.add(key);
    if (process.memoryUsage().heapUsed > LIMITS.heap) memory.clear();
    return answer;
  };
  return {
    async answer(question, stdin) {
      const answer = await done(question, stdin);
      if (Buffer.isBuffer(answer)) checks++;
      else left++;
      return answer;
    },
    status: () => ({
      pid: process.pid,
      version,
      program,
      checks,
      left,
      keptBytes: memory.bytes(),
      memoryBytes: process.memoryUsage.rss(),
    }),
  };
}

/** What looks at the process finds that of whoever asks; afterwards there is nothing left of it. */
async function asClient<T>({ cwd, env }: CheckQuestion, work: () => Promise<T>): Promise<T> {
  const own = { ...process.env };
  const become = (variables: CheckQuestion['env']): void => {
    const { env } = process;
    for (const name of Object.keys(env)) if (variables[name] === undefined) delete env[name];
    for (const [name, value] of Object.entries(variables))
      if (value !== undefined && env[name] !== value) env[name] = value;
  };
  become(env);
  try {
    process.chdir(cwd);
    return await work();
  } finally {
    become(own);
    process.chdir('/');
  }
}

async function checkFor(
  { argv, cwd, env, outColumns, errColumns }: CheckQuestion,
  stdin: Uint8Array,
  recall: Cli['recall'],
  now: () => number,
): Promise<Answer | Buffer> {
  const parts: OutputPart[] = [];
  const texts: Buffer[] = [];
  let size = 0;
  let why: string | undefined;
  const leave = (reason: string): never => {
    why ??= reason;
    throw new Left(reason);
  };
  const to = (fd: OutputPart['to']) => async (text: string) => {
    const bytes = Buffer.from(text);
    size += bytes.length;
    if (size > LIMITS.said) leave('much is said');
    parts.push({ to: fd, bytes: bytes.length });
    texts.push(bytes);
  };
  const cli: Cli = {
    ...terminalOver(env, { errColumns, outColumns, toErr: to(2), toOut: to(1) }),
    env,
    cwd,
    stdin: async () => stdin,
    interrupt: createInterrupt(),
    now,
    ...(recall ? { recall } : {}),
    leave,
  };
  try {
    const code = await runCommandLine([check], argv, cli);
    // It may have been caught on its way.
    if (why !== undefined) return { cold: why };
    return Buffer.concat([Buffer.from(`${JSON.stringify({ code, parts })}\n`), ...texts]);
  } catch (error) {
    return { cold: error instanceof Left ? error.message : 'a fault, which it meets itself' };
  }
}
