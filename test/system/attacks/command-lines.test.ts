/**
 * What the command lines of sandboxes and the table of mounts tell. A program cannot see the first sandbox's, but every user of the
 * machine can: so they are looked at from the host.
 */
import { mkdirSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { inside } from '../../../src/adapters/sandbox/inside.ts';
import { allProcesses, descendantsOf } from '../../support/run/traces.ts';
import { openPlace, type Place, python, slotTo } from '../edge-fixture.ts';

let place: Place;
beforeAll(async () => {
  place = await openPlace();
});
afterAll(() => place.close());

const folder = (name: string): string => {
  const path = join(realpathSync(place.folder), name);
  mkdirSync(path);
  return path;
};

it('from the host, no command line of a sandbox tells a path, a variable or a file that its program was given', async () => {
  const [cwd, source] = [folder('canary-cwd'), folder('canary-storage')];
  const component = place.start(['sleep', '600'], {
    cwd,
    env: { TOKEN: 'canary-variable' },
    files: [{ path: '/etc/canary-file', content: 'canary-content' }],
    binds: [{ source, target: '/canary-target', writable: true }],
    slots: slotTo(place.edge('0')),
  });
  await component.ready;
  const linesNow = (): readonly string[] => {
    const all = [component.pid as number, ...descendantsOf(component.pid as number).map(({ pid }) => pid)];
    return allProcesses().flatMap(({ pid, command }) => (all.includes(pid) ? [command] : []));
  };
  const ofProgram = (): readonly string[] => linesNow().filter((line) => /^\S*sleep 600$/.test(line));
  // A component without ports is ready before its program has taken the place of what starts it.
  await expect.poll(ofProgram, { timeout: 120_000 }).toHaveLength(1);
  const lines = linesNow();
  await component.stop();
  // The first sandbox, and its first process; the agent; the second one, twice; the program.
  expect(lines.filter((line) => line.includes('bwrap')).length).toBeGreaterThan(2);
  expect(lines.filter((line) => line.includes(inside.agent)).length).toBeGreaterThan(0);
  for (const word of ['canary', dirname(place.folder)]) expect(lines.filter((line) => line.includes(word))).toEqual([]);
});

it('the table of mounts tells a program where what it was given lies, and of nothing else', async () => {
  const [given, other] = [folder('canary-given'), folder('canary-other')];
  place.start(['sleep', '600'], { binds: [{ source: other, target: '/data', writable: true }] });
  const script = "import json; print(json.dumps(open('/proc/self/mountinfo').read()))";
  const told = await place.ask(python(script), { binds: [{ source: given, target: '/data', writable: true }] });
  expect(told).toContain('canary-given');
  expect(told).not.toContain('canary-other');
});
