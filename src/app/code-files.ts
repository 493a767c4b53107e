/** Files of code below some folders, in the order of their names. Links are not followed. */
import { open, readdir, readFile, stat } from 'node:fs/promises';
import { join, normalize, relative, resolve, sep } from 'node:path';
import { readReason } from '../adapters/files/io-reason.ts';
import { type Language, languageOf } from '../authoring/git-remote/read-file.ts';
import { sortedBy } from '../base/order.ts';

export interface CodeFile {
  /** As seen from the current folder. */
  readonly name: string;
  readonly language: Language;
  readonly text: () => Promise<string>;
}

/** What others wrote, or a tool made. */
const skipped = new Set([
  'node_modules',
  '.git',
  'dist',
  'build',
  'coverage',
  '.turbo',
  '.next',
  '.venv',
  '__pycache__',
]);

/** A path that is not there is a fault, so that nobody takes nothing for nothing wrong. */
export async function codeFiles(
  paths: readonly string[],
  cwd: string,
): Promise<{ readonly files: readonly CodeFile[] } | { readonly fault: string }> {
  const files = new Map<string, CodeFile>();
  for (const given of paths) {
    const path = resolve(cwd, given);
    const found = await stat(path).catch((error: NodeJS.ErrnoException) =>
      error.code === 'ENOENT' ? 'there is no such file or folder' : readReason(error),
    );
    if (typeof found === 'string') return { fault: `\`${given}\` cannot be read: ${found}` };
    try {
      const inside = found.isDirectory() ? await below(path) : [path];
      for (const file of inside) {
        const language = await languageAt(file);
        const name = relative(cwd, file).split(sep).join('/');
        if (language) files.set(file, { name, language, text: () => readFile(file, 'utf8') });
        else if (!found.isDirectory())
          return { fault: `\`${given}\` is neither JavaScript, TypeScript, Python nor a script of the shell` };
      }
    } catch (error) {
      return { fault: `\`${given}\` cannot be read: ${readReason(error as NodeJS.ErrnoException)}` };
    }
  }
  return { files: sortedBy([...files.values()], ({ name }) => name) };
}

async function below(root: string): Promise<readonly string[]> {
  const found: string[] = [];
  const left = [root];
  for (let folder = left.pop(); folder !== undefined; folder = left.pop()) {
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.isDirectory() && !skipped.has(entry.name)) left.push(path);
      else if (entry.isFile()) found.push(normalize(path));
    }
  }
  return found;
}

async function languageAt(path: string): Promise<Language | undefined> {
  const name = path.slice(path.lastIndexOf(sep) + 1);
  if (name.lastIndexOf('.') > 0) return languageOf(name, () => '');
  const first = await firstLine(path);
  return languageOf(name, () => first);
}

async function firstLine(path: string): Promise<string> {
  const handle = await open(path);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(128), 0, 128, 0);
    return buffer.toString('latin1', 0, bytesRead).split('\n', 1)[0] ?? '';
  } finally {
    await handle.close();
  }
}
