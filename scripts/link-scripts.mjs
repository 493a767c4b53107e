/**
 * Makes scripts of the ES modules that esbuild has split the command line into. V8 gives its cache of compiled code to scripts only, and a
 * script that is loaded when it is asked for costs less than a module. A script is an object of functions, one a part:
 * `({"name":function(__load,require,__import,__file){…;return{exports}},…})`; see src/cli/start/scripts.ts, which calls them.
 */
import { posix } from 'node:path';
import { init, parse } from 'es-module-lexer';

const quoted = JSON.stringify;
/** esbuild leaves regular expressions as they are. What is left says the same this way, and is read fastest. */
const ascii = (text) => text.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
const partOf = (path) => posix.basename(path, '.js');

/**
 * `modules`: text by path. `scripts`: the paths of those that lie together, by the name of their script; each of the others is a script of
 * its own. Answers the texts of the scripts by name, and the name of the script of each part that is called otherwise.
 */
export async function linkScripts(modules, scripts) {
  await init;
  const named = new Map(Object.entries(scripts).flatMap(([name, paths]) => paths.map((path) => [path, name])));
  const bodies = new Map();
  const scriptOf = {};
  const needs = new Map();
  for (const [path, text] of [...modules].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const part = partOf(path);
    const name = named.get(path) ?? part;
    if (name !== part) scriptOf[part] = name;
    const { body, needed } = functionOf(path, text);
    needs.set(part, needed);
    bodies.set(name, [...(bodies.get(name) ?? []), `${quoted(part)}:${body}`]);
  }
  refuseCircles(needs);
  return { texts: new Map([...bodies].map(([name, parts]) => [name, ascii(`({${parts.join(',\n')}})\n`)])), scriptOf };
}

function functionOf(path, text) {
  if (/\b__(?:load|import|file)\b/.test(text)) throw new Error(`${path} has a name that is taken here`);
  const [imports] = parse(text);
  const head = [];
  const needed = [];
  let body = '';
  let at = 0;
  const replace = (start, end, by) => {
    body += text.slice(at, start) + by;
    at = end;
  };
  for (const { n, ss, se, s, d } of imports) {
    const statement = text.slice(ss, se);
    const isOwn = n?.startsWith('.') === true;
    if (d === -2) {
      if (!text.startsWith('.url', se)) throw new Error(`${path}: only the URL of import.meta is known here`);
      replace(ss, se + '.url'.length, 'require("node:url").pathToFileURL(__file).href');
    } else if (d >= 0) {
      if (n === undefined) throw new Error(`${path}: ${statement} does not say what it imports`);
      // What is not in the bundle is left to node.
      replace(ss, se, isOwn ? `Promise.resolve().then(()=>__load(${quoted(partOf(n))}))` : `__import(${quoted(n)})`);
    } else {
      // Imports are done before all else, wherever they stand.
      head.push(...bindings(path, text.slice(ss + 'import'.length, s - 1), n, isOwn));
      if (isOwn) needed.push(partOf(n));
      replace(ss, text[se] === ';' ? se + 1 : se, '');
    }
  }
  body += text.slice(at);
  const { rest, exported } = withoutExports(body);
  return {
    body: `function(__load,require,__import,__file){"use strict";${head.join('')}${rest}\nreturn{${exported}}}`,
    needed,
  };
}

/** `clause` is what stands between `import` and the name of the module. */
function bindings(path, clause, name, isOwn) {
  const value = isOwn ? `__load(${quoted(partOf(name))})` : `require(${quoted(name)})`;
  const match = /^\s*(?:\*\s*as\s+([\w$]+)|([\w$]+)?\s*,?\s*(?:\{([^}]*)\})?)\s*(?:from\s*)?$/.exec(clause);
  if (!match) throw new Error(`${path}: import${clause} is not known here`);
  const [, all, usual, some] = match;
  if (all !== undefined) return [`var ${all}=${value};`];
  const found = [];
  // The usual export of a module of node is the module.
  if (usual !== undefined) found.push(isOwn ? `var{default:${usual}}=${value};` : `var ${usual}=${value};`);
  if (some !== undefined) found.push(`var{${pairs(some, ([outside, inside]) => `${outside}:${inside}`)}}=${value};`);
  return found.length > 0 ? found : [`${value};`];
}

const pairs = (list, print) =>
  list
    .split(',')
    .filter((one) => one.trim() !== '')
    .map((one) => {
      const [first, second = first] = one.trim().split(/\s+as\s+/);
      return print([first, second]);
    })
    .join(',');

/** esbuild writes one list of exports, last; of a package that is CommonJS, the one export that it has. */
function withoutExports(text) {
  const list = /export\s*\{([^}]*)\};?\s*$/.exec(text);
  if (list)
    return { rest: text.slice(0, list.index), exported: pairs(list[1], ([inside, outside]) => `${outside}:${inside}`) };
  const usual = /export default (require_\w+\(\));?\s*$/.exec(text);
  if (usual) return { rest: text.slice(0, usual.index), exported: `default:${usual[1]}` };
  // A text of the bundle may well speak of exports; what is left of a real one is no script, which its compiling finds.
  return { rest: text, exported: '' };
}

/** What is imported is copied, so it has to be complete by then. */
function refuseCircles(needs) {
  const done = new Set();
  const visit = (part, above) => {
    if (done.has(part)) return;
    if (above.includes(part)) throw new Error(`parts need each other: ${[...above, part].join(' > ')}`);
    for (const next of needs.get(part) ?? []) visit(next, [...above, part]);
    done.add(part);
  };
  for (const part of needs.keys()) visit(part, []);
}
