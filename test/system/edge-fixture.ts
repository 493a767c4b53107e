/** Components without a plan: programs in sandboxes, joined by edges. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Bubblewrap, findBubblewrap } from '../../src/adapters/sandbox/bubblewrap.ts';
import { createEdgeSocket, type EdgeFolder, type EdgeSocket } from '../../src/adapters/sandbox/edge-socket.ts';
import { type SandboxLimits, standardLimits } from '../../src/adapters/sandbox/limits.ts';
import { type Sandbox, startSandbox } from '../../src/adapters/sandbox/sandbox.ts';
import type { SandboxSpec } from '../../src/adapters/sandbox/spec.ts';
import { openWorkplace } from '../../src/adapters/sandbox/workplace.ts';

/** As a run sets them. */
export const componentLimits: SandboxLimits = { ...standardLimits, cpuSeconds: null, fileBytes: null, watchMs: 200 };

export interface Component extends Sandbox {
  readonly stdout: () => string;
}

export interface Place {
  readonly folder: string;
  readonly edge: (name: string) => EdgeSocket;
  readonly start: (argv: readonly string[], more?: Partial<SandboxSpec>) => Component;
  /** Runs a program to its end and reads the JSON it prints. */
  readonly ask: (argv: readonly string[], more?: Partial<SandboxSpec>) => Promise<unknown>;
  readonly close: () => Promise<void>;
}

export async function openPlace(): Promise<Place> {
  const bubblewrap = (await findBubblewrap()) as Bubblewrap;
  const workplace = openWorkplace();
  const running = new Set<Sandbox>();
  const folder = join(workplace.path, 'work');
  mkdirSync(folder);
  const start: Place['start'] = (argv, more) => {
    const chunks: Buffer[] = [];
    const sandbox = startSandbox({
      workplace,
      bubblewrap,
      argv,
      env: {},
      cwd: null,
      files: [],
      provides: [],
      slots: [],
      limits: componentLimits,
      onStdout: (chunk) => chunks.push(chunk),
      ...more,
    });
    running.add(sandbox);
    return { ...sandbox, stdout: () => Buffer.concat(chunks).toString() };
  };
  return {
    folder,
    edge: (name) => createEdgeSocket(workplace.path, name),
    start,
    ask: async (argv, more) => {
      const component = start(argv, more);
      const end = await component.ended;
      const text = component.stdout();
      await component.stop();
      if (text === '') throw new Error(`${JSON.stringify(end)} ${component.stderrTail()}`);
      return JSON.parse(text);
    },
    close: async () => {
      await Promise.all([...running].map((sandbox) => sandbox.stop()));
      workplace.remove();
    },
  };
}

export const python = (script: string, ...args: readonly string[]): readonly string[] => [
  'python3',
  '-u',
  '-c',
  script,
  ...args,
];

export const slotTo = (socket: EdgeFolder, port = 20_000): NonNullable<SandboxSpec['slots']> => [
  { name: 'up', port, socket },
];

/** Answers `name` to every connection at every one of the ports, after the first bytes; an argument is `port`. */
export const greeter = `
import socket, sys, threading
def serve(port):
    s = socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1); s.bind(('0.0.0.0', port)); s.listen(100)
    while True:
        c, _ = s.accept()
        def work(c=c):
            while True:
                d = c.recv(65536)
                if not d: break
                c.sendall(sys.argv[1].encode() + b' ' + str(port).encode() + b' ' + d)
            c.close()
        threading.Thread(target=work, daemon=True).start()
for p in sys.argv[2:]: threading.Thread(target=serve, args=(int(p),)).start()
`;

/** Prints, as JSON, what each target said; a target is host:port, and an abstract or named unix socket is @name or /path. */
export const prober = `
import socket, sys, json
out = []
for t in sys.argv[1:]:
    try:
        if t[0] in '@/':
            s = socket.socket(socket.AF_UNIX); s.settimeout(3); s.connect(t.replace('@', chr(0), 1))
        else:
            host, port = t.rsplit(':', 1)
            s = socket.create_connection((host, int(port)), 3)
        s.sendall(b'hi')
        out.append('said ' + s.recv(100).decode())
    except OSError as e:
        out.append('refused' if not isinstance(e, TimeoutError) else 'timeout')
print(json.dumps(out))
`;
