import type { TextRule } from './shape.ts';

/** What may be reached outside. */
export const targetRule: TextRule = {
  pattern: /^(\[[0-9A-Fa-f:.]+\]|[^\s:/]+):(\d{1,5}|\*)$/,
  what: '`host:port`',
  help: 'write a name and a port, such as `api.example.com:443`',
};
