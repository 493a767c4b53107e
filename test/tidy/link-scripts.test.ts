/** The scripts that a build makes of modules do what the modules did. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { linkScripts } from '../../scripts/link-scripts.mjs';
import { createScripts } from '../../src/cli/start/scripts.ts';
import { createTempFolder } from '../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(temp.remove);
const require = createRequire(import.meta.url);
const importLater = (id: string): Promise<unknown> => import(id);

async function linked(
  modules: Readonly<Record<string, string>>,
  scripts: Readonly<Record<string, readonly string[]>> = {},
) {
  const paths = new Map(Object.entries(modules).map(([name, text]) => [`out/${name}.js`, text]));
  const { texts, scriptOf } = await linkScripts(paths, scripts);
  const folder = join(temp.lay({}), 'scripts');
  mkdirSync(folder);
  for (const [name, text] of texts) writeFileSync(join(folder, `${name}.cjs`), text);
  return { texts, load: createScripts({ folder, cache: undefined, scriptOf, require, importLater }) };
}

describe('linked scripts', () => {
  it('import and export by any names', async () => {
    const { load } = await linked({
      a: 'import{one,b as two}from"./b.js";import rest from"./c.js";import*as all from"./b.js";var x=[one,two,rest,all.b];export{x,x as y,x as default};',
      b: 'var one=1,b=2;export{one,b};',
      c: 'var d=3;export{d as default};',
    });
    const x = [1, 2, 3, 2];
    expect(load('a')).toEqual({ x, y: x, default: x });
  });

  it('import modules of node whole, by name, and both', async () => {
    const { load } = await linked({
      a: 'import path,{sep}from"node:path";import*as os from"node:os";import{join as j}from"path";export{path as p,sep,os,j};',
    });
    const path = require('node:path');
    expect(load('a')).toEqual({ p: path, sep: path.sep, os: require('node:os'), j: path.join });
  });

  it('import before they do anything else, wherever the import stands', async () => {
    const { load } = await linked({
      a: 'var seen=sep;import{sep}from"node:path";import"./b.js";var b=globalThis.linkedFirst;export{seen,b};',
      b: 'globalThis.linkedFirst=true;',
    });
    try {
      expect(load('a')).toEqual({ seen: '/', b: true });
    } finally {
      delete (globalThis as { linkedFirst?: boolean }).linkedFirst;
    }
  });

  it('load what is imported later, later, and leave to node what is not theirs', async () => {
    const { load } = await linked({
      a: 'var later=()=>import("./b.js"),os=()=>import("node:os");export{later,os};',
      b: 'globalThis.linkedLater=true;var b=1;export{b};',
    });
    const { later, os } = load('a') as { readonly later: () => Promise<object>; readonly os: () => Promise<object> };
    expect(globalThis).not.toHaveProperty('linkedLater');
    try {
      expect(await later()).toEqual({ b: 1 });
    } finally {
      delete (globalThis as { linkedLater?: boolean }).linkedLater;
    }
    expect(await os()).toHaveProperty('homedir');
  });

  it('are strict, know their URL, and take no text for an import', async () => {
    const text = 'import { a } from "./nowhere.js"; export { a };';
    const { load } = await linked({
      a: `var self=function(){return this}(),url=import.meta.url,text=${JSON.stringify(text)};export{self,url,text};`,
    });
    expect(load('a')).toEqual({ self: undefined, url: expect.stringMatching(/^file:\/\/.*\/a\.cjs$/), text });
  });

  it('are ASCII, and mean the same', async () => {
    const { texts, load } = await linked({ a: 'var is=text=>/^…😀$/u.test(text);export{is};' });
    expect(texts.get('a')).toMatch(/^[ -~\n]*$/);
    expect((load('a')['is'] as (text: string) => boolean)('…😀')).toBe(true);
  });

  it('lie together where that is wanted', async () => {
    const modules = { a: 'import{b}from"./b.js";export{b};', b: 'var b=1;export{b};', c: 'var c=2;export{c};' };
    const { texts, load } = await linked(modules, { both: ['out/a.js', 'out/b.js'] });
    expect([...texts.keys()]).toEqual(['both', 'c']);
    expect([load('a'), load('c')]).toEqual([{ b: 1 }, { c: 2 }]);
  });

  it('are of what esbuild makes of a package that is CommonJS', async () => {
    const { load } = await linked({ a: 'var require_x=()=>({x:1});export default require_x();' });
    expect(load('a')).toEqual({ default: { x: 1 } });
  });

  it.each([
    ['need each other', { a: 'import{b}from"./b.js";export{b as a};', b: 'import{a}from"./a.js";export{a as b};' }],
    ['has a name that is taken here', { a: 'var __load=1;export{__load};' }],
    ['only the URL of import.meta is known', { a: 'var x=import.meta.dirname;export{x};' }],
    ['does not say what it imports', { a: 'var x=name=>import(name);export{x};' }],
  ])('are not made where modules %s', async (fault, modules) => {
    await expect(linked(modules)).rejects.toThrow(fault);
  });
});
