/** One place writes to terminals, so that what programs and files say cannot act on one, or on the log of a job. */
import { expect, it } from 'vitest';
import { sourceFiles } from '../support/source-files.ts';

const writers: Readonly<Record<string, string>> = {
  'src/cli/terminal.ts': 'the one place',
  'src/adapters/docker/agent/agent.ts': 'the text of an agent in a container, whose output is a stream to headgate',
  'src/adapters/sandbox/self-check/attempts.ts': 'the text of a program inside a sandbox, which the gate reads',
  'src/cli/start/ask-server.ts': 'what a check server has made for this very terminal; asks for its width',
  'src/cli/start/executable.ts': 'what the executable has not, made printable',
  'src/cli/ask.ts': 'a question with its answer on one line; what it says of settings is made printable before',
  'src/policy/sdk/serve.ts': 'a policy, which is a program of its own; its lines reach headgate as those of any',
  'src/policy/serve/host.ts': 'the text of such a program',
  'src/adapters/sandbox/tries.ts': 'the text of a prover, whose output is a pipe to the agent that started it',
  'src/runtime/probes/renderer.ts': 'the text of a program that draws pages in a sandbox; headgate reads what it says',
  'src/runtime/secrets/notice.ts': 'for whoever uses the library and names no place; made printable',
  'src/adapters/otel/tracing.ts': 'for whoever uses the library and names no place',
};
const WRITES = /\bprocess\s*\.\s*(?:stdout|stderr)\b|\bconsole\s*\.\s*\w+|\bwrite(?:File)?Sync\(\s*[12]\b/;

it('nothing but the terminal writes to standard output and error', () => {
  const code = (text: string): string =>
    text
      .replace(/\/\*[\s\S]*?\*\//g, '')
      .replace(/^\s*\/\/.*$/gm, '')
      .replace(/'process', 'stderr'|process, 'stderr'/g, '');
  const found = sourceFiles('src')
    .filter(({ text }) => WRITES.test(code(text)))
    .map(({ path }) => path);
  expect(found.sort()).toEqual(Object.keys(writers).sort());
});
