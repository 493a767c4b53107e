import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { messageIn, onMessages } from '../../../../src/adapters/sandbox/agent-messages.ts';

const good = [
  { type: 'hello' },
  { type: 'waiting', looked: '2 /etc' },
  { type: 'started' },
  { type: 'ready' },
  { type: 'listening', missing: [80], others: [] },
  { type: 'failed', code: 'ENOENT', message: '' },
  { type: 'exited', code: 0, signal: null },
  { type: 'exited', code: null, signal: 'SIGKILL' },
];

describe('what an agent tells', () => {
  it.each(good)('is a message: %j', (message) => {
    expect(messageIn(JSON.stringify(message))).toEqual(message);
  });

  it.each([
    ...['', 'ready', 'null', '[]', '"ready"', '{}', '{"type":"over"}', '{"type":"toString"}', '{"type":"__proto__"}'],
    ...['{"type":["ready"]}', '{"type":"ready","more":1}', '{"type":"waiting"}', '{"type":"waiting","looked":2}'],
    ...[
      '{"type":"exited","code":0}',
      '{"type":"exited","code":"0","signal":null}',
      '{"type":"exited","code":0.5,"signal":null}',
    ],
    ...['{"type":"exited","code":-1,"signal":null}', '{"type":"exited","code":256,"signal":null}'],
    ...['{"type":"exited","code":0,"signal":"SIGKILL"}', '{"type":"exited","code":null,"signal":null}'],
    ...['{"type":"exited","code":null,"signal":"\\u001b[2J"}', '{"type":"exited","code":null,"signal":{}}'],
    ...['{"type":"listening","missing":[],"others":[70000]}', '{"type":"listening","missing":"80","others":[]}'],
    ...['{"type":"listening","missing":[1,2,3,4,5,6,7,8,9],"others":[]}'],
    ...['{"type":"failed","code":"\\u001b","message":""}', '{"type":"failed","code":"ENOENT","message":{}}'],
    JSON.stringify({ type: 'waiting', looked: 'x'.repeat(5_000) }),
  ])('is none: %s', (line) => {
    expect(messageIn(line)).toBeUndefined();
  });

  const hear = async (...chunks: readonly string[]): Promise<readonly unknown[]> => {
    const control = new PassThrough();
    const heard: unknown[] = [];
    onMessages(
      control,
      ({ type }) => heard.push(type),
      () => heard.push('broken'),
    );
    for (const chunk of chunks) control.write(chunk);
    control.end();
    await new Promise((done) => control.on('end', done));
    return heard;
  };

  it('is heard in pieces, and without what is not understood', async () => {
    expect(await hear('{"type":"hel', 'lo"}\n\nready\n{"type":"ready"}\n{"type":"started"}')).toEqual([
      'hello',
      'ready',
    ]);
  });

  it('is not the end of a line that is too long', async () => {
    const long = 'x'.repeat(50_000);
    expect(await hear(long, long, `${long}\n{"type":"ready"}\n`)).toEqual(['ready']);
    expect(await hear(long, long, '{"type":"ready"}\n{"type":"started"}\n')).toEqual(['started']);
  });

  it('ends the sandbox when it goes on making no sense, and counts no more', async () => {
    expect(await hear('{"type":"hello"}\n', '{"type":"exit"}\n'.repeat(40), '{"type":"ready"}\n')).toEqual([
      'hello',
      'broken',
    ]);
  });
});
