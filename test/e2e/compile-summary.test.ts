/** `compile` without --emit tells a person at a terminal what came out, and gives a program the plan. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from '../support/cli.ts';
import { runInTerminal } from '../support/terminal.ts';

const scenario = `manifest_version: "0.4.0"
program: { path: /opt/acme/bin/tool, args: [] }
`;

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'headgate-summary-'));
  writeFileSync(join(folder, 'scenario.yaml'), scenario);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const readmeCommand = ['compile', 'examples/redaction/scenario.yaml'];

describe('compile without --emit', () => {
  it('shows a summary of the first example on a terminal, and the plan in a pipe', () => {
    const shown = runInTerminal(readmeCommand, { cwd: process.cwd(), env: { NO_COLOR: '1' } });
    const piped = runCli(readmeCommand, { cwd: process.cwd() });
    expect(shown.status, shown.stderr).toBe(0);
    expect(piped.status, piped.stderr).toBe(0);
    const plan = JSON.parse(piped.stdout) as { schema: string; planDigest: string };
    expect(plan.schema).toBe('headgate.plan');
    expect(shown.stdout).toBe(`examples/redaction/scenario.yaml: 4 components (1 interposer), 1 edge, 1 export

components
  /
    __overlay_0_0  interposer of #redaction.apply of /
    caller
    responder

1 of 2 edges and exports changed
  /responder.a2a -> /__overlay_0_0 (#redaction.apply of /) -> /caller.agent

1 policy
  #redaction.apply of /: saw 2 edges and exports, changed 1 with 1 interposer; no findings

digest ${plan.planDigest}
This is a summary. Add \`--emit plan=plan.json\` to write the plan to a file, or \`--emit plan=-\` to
print it.
`);
  });

  it('is shown in the documentation as it looks at 80 columns', () => {
    const shown = runInTerminal(readmeCommand, { cwd: process.cwd(), columns: 80, env: { NO_COLOR: '1' } });
    expect(readFileSync('docs/cli.md', 'utf8')).toContain(`\`\`\`text\n${shown.stdout}\`\`\`\n`);
  });

  it('prints the plan on a terminal when it is asked for', () => {
    const asked = runInTerminal(['compile', '.', '--emit', 'plan=-'], { cwd: folder });
    expect(asked.status, asked.stderr).toBe(0);
    expect(asked.stdout).toBe(runCli(['compile', '.'], { cwd: folder }).stdout);
  });

  it('shows no summary when an output is written', () => {
    const written = runInTerminal(['compile', '.', '--emit', 'plan=plan.json'], { cwd: folder });
    expect(written.status, written.stderr).toBe(0);
    expect(written.stdout).toBe('');
    expect(readFileSync(join(folder, 'plan.json'), 'utf8')).toBe(runCli(['compile', '.'], { cwd: folder }).stdout);
  });

  it('shows nothing on standard output when there is an error', () => {
    writeFileSync(join(folder, 'broken.yaml'), `${scenario}exports: { data: provides.data }\n`);
    const { status, stdout, stderr } = runInTerminal(['compile', 'broken.yaml'], { cwd: folder });
    expect(status).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toContain('error[check/unknown-export-target]');
  });

  it('has colours on a terminal, and none where they are not wanted', () => {
    const start = String.fromCharCode(27);
    const coloured = runInTerminal(['compile', '.'], { cwd: folder, env: { TERM: 'xterm' } });
    expect(coloured.stdout).toContain(`${start}[`);
    const plain = runInTerminal(['compile', '.'], { cwd: folder, env: { NO_COLOR: '1', TERM: 'xterm' } });
    expect(plain.stdout).not.toContain(start);
  });
});
