/** A reference to a secret stands for a value of any type, wherever it stands in config. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isObject, type JsonObject, type JsonValue } from '../../src/base/json.ts';
import { composeJsonConfig, rootSpace } from '../../src/language/config/compose.ts';
import { readRootConfig } from '../../src/language/config/root-config.ts';
import { withSecrets } from '../../src/language/config/secret-values.ts';
import { isBounded } from '../../src/language/schema/expand.ts';
import { validateValue } from '../../src/language/schema/validate.ts';
import { referenceFault } from '../../src/language/secrets/check-reference.ts';
import { hideSecrets } from '../../src/language/secrets/hide.ts';
import { parseReference } from '../../src/language/secrets/reference.ts';
import { referencesIn } from '../../src/language/secrets/references-in.ts';
import { configSchema, configValue } from '../support/random-schema.ts';

const reference = 'secret://local/some/key@3#field';

/** The value with references in the place of some parts, as the numbers say. */
function withReferences(value: JsonValue, next: () => number, top = true): JsonValue {
  if (!top && next() % 3 === 0) return reference;
  if (Array.isArray(value)) return (value as readonly JsonValue[]).map((item) => withReferences(item, next, false));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withReferences(item, next, false)]));
}

const config = fc
  .tuple(configValue, fc.array(fc.nat(), { minLength: 1, maxLength: 20 }))
  .map(([value, numbers]) => {
    let i = 0;
    return withReferences(value, () => numbers[i++ % numbers.length] as number) as JsonObject;
  })
  .filter((value) => referencesIn(value).length > 0);

const startsWith = (pointer: readonly unknown[], place: readonly unknown[]): boolean =>
  place.every((step, i) => pointer[i] === step);

describe('a reference in config', () => {
  test('never is a fault of its schema where it stands', () => {
    let seen = 0;
    fc.assert(
      fc.property(configSchema, config, (schema, value) => {
        fc.pre(isBounded(schema));
        const places = referencesIn(value).map(({ pointer }) => pointer);
        seen += places.length;
        // That there is no such key is a fault of the object around it.
        const faults = validateValue(schema, value).filter(({ keyword }) => keyword !== 'additionalProperties');
        for (const { pointer, message } of faults)
          expect(
            places.filter((place) => startsWith(pointer, place)),
            message,
          ).toEqual([]);
      }),
      { numRuns: 1000 },
    );
    expect(seen).toBeGreaterThan(500);
  });

  test('is composed as it is written, and makes no fault of its own', () => {
    fc.assert(
      fc.property(configSchema, config, (schema, value) => {
        fc.pre(isBounded(schema));
        const places = referencesIn(value).map(({ pointer }) => pointer);
        const { value: composed, problems } = composeJsonConfig({ authored: value, parent: rootSpace(null), schema });
        for (const { kind, pointer = [], message } of problems)
          if (kind === 'schema' && !message.includes('unknown key') && !message.includes('no key is allowed'))
            expect(
              places.filter((place) => place.length <= pointer.length && startsWith(pointer, place)),
              message,
            ).toEqual([]);
        if (composed.kind === 'literal')
          expect(referencesIn(composed.value).map(({ text }) => text)).toEqual(
            expect.arrayContaining(places.map(() => reference)),
          );
      }),
    );
  });

  test('is read as the root config gives it', () => {
    fc.assert(
      fc.property(
        configSchema,
        fc.dictionary(fc.constantFrom('a', 'b', 'c_d', 'e1'), fc.constant(reference)),
        (schema, file) => {
          fc.pre(isBounded(schema));
          const { problems, config: read } = readRootConfig({ schema, needed: [''], env: {}, file });
          const declared = Object.keys((schema['properties'] ?? {}) as JsonObject).filter((key) => key in file);
          for (const key of declared) {
            expect(problems.filter(({ path }) => path === key || path.startsWith(`${key}.`))).toEqual([]);
            expect(read[key]).toBe(reference);
          }
        },
      ),
    );
  });

  test('gives way to its value and to nothing else', () => {
    fc.assert(
      fc.property(configSchema, config, fc.string(), (schema, value, text) => {
        fc.pre(isBounded(schema));
        const { config: filled, places } = withSecrets(schema, value, new Map([[reference, text]]));
        expect(places).toEqual(referencesIn(value).map(({ pointer }) => pointer));
        const { config: same } = withSecrets(schema, value, new Map([['secret://local/other', text]]));
        expect(same).toEqual(value);
        expect(JSON.stringify(filled)).not.toContain(reference);
      }),
    );
  });
});

describe('a text that is to be a reference', () => {
  test('is read or refused, and what is said of it does not quote it', () => {
    const odd = fc.string({
      minLength: 8,
      maxLength: 40,
      unit: fc.constantFrom('q', 'Z', '7', '/', '@', '#', '.', ' ', '-', 'é'),
    });
    fc.assert(
      fc.property(odd, (rest) => {
        const text = `secret://${rest}`;
        const fault = referenceFault(text, []);
        expect(fault).toBeDefined();
        if (fault?.kind === 'invalid') {
          expect(fault.reason).not.toContain(rest);
          for (const part of rest.split(/[/@#. ]/)) if (part.length > 4) expect(fault.reason).not.toContain(part);
        } else expect(parseReference(text)).toMatchObject({ vault: fault?.vault });
      }),
      { numRuns: 2000 },
    );
  });
});

describe('a text that is shown', () => {
  test('has no secret in it, however it is written and wherever it is cut', () => {
    const secret = fc
      .string({ minLength: 8, maxLength: 30, unit: 'grapheme' })
      .filter((text) => !'[secret]'.includes(text) && !/\p{Cs}/u.test(text));
    const around = fc.string({ maxLength: 10, unit: fc.constantFrom(' ', '\n', 'é', '.') });
    const forms: readonly ((text: string, before: string) => string)[] = [
      (text) => text,
      (text) => JSON.stringify(text),
      (text) => encodeURIComponent(text),
      (text) => Buffer.from(text).toString('hex'),
      (text, before) => Buffer.from(`${before}${text}`).toString('base64'),
      (text, before) => Buffer.from(`${before}${text}`).toString('base64url'),
    ];
    fc.assert(
      fc.property(
        secret,
        around,
        around,
        fc.nat(forms.length - 1),
        fc.constantFrom('', 'u', 'us', 'use'),
        (text, a, b, form, before) => {
          const written = (forms[form] as (typeof forms)[number])(text, before);
          const shown = hideSecrets(`${a}${written}${b}`, [text]);
          expect(shown).not.toContain(text);
          const bytes = Buffer.from(text);
          const whole = Buffer.concat([Buffer.from(before), bytes]).toString('base64');
          const inner = whole.slice(
            Math.ceil((before.length * 8) / 6),
            Math.floor(((before.length + bytes.length) * 8) / 6),
          );
          for (const part of [JSON.stringify(text).slice(1, -1), bytes.toString('hex'), inner])
            expect(shown).not.toContain(part);
          const half = written.slice(0, Math.max(4, written.length >> 1));
          if (form === 0 && text.length >= 8 && !half.includes('['))
            expect(hideSecrets(`${a}${half}`, [text]).endsWith(half)).toBe(false);
        },
      ),
      { numRuns: 500 },
    );
  });
});
