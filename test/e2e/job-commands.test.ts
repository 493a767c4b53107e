/** In a job of GitHub Actions, no line that headgate writes begins with a command that it did not mean. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, describe, expect, it } from 'vitest';
import { type CliRun, runCli, startCli } from '../support/cli.ts';
import { createTempFolder } from '../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(temp.remove);
const env = { GITHUB_ACTIONS: 'true' };

const commands = ['::stop-commands::x', '::set-output name=a::b', '::add-mask::a', '##[error]x', '##[group]x'];
/** As GitHub finds them: behind blanks, at the beginning of a line; the older form anywhere. */
const COMMAND = /(?:^|[\r\n])[^\S\r\n]*::|##\[/;
const meant = /^::(?:error|warning|notice) (?:file=[^\n]*,)?title=[\w/-]+::/;

function expectNone({ stdout, stderr }: Pick<CliRun, 'stdout' | 'stderr'>): void {
  for (const text of [stdout, stderr])
    expect(text.split(/\r\n|\r|\n/).filter((line) => COMMAND.test(line) && !meant.test(line))).toEqual([]);
  // What is meant holds no other one.
  for (const line of stdout.split('\n').filter((one) => meant.test(one))) expect(line).not.toMatch(/##\[/);
}

const quoted = (text: string): string => JSON.stringify(text);
const files = (command: string): Readonly<Record<string, string>> => ({
  'scenario.yaml': `manifest_version: "0.4.0"
${quoted(command)}: {}
metadata: |
  a
  ${command}
components:
  ${quoted(command)}: ./none.yaml
  ${quoted(`a\n${command}`)}: ${quoted(`./${command}.yaml`)}
slots: { a: { kind: ${quoted(`\n${command}`)} } }
bindings: [{ to: ${quoted(`\n${command}`)}, from: ${quoted(command)} }]
`,
  'headgate.yaml': `${quoted(command)}: 1\nlint: { levels: { ${quoted(`\r${command}`)}: error } }\n`,
});

describe.each(commands)('%s', (command) => {
  it.each(['text', 'github'])('in texts of a manifest, as %s', (format) => {
    const cwd = temp.lay(files(command));
    const end = runCli(['check', '.', '--format', format], { cwd, env });
    expect(end.status).toBe(1);
    expect(`${end.stdout}${end.stderr}`).toContain(command.replace(/^::|^##/, '').slice(0, 8));
    expectNone(end);
    expectNone(runCli(['compile', '.'], { cwd, env }));
    expectNone(runCli(['fmt', '.', '--check'], { cwd, env }));
    expectNone(runCli(['compile', command], { cwd, env }));
    expectNone(runCli(['explain', '.', command], { cwd, env }));
  });

  it('in what a policy says and answers', async () => {
    const server = createServer((request, response) => {
      request.resume().on('end', () => {
        const findings = ['error', 'warning'].map((severity) => ({
          severity,
          message: `${command}\n${command}\r${command}`,
        }));
        response.setHeader('content-type', 'application/json').end(JSON.stringify({ interpositions: [], findings }));
      });
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const http = 'network: { endpoints: [{ name: http, port: 8080 }] }';
    const cwd = temp.lay({
      'scenario.yaml': `manifest_version: "0.4.0"
use: { p: ./p.yaml }
policies: ["#p.apply"]
`,
      'p.yaml': `manifest_version: "0.4.0"
program: { path: /bin/sh, args: ["-c", ${quoted(`printf '%s\\n' '${command}' >&2; exit 3`)}], ${http} }
provides: { apply: { kind: http, profile: policy, endpoint: http } }
exports: { apply: provides.apply }
`,
    });
    const asked = ['--policy', `p=http://127.0.0.1:${(server.address() as AddressInfo).port}/`];
    const answered = await startCli(['compile', '.', ...asked], { cwd, env }).ended;
    expect(answered.status).toBe(1);
    expectNone(answered);
    expectNone(await startCli(['check', '.', '--format', 'github', '--apply-policies', ...asked], { cwd, env }).ended);
    server.close();
    const started = runCli(['compile', '.', '--no-sandbox'], { cwd, env });
    expect(started.status).toBe(1);
    expect(started.stderr).toContain(command.slice(2, 7));
    expectNone(started);
  });
});
