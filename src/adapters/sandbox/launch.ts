import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import { closeSync, constants, openSync } from 'node:fs';
import type { Readable, Writable } from 'node:stream';
import type { AgentConfig } from './agent/protocol.ts';
import { asArguments } from './bubblewrap.ts';
import { connectionBounds } from './connections.ts';
import { type EdgeSocket, edgeHoldMs } from './edge-socket.ts';
import { lookAndTryScript, lookScript } from './gate.ts';
import { inside } from './inside.ts';
import { withOwnKeyring } from './own-keyring.ts';
import type { Prepared } from './prepare.ts';
import type { Widening } from './seccomp/denied-calls.ts';
import { architectureOf, seccompFilter } from './seccomp/filter.ts';
import type { SandboxSpec } from './spec.ts';

export interface Launched {
  readonly child: ChildProcess;
  readonly control: Readable & Writable;
  readonly info: Readable;
}

/** Descriptors: 3 control, 4 what bubblewrap tells, then the edges, the files, the filter of system calls, the record of the end, what bubblewrap is told. */
export function launch(spec: SandboxSpec, prepared: Prepared): Launched {
  const first = 5 + spec.provides.length;
  const files = filesOf(spec);
  const filterFd = first + files.length;
  const filter = prepared.gate === null ? null : filterOfThisMachine(new Set(spec.widenings));
  const argsFd = filterFd + (spec.exitRecord === undefined ? 1 : 2);
  const [file = '', ...args] = prepared.command.map((arg) => (arg === '{args}' ? String(argsFd) : arg));
  const plain = { file, args, ...(prepared.argv0 === undefined ? {} : { argv0: prepared.argv0 }) };
  const call = spec.bubblewrap ? withOwnKeyring(plain) : plain;
  const told = prepared.args?.(files.map(({ path }, index) => ({ path, fd: first + index })));
  const listening: ReturnType<EdgeSocket['listen']>[] = [];
  let child: ChildProcess;
  const { O_WRONLY, O_CREAT, O_TRUNC, O_NOFOLLOW } = constants;
  const record = spec.exitRecord && openSync(spec.exitRecord, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, 0o600);
  try {
    for (const { socket } of spec.provides) listening.push(socket.listen());
    const stdio: StdioOptions = [
      'ignore',
      spec.onStdout ? 'pipe' : 'ignore',
      'pipe',
      'pipe',
      'pipe',
      ...listening.map(({ fd }) => fd),
      ...files.map(() => 'pipe' as const),
      filter ? 'pipe' : 'ignore',
      ...(typeof record === 'number' ? [record] : []),
      ...(told ? ['pipe' as const] : []),
    ];
    // In a group of its own: Ctrl-C of a terminal goes to the whole group of headgate, which asks programs to end in its own way.
    child = spawn(call.file, call.args, {
      env: {},
      cwd: '/',
      stdio,
      detached: true,
      ...(call.argv0 === undefined ? {} : { argv0: call.argv0 }),
    });
  } finally {
    // In the same turn: this process must not accept what is meant for the agent.
    for (const { close } of listening) close();
    if (typeof record === 'number') closeSync(record);
  }
  for (const stream of child.stdio) stream?.on('error', () => {});
  for (const [index, { content }] of files.entries()) (child.stdio[first + index] as Writable | null)?.end(content);
  if (filter) (child.stdio[filterFd] as Writable | null)?.end(filter);
  if (told) (child.stdio[argsFd] as Writable | null)?.end(asArguments(told));
  const control = child.stdio[3] as Readable & Writable;
  control.write(`${JSON.stringify(agentConfig(spec, prepared, filterFd))}\n`);
  return { child, control, info: child.stdio[4] as Readable };
}

/** With what it reads, which is a file of the sandbox as well: no stream of this process reaches into it. */
const filesOf = ({
  files,
  stdin,
}: SandboxSpec): readonly { readonly path: string; readonly content: string | Uint8Array }[] =>
  stdin === undefined ? files : [...files, { path: inside.stdin, content: stdin }];

function agentConfig(spec: SandboxSpec, { program, gate }: Prepared, filterFd: number): AgentConfig {
  return {
    prefix: program.prefix,
    gate:
      gate === null
        ? null
        : {
            command: gate.command,
            args: asArguments(gate.args),
            filterFd,
            script: spec.selfCheck ? lookAndTryScript(spec.selfCheck.script) : lookScript(),
          },
    argv: program.argv,
    env: program.env,
    cwd: program.cwd,
    provides: spec.provides.map(({ port }, index) => ({ fd: 5 + index, port })),
    slots: spec.slots.map(({ name, port, address = '127.0.0.1' }, index) => ({
      name,
      port,
      socket: program.slotSockets[index] as string,
      address: address === '127.0.0.1' ? null : address,
    })),
    holdMs: edgeHoldMs,
    connections: { perEdge: connectionBounds.perEdge, perComponent: connectionBounds.perComponent },
    readyPorts: spec.readyPorts ?? [],
    stdout: spec.onStdout ? 'inherit' : 'ignore',
    marker: program.marker,
    exitFd: spec.exitRecord === undefined ? null : filterFd + 1,
  };
}

/** Throws on a machine that no filter is known for: there no sandbox is better than one that is open. */
function filterOfThisMachine(widened: ReadonlySet<Widening>): Buffer {
  const architecture = architectureOf(process.arch);
  if (architecture === undefined) throw new Error(`no filter of system calls is known for ${process.arch}`);
  return seccompFilter(architecture, widened);
}
