/** What the engine is asked to make: nothing of the machine is in it but what is named here. */
import type { JsonObject } from '../../base/json.ts';
import type { ContainerLimits, ContainerMount, ContainerSpec } from './spec.ts';

/** Where the agent finds the folders of edges. */
export const slotFolder = (at: number): string => `/headgate/slots/${at}`;
export const provideFolder = (at: number): string => `/headgate/provides/${at}`;
const agentScript = '/headgate/agent.cjs';

const MiB = 1024 * 1024;

/** Folders that a program finds writable, and empty at each start. */
const memoryFolders = ['/tmp', '/run', '/var/tmp'];

/** For both: no capability, no new privilege, no device, no other network than its own loopback; nothing is written down of what it says. */
const confined = (limits: Pick<ContainerLimits, 'memoryBytes' | 'tasks' | 'openFiles'>): JsonObject => ({
  CapDrop: ['ALL'],
  SecurityOpt: ['no-new-privileges:true'],
  Privileged: false,
  ReadonlyRootfs: true,
  IpcMode: 'private',
  CgroupnsMode: 'private',
  LogConfig: { Type: 'none', Config: {} },
  RestartPolicy: { Name: 'no' },
  Memory: limits.memoryBytes,
  MemorySwap: limits.memoryBytes,
  PidsLimit: limits.tasks,
});

export function agentBody(spec: ContainerSpec): JsonObject {
  const { agent, labels, slots, provides } = spec;
  return {
    Image: agent.image,
    Entrypoint: [...agent.node.command, agentScript],
    Cmd: [],
    Env: [],
    User: agent.user,
    WorkingDir: '/',
    Hostname: 'headgate',
    Labels: { ...labels, 'headgate.dev/role': 'agent' },
    ...streams(true),
    HostConfig: {
      ...confined({ memoryBytes: 256 * MiB, tasks: 64, openFiles: 4096 }),
      // It has no other program than this, which listens and connects.
      NetworkMode: 'none',
      Init: false,
      Ulimits: ulimits({ openFiles: 4096, cpuSeconds: null, fileBytes: null }),
      Mounts: [
        ...[...agent.node.shown].map(([target, source]) => ({ source, target, writable: false })),
        { source: agent.script, target: agentScript, writable: false },
        ...slots.map(({ folder }, at) => ({ source: folder, target: slotFolder(at), writable: false })),
        ...provides.map(({ folder }, at) => ({ source: folder, target: provideFolder(at), writable: true })),
      ].map(bind),
    },
  };
}

/** `agent` is the id of the container whose loopback it shares. */
export function programBody(spec: ContainerSpec, agent: string): JsonObject {
  const { argv, env, limits, mounts, memory, labels, script } = spec;
  // The mode of the place in the image counts more than the one that is asked for; who owns it does not.
  const owner = spec.uid === undefined ? '' : `,uid=${spec.uid}`;
  const own = new Set([...mounts, ...memory].map(({ target }) => target));
  const folders = [
    ...memoryFolders.filter((target) => !own.has(target)).map((target) => ({ target, bytes: limits.tmpBytes })),
    ...memory,
  ];
  return {
    Image: spec.image,
    ...(script === undefined
      ? argv.length === 0
        ? {}
        : { Entrypoint: argv, Cmd: [] }
      : { Entrypoint: ['/bin/sh'], Cmd: [] }),
    Env: Object.entries(env).map(([name, value]) => `${name}=${value}`),
    ...(spec.user === undefined ? {} : { User: spec.user }),
    ...(spec.cwd === undefined ? {} : { WorkingDir: spec.cwd }),
    Labels: { ...labels, 'headgate.dev/role': 'program' },
    // A command of the image that the engine would run in it again and again, beside the program.
    Healthcheck: { Test: ['NONE'] },
    ...streams(script !== undefined),
    HostConfig: {
      ...confined(limits),
      NetworkMode: `container:${agent}`,
      // Signals have their usual effects, and whoever is left alone is buried.
      Init: true,
      ShmSize: limits.tmpBytes,
      Ulimits: ulimits(limits),
      Tmpfs: Object.fromEntries(
        folders.map(({ target, bytes }) => [target, `rw,exec,nosuid,nodev,mode=1777${owner},size=${bytes}`]),
      ),
      Mounts: mounts.map(bind),
    },
  };
}

const streams = (stdin: boolean): JsonObject => ({
  Tty: false,
  AttachStdin: stdin,
  AttachStdout: true,
  AttachStderr: true,
  OpenStdin: stdin,
  StdinOnce: stdin,
});

const bind = ({ source, target, writable }: ContainerMount): JsonObject => ({
  Type: 'bind',
  Source: source,
  Target: target,
  ReadOnly: !writable,
  BindOptions: { Propagation: 'rprivate' },
});

function ulimits({
  openFiles,
  cpuSeconds,
  fileBytes,
}: Pick<ContainerLimits, 'openFiles' | 'cpuSeconds' | 'fileBytes'>): readonly JsonObject[] {
  return [
    { Name: 'core', Soft: 0, Hard: 0 },
    { Name: 'nofile', Soft: openFiles, Hard: openFiles },
    ...(cpuSeconds === null ? [] : [{ Name: 'cpu', Soft: cpuSeconds, Hard: cpuSeconds + 5 }]),
    ...(fileBytes === null ? [] : [{ Name: 'fsize', Soft: fileBytes, Hard: fileBytes }]),
  ];
}
