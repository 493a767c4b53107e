import { describe, expect, it } from 'vitest';
import { colours } from '../../../src/cli/colours.ts';

const { bold, red, blue } = colours;

describe('colours', () => {
  it('end where their text ends', () => {
    expect(red('a')).toBe('\u001b[31ma\u001b[39m');
    expect(bold('a')).toBe('\u001b[1ma\u001b[22m');
    expect(bold(red('a'))).toBe('\u001b[1m\u001b[31ma\u001b[39m\u001b[22m');
  });

  it('go on after a text of another colour', () => {
    expect(red(`a${blue('b')}c`)).toBe('\u001b[31ma\u001b[34mb\u001b[31mc\u001b[39m');
    expect(bold(`a${bold('b')}c`)).toBe('\u001b[1ma\u001b[1mb\u001b[22m\u001b[1mc\u001b[22m');
  });
});
