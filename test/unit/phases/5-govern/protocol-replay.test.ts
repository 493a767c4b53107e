import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../../../../src/base/json.ts';
import { protocolVersion } from '../../../../src/ir/protocol.ts';
import { definePolicy, type PolicyRequest } from '../../../../src/policy/sdk/index.ts';
import { compileSchema } from '../../../support/answer-agreement.ts';
import { type ProtocolCase, play } from '../../../support/protocol-case.ts';

const root = 'test/fixtures/policy-protocol';
const cases = readdirSync(root)
  .filter((version) => /^v\d+$/.test(version))
  .flatMap((version) => readdirSync(`${root}/${version}`).map((name) => `${version}/${name}`));
const read = (path: string): ProtocolCase => JSON.parse(readFileSync(`${root}/${path}`, 'utf8')) as ProtocolCase;
const schema = (name: string): JsonValue =>
  JSON.parse(readFileSync(`schemas/${name}.schema.json`, 'utf8')) as JsonValue;

/** Of the released versions of the protocol. Nothing here is ever changed or taken away. */
const [question, answer] = [compileSchema(schema('policy-request')), compileSchema(schema('policy-answer'))];

describe('recorded exchanges', () => {
  it('are there for the version that is spoken', () => {
    expect(cases.filter((path) => path.startsWith(`v${protocolVersion}/`)).length).toBeGreaterThanOrEqual(14);
    expect(cases.map((path) => [path.split('/')[0], `v${read(path).protocol}`]).filter(([a, b]) => a !== b)).toEqual(
      [],
    );
  });

  it.each(cases)('%s: the same question, byte for byte, and the same made of the answer', async (path) => {
    const { exchanges, result, ...input } = read(path);
    const played = await play(input, (_ask, index) => exchanges[index]?.answer ?? '');
    expect(played.asked).toEqual(exchanges.map(({ headers, request }) => ({ headers, request })));
    expect(played.result).toEqual(result);
  });

  it.each(cases)('%s: as the published schemas and the SDK see it', (path) => {
    const { exchanges, result } = read(path);
    for (const exchange of exchanges) {
      expect(question(JSON.parse(exchange.request)), JSON.stringify(question.errors)).toBe(true);
      const { scope } = JSON.parse(exchange.request) as PolicyRequest;
      let edges = 0;
      definePolicy({
        name: 'counts',
        decide: (seen) => {
          edges = seen.edges.length;
        },
      }).answer(exchange.request);
      expect(edges).toBe(scope.bindings.length + scope.imports.length + scope.exports.length);
      const isShaped = !result.said.some((one) => /answer-(shape|not-json)$/.test(one));
      if (isShaped) expect(answer(JSON.parse(exchange.answer)), JSON.stringify(answer.errors)).toBe(true);
    }
  });
});
