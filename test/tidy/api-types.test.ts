/** Whoever uses an exported type can also name the types that it mentions. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { withoutComments } from '../support/source-files.ts';

/** Handles: made by one function and given to another, so nobody names what is inside. */
const handles = ['DocumentStore', 'ListedGlob'];

interface Module {
  /** Local name → name in the file it comes from. */
  readonly imports: ReadonlyMap<string, { readonly name: string; readonly from: string }>;
  /** Name → text of the declaration; of functions only the signature. */
  readonly declared: ReadonlyMap<string, string>;
}

const modules = new Map<string, Module>();

function read(path: string): Module {
  const known = modules.get(path);
  if (known) return known;
  const whole = readFileSync(path, 'utf8');
  const text = withoutComments(whole);
  const imports = new Map<string, { name: string; from: string }>();
  for (const [, names = '', from = ''] of whole.matchAll(/^(?:import|export) (?:type )?\{([^}]*)\} from '([^']+)'/gm)) {
    for (const item of names.split(',')) {
      const [name = '', local = name] = item
        .trim()
        .replace(/^type /, '')
        .split(' as ');
      if (name !== '') imports.set(local, { name, from: join(dirname(path), from) });
    }
  }
  const declared = new Map<string, string>();
  const head = /^(?:export )?(?:async )?(?:interface|type|class|const|function) (\w+)/gm;
  for (const match of text.matchAll(head)) {
    const rest = text.slice(match.index);
    const next = rest.slice(1).search(/^(?:export|import|interface|type|class|const|function|async) /m);
    declared.set(match[1] as string, signatureOf(next < 0 ? rest : rest.slice(0, next + 1)));
  }
  const module = { imports, declared };
  modules.set(path, module);
  return module;
}

function signatureOf(text: string): string {
  if (/^(?:export )?(?:async )?function/.test(text)) return text.slice(0, text.search(/\{\n/));
  if (/^(?:export )?const/.test(text)) return text.slice(0, text.search(/ =>?\s/));
  return text;
}

/** Where a name that is used in a file is declared. Undefined for names of the language and of packages. */
function find(path: string, name: string): { readonly path: string; readonly name: string } | undefined {
  let place = { path, name };
  for (;;) {
    if (!existsSync(place.path)) return undefined;
    const module = read(place.path);
    if (module.declared.has(place.name)) return place;
    const from = module.imports.get(place.name);
    if (!from) return undefined;
    place = { path: from.from, name: from.name };
  }
}

/** `Mentioned (in Exported)` for each that the entry does not give. */
function unnamed(entry: string, given: readonly string[]): readonly string[] {
  const places = new Set(given.map((name) => key(find(entry, name))));
  const faults: string[] = [];
  for (const exported of given) {
    const place = find(entry, exported);
    if (!place || handles.includes(exported)) continue;
    const text = read(place.path).declared.get(place.name) ?? '';
    for (const name of new Set(text.match(/\b[A-Z]\w*[a-z]\w*\b/g))) {
      const mentioned = find(place.path, name);
      if (mentioned && !places.has(key(mentioned))) faults.push(`${name} (in ${exported})`);
    }
  }
  return faults;
}

const key = (place: { readonly path: string; readonly name: string } | undefined): string =>
  place ? `${place.path} ${place.name}` : '';

describe('types that an exported type mentions', () => {
  const entry = 'src/api/compile.ts';
  const given = [...read(entry).imports.keys()];

  it('can be named from the same entry of the package', () => {
    expect(unnamed(entry, given)).toEqual([]);
  });

  it('would be missed', () => {
    const without = given.filter((name) => name !== 'Linked' && name !== 'TextOptions');
    expect(unnamed(entry, without)).toEqual(['Linked (in CompileOptions)', 'TextOptions (in renderText)']);
  });
});
