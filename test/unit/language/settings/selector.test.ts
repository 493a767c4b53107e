import { describe, expect, it } from 'vitest';
import { createSink } from '../../../../src/diagnostics/sink.ts';
import type { PlanWorker } from '../../../../src/ir/plan-profile-schema.ts';
import { readSettings } from '../../../../src/language/settings/index.ts';
import { mostSelectorBytes } from '../../../../src/language/settings/selector.ts';
import { loadSyntax } from '../../../../src/language/syntax/parse.ts';

await loadSyntax('yaml');

/** As the plan has it, or what is said against it. */
function workerOf(worker: object): PlanWorker | undefined | readonly string[] {
  const sink = createSink();
  const text = JSON.stringify({ profiles: { default: { worker } } });
  const settings = readSettings({ file: 'headgate.yaml', text }, sink);
  return settings ? settings.running.profiles?.['default']?.worker : sink.diagnostics.map(({ message }) => message);
}

describe('000-7,15 names of workers', () => {
  it.each([
    [
      { agent: ' w1 ', preferred: ['w2'], allowed: ['w3', 'w4'] },
      { agent: 'w1', chosenBy: 'agent' },
    ],
    [
      { preferred: ['w2', 'w1'], allowed: ['w3', 'w4'] },
      { agent: 'w2', chosenBy: 'preferred' },
    ],
    [{ allowed: ['w3', ' w3 '] }, { agent: 'w3', chosenBy: 'allowed' }],
    [{ preferred: [], allowed: [], provider: 'p' }, { provider: 'p' }],
    [{ capabilities: ['b', ' a', 'b '] }, { capabilities: ['a', 'b'] }],
  ])('%j', (written, chosen) => {
    expect(workerOf(written)).toEqual(chosen);
  });

  it('have 128 bytes, and not one more', () => {
    const name = 'ä'.repeat(mostSelectorBytes / 2);
    expect(workerOf({ agent: ` ${name} ` })).toEqual({ agent: name, chosenBy: 'agent' });
    expect(workerOf({ agent: `${name}x` })).toEqual(['`profiles.default.worker.agent`: the name has 129 bytes']);
  });

  it.each(['a\tb', 'a\nb', 'a\rb', 'a\n'])('have no tab and no line end: %j', (model) => {
    expect(workerOf({ model })).toEqual(['`profiles.default.worker.model`: the name has a tab or a line end']);
  });

  it('of whom nothing says which works are all named', () => {
    expect(workerOf({ allowed: ['w1', 'w2', 'w1'] })).toEqual([
      '`profiles.default.worker.allowed`: nothing says which of `w1`, `w2` works',
    ]);
  });

  it('guidance has 8192 bytes, and not one more', () => {
    const read = (bytes: number): boolean => {
      const text = JSON.stringify({ profiles: { default: { guidance: 'x'.repeat(bytes) } } });
      return readSettings({ file: 'headgate.yaml', text }, createSink()) !== undefined;
    };
    expect([read(8192), read(8193)]).toEqual([true, false]);
  });
});
