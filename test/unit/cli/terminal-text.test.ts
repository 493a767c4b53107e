import { describe, expect, it } from 'vitest';
import { onTerminal, withoutCommands } from '../../../src/cli/terminal-text.ts';

const shown = (...pieces: readonly string[]): string => pieces.map(withoutCommands()).join('');

describe('text on a terminal', () => {
  it('keeps colours, tabs and ends of lines, and nothing else that acts', () => {
    expect(onTerminal('\u001b[1;31mred\u001b[0m\ta\r\nb\n')).toBe('\u001b[1;31mred\u001b[0m\ta\r\nb\n');
    expect(onTerminal('a\rb\u001b[2Jc\u001b]0;x\u0007d\u202ee\u009b')).toBe('a·b·[2Jc·]0;x·d·e·');
  });
});

describe('the log of a job', () => {
  it.each([
    [['::stop-commands::x\n'], '·::stop-commands::x\n'],
    [['a\n  ::error::x'], 'a\n  ·::error::x'],
    [['a\r::error::x'], 'a\r·::error::x'],
    [['a\r\n\t::error::x'], 'a\r\n\t·::error::x'],
    [['a\n', '::error::x'], 'a\n·::error::x'],
    [['a\n ', ' ::error::x'], 'a\n  ·::error::x'],
    [['a\n:', ':error::x'], 'a\n:·:error::x'],
    [['a\n', ':', ':error::x'], 'a\n:·:error::x'],
    [[':', '', ':error::x'], ':·:error::x'],
    [['##[error]x'], '#·#[error]x'],
  ])('begins no line with a command: %j', (pieces, text) => {
    expect(shown(...pieces)).toBe(text);
  });

  it.each([
    [['a::b\nc ::d']],
    [['a', '::b']],
    [['a\n:b', ':c']],
    [[':', 'a', '::b']],
    [['a ', ' ::b']],
    [[':', ' ::b']],
  ])('is otherwise as it was: %j', (pieces) => {
    expect(shown(...pieces)).toBe(pieces.join(''));
  });
});
