import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import { closeSync, constants, openSync, readlinkSync } from 'node:fs';
import type { Readable, Writable } from 'node:stream';
import type { AgentConfig } from './agent/protocol.ts';
import { type EdgeSocket, edgeHoldMs } from './edge-socket.ts';
import { prlimitCommand } from './limits.ts';
import type { Prepared } from './prepare.ts';
import type { SandboxSpec } from './spec.ts';

export interface Launched {
  readonly child: ChildProcess;
  readonly control: Readable & Writable;
  readonly info: Readable;
}

/** Descriptors: 3 control, 4 what bubblewrap tells, then the edges, then the files, then the record of the end. */
export function launch(spec: SandboxSpec, { command, program }: Prepared): Launched {
  const first = 5 + spec.provides.length;
  const [file = '', ...args] = command(spec.files.map(({ path }, index) => ({ path, fd: first + index })));
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
      ...spec.files.map(() => 'pipe' as const),
      ...(typeof record === 'number' ? [record] : []),
    ];
    // In a group of its own: Ctrl-C of a terminal goes to the whole group of headgate, which asks programs to end in its own way.
    child = spawn(file, args, { env: {}, cwd: '/', stdio, detached: true });
  } finally {
    // In the same turn: this process must not accept what is meant for the agent.
    for (const { close } of listening) close();
    if (typeof record === 'number') closeSync(record);
  }
  for (const stream of child.stdio) stream?.on('error', () => {});
  for (const [index, { content }] of spec.files.entries())
    (child.stdio[first + index] as Writable | null)?.end(content);
  const control = child.stdio[3] as Readable & Writable;
  control.write(`${JSON.stringify(agentConfig(spec, program))}\n`);
  return { child, control, info: child.stdio[4] as Readable };
}

function agentConfig(spec: SandboxSpec, program: Prepared['program']): AgentConfig {
  const boxed = spec.bubblewrap !== null;
  return {
    prefix: program.prlimit ? prlimitCommand(spec.limits, program.host) : [],
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
    readyPorts: spec.readyPorts ?? [],
    stdout: spec.onStdout ? 'inherit' : 'ignore',
    watch: boxed
      ? { processes: spec.limits.processes, bytes: spec.limits.totalBytes, everyMs: spec.limits.watchMs ?? 50 }
      : null,
    marker: program.marker,
    exitFd: spec.exitRecord === undefined ? null : 5 + spec.provides.length + spec.files.length,
    host: boxed ? ownNamespaces() : null,
  };
}

function ownNamespaces(): Readonly<Record<string, string>> {
  const names = ['ipc', 'mnt', 'net', 'pid', 'user', 'uts'];
  return Object.fromEntries(names.map((name) => [name, readlinkSync(`/proc/self/ns/${name}`)]));
}
