import { describe, expect, it } from 'vitest';
import { define } from '../../../src/diagnostics/define.ts';

const made = define<{ name: string }>('parse/made', {
  severity: 'error',
  title: 'made',
  message: ({ name }) => `\`${name}\` is wrong, \`short\` is not`,
  help: ({ name }) => `remove \`${name}\``,
});

describe('what a diagnostic says', () => {
  it('is told in full', () => {
    const name = 'x'.repeat(900);
    expect(made({ name }, {})).toMatchObject({
      message: `\`${name}\` is wrong, \`short\` is not`,
      help: `remove \`${name}\``,
    });
  });

  it('is cut where a name is too long to be read', () => {
    const at = { file: 'a', range: { start: 0, end: 0 } };
    const name = 'x'.repeat(1_000_000);
    const cut = `\`${'x'.repeat(999)}…\``;
    const place = { label: `\`${name}\``, related: [{ message: `\`${name}\``, at }] };
    expect(made({ name }, place)).toMatchObject({
      message: `${cut} is wrong, \`short\` is not`,
      help: `remove ${cut}`,
      label: cut,
      related: [{ message: cut, at }],
    });
  });

  it('is cut as a whole, and never in the middle of a character', () => {
    const { message } = made({ name: '`🦊'.repeat(50_000) }, {});
    expect(message.length).toBeLessThanOrEqual(10_001);
    expect(made({ name: `a${'🦊'.repeat(5000)}` }, {}).message).not.toMatch(/\p{Cs}/u);
    expect(made({ name: `ab${'🦊'.repeat(5000)}` }, {}).message).not.toMatch(/\p{Cs}/u);
  });
});
