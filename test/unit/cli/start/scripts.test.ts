import { chmodSync, chownSync, mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Script } from 'node:vm';
import { afterAll, describe, expect, it } from 'vitest';
import { createScripts, isAsTrusted } from '../../../../src/cli/start/scripts.ts';
import { createTempFolder } from '../../../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(temp.remove);
const require = createRequire(import.meta.url);
const importLater = (id: string): Promise<unknown> => import(id);

const script = (parts: Readonly<Record<string, string>>): string =>
  `({${Object.entries(parts)
    .map(([name, body]) => `${JSON.stringify(name)}:function(__load,require,__import,__file){${body}}`)
    .join(',\n')}})\n`;

function load(files: Readonly<Record<string, string>>, scriptOf: Readonly<Record<string, string>> = {}) {
  const folder = temp.lay(files);
  return { folder, load: createScripts({ folder, cache: undefined, scriptOf, require, importLater }) };
}

describe('scripts', () => {
  it('are loaded when one of their parts is asked for, and each part is executed once', () => {
    const count = 'globalThis.counted=(globalThis.counted??0)+1;';
    const { load: get } = load(
      {
        'one.cjs': script({ one: 'return{two:__load("two").value}' }),
        'pair.cjs': script({ two: `${count}return{value:2}` }),
      },
      { two: 'pair' },
    );
    try {
      expect(get('one')).toEqual({ two: 2 });
      expect(get('two')).toBe(get('two'));
      expect((globalThis as { counted?: number }).counted).toBe(1);
    } finally {
      delete (globalThis as { counted?: number }).counted;
    }
  });

  it('know where they are, and have the modules of node', () => {
    const { folder, load: get } = load({ 'a.cjs': script({ a: 'return{file:__file,sep:require("node:path").sep}' }) });
    expect(get('a')).toEqual({ file: `${folder}/a.cjs`, sep: '/' });
  });

  it('may import what is left to node', async () => {
    const { load: get } = load({ 'a.cjs': script({ a: 'return{later:()=>__import("node:os")}' }) });
    const { later } = get('a') as { readonly later: () => Promise<object> };
    expect(await later()).toHaveProperty('homedir');
  });

  it('stand in a stack with their file, line and column', () => {
    const { load: get } = load(
      {
        'a.cjs': script({ first: 'return{}', a: 'function named(){throw new Error("here")}return{named}' }),
      },
      { first: 'a' },
    );
    const { named } = get('a') as { readonly named: () => void };
    const line = `"a":function(__load,require,__import,__file){function named(){throw new Error`;
    const stack = `named (headgate/scripts/a.cjs:2:${line.indexOf('new Error') + 1})`;
    expect(named).toThrow(expect.objectContaining({ message: 'here', stack: expect.stringContaining(stack) }));
  });
});

/** V8 looks at no more of a text than its length, so code that was made of another text shows where it is taken. */
const own = script({ a: 'return{from:"text"}' });
const other = script({ a: 'return{from:"code"}' });

function withCode(change: (file: string, code: Buffer) => void = () => {}): unknown {
  const folder = temp.lay({ 'a.cjs': own });
  const cache = join(folder, 'code');
  mkdirSync(cache);
  const compiled = new Script(other, { filename: 'elsewhere.cjs' });
  // V8 compiles a function when it is first called, from the text that it was given then.
  compiled.runInThisContext()['a']();
  const code = compiled.createCachedData();
  const file = join(cache, 'a.bin');
  writeFileSync(file, Buffer.concat([code, code]), { mode: 0o644 });
  change(file, code);
  return createScripts({ folder, cache, scriptOf: {}, require, importLater })('a')['from'];
}

describe('code that was compiled before', () => {
  it('is taken', () => {
    expect(withCode()).toBe('code');
  });

  it.each([0, 1, 3, 12, 40, 200])('is not, with another byte at %d of its first or second half', (at) => {
    for (const second of [false, true])
      expect(
        withCode((file, code) => {
          const bytes = readFileSync(file);
          const place = at + (second ? code.length : 0);
          bytes.writeUInt8((bytes[place] as number) ^ 0x10, place);
          writeFileSync(file, bytes);
        }),
      ).toBe('text');
  });

  it.each([
    ['empty', 0],
    ['cut off in its first half', 0.3],
    ['half there', 0.5],
    ['cut off in its second half', 0.9],
  ])('is not when it is %s', (_, part) => {
    const cut = (file: string, code: Buffer): void => truncateSync(file, Math.floor(code.length * 2 * part));
    expect(withCode(cut)).toBe('text');
  });

  it('is not when it is all zeros, as after a power failure', () => {
    expect(withCode((file, code) => writeFileSync(file, Buffer.alloc(code.length * 2)))).toBe('text');
  });

  it('is not when V8 refuses it', () => {
    const refused = (file: string, code: Buffer): void => {
      const changed = Buffer.from(code);
      // The hash of the version of V8.
      changed.writeUInt32LE(changed.readUInt32LE(4) ^ 1, 4);
      writeFileSync(file, Buffer.concat([changed, changed]));
    };
    expect(withCode(refused)).toBe('text');
  });

  it.each([0o664, 0o646, 0o666])('is not when others than the owner of the script may write it: %o', (mode) => {
    expect(withCode((file) => chmodSync(file, mode))).toBe('text');
  });

  it('is not when it belongs to another user', () => {
    const given = (file: string): void => chownSync(file, 65_534, 65_534);
    if (process.getuid?.() === 0) expect(withCode(given)).toBe('text');
    expect(isAsTrusted({ uid: 1000, mode: 0o100644 }, { uid: 0, mode: 0o100644 })).toBe(false);
    expect(isAsTrusted({ uid: 0, mode: 0o100644 }, { uid: 1000, mode: 0o100644 })).toBe(false);
    expect(isAsTrusted({ uid: 1000, mode: 0o100600 }, { uid: 1000, mode: 0o100644 })).toBe(true);
  });

  it('is when others may write it who may write the script too', () => {
    expect(isAsTrusted({ uid: 0, mode: 0o100664 }, { uid: 0, mode: 0o100664 })).toBe(true);
    expect(isAsTrusted({ uid: 0, mode: 0o100666 }, { uid: 0, mode: 0o100664 })).toBe(false);
  });

  it('is not when there is a folder in its place', () => {
    const folder = temp.lay({ 'a.cjs': own, 'code/a.bin/x': '' });
    const get = createScripts({ folder, cache: join(folder, 'code'), scriptOf: {}, require, importLater });
    expect(get('a')).toEqual({ from: 'text' });
  });
});
