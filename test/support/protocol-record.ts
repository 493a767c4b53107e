/** Records exchanges of the version that is spoken; what was recorded before stays. See scripts/record-protocol.mjs. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createLoader } from '../../src/adapters/loaders/loader.ts';
import { createSandboxPolicyClient } from '../../src/adapters/policies/sandbox-client.ts';
import { compile } from '../../src/compile.ts';
import { filesBelow, loadExample, readCaseFile } from './harness.ts';
import { type ProtocolCase, type ProtocolExchange, type ProtocolInput, play } from './protocol-case.ts';
import { useNameOf } from './stub-policy-client.ts';

const protocol = '1';

/** `folders` are golden cases with answers. Answers the names of what was written. */
export async function recordGoldens(folders: readonly string[], target: string): Promise<readonly string[]> {
  const written: string[] = [];
  for (const folder of folders) {
    const example = loadExample(folder, readCaseFile(folder));
    const files = Object.fromEntries(
      [...example.files].map(([path, content]) => [
        path,
        typeof content === 'string' ? content : Buffer.from(content).toString(),
      ]),
    );
    const input: ProtocolInput = {
      root: example.root,
      files,
      ...(example.rootConfig ? { rootConfig: example.rootConfig } : {}),
      ...(example.env ? { env: example.env } : {}),
    };
    const nothing = '{"interpositions": []}';
    const exchanges: ProtocolExchange[] = [];
    const { asked, result } = await play(input, (ask) => {
      const answer = example.answers.get(useNameOf(ask)) ?? { text: nothing };
      const text = 'text' in answer ? answer.text : nothing;
      exchanges.push({ headers: ask.headers, request: ask.body, answer: text });
      return text;
    });
    if (asked.length === 0) throw new Error(`${folder}: no policy was asked`);
    written.push(...write(target, basename(folder), { protocol, from: folder, ...input, exchanges, result }));
  }
  return written;
}

/** A scenario of a folder, whose policies are started and asked. */
export async function recordExample(
  name: string,
  { folder, root }: { readonly folder: string; readonly root: string },
  target: string,
): Promise<readonly string[]> {
  const client = createSandboxPolicyClient({ sandbox: 'bubblewrap' });
  const answers: string[] = [];
  const base = pathToFileURL(`${resolve(folder)}/`).href;
  await compile({
    input: new URL(root, base).href,
    baseDir: base,
    loader: createLoader(),
    rootConfig: { env: {} },
    policyClient: {
      sandbox: 'bubblewrap',
      ask: async (processes, asks, limits) => {
        const outcomes = await client.ask(processes, asks, limits);
        for (const outcome of outcomes) {
          if (!outcome.ok) throw new Error(outcome.message);
          answers.push(outcome.text);
        }
        return outcomes;
      },
    },
  });
  const files = Object.fromEntries(
    filesBelow(folder)
      .filter((path) => /\.(yaml|mjs|py)$/.test(path))
      .map((path) => [path, readFileSync(join(folder, path), 'utf8')]),
  );
  const { asked, result } = await play({ root, files }, (_ask, index) => answers[index] ?? '');
  const exchanges = asked.map((ask, index) => ({ ...ask, answer: answers[index] ?? '' }));
  return write(target, name, { protocol, from: join(folder, root), root, files, exchanges, result });
}

function write(target: string, name: string, recorded: ProtocolCase): readonly string[] {
  const path = join(target, `v${protocol}`, `${name}.json`);
  if (existsSync(path)) {
    if (readFileSync(path, 'utf8') !== textOf(recorded)) throw new Error(`${path} is recorded already, and differs`);
    return [];
  }
  mkdirSync(join(target, `v${protocol}`), { recursive: true });
  writeFileSync(path, textOf(recorded));
  return [path];
}

const textOf = (recorded: ProtocolCase): string => `${JSON.stringify(recorded, null, 2)}\n`;
