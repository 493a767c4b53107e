import { createServer } from 'node:net';
import { expect, it } from 'vitest';
import { freePorts, takenPorts } from '../../../../../src/runtime/deploy/compose/ports.ts';

const listening = (): Promise<{ readonly port: number; readonly close: () => void }> =>
  new Promise((done) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      done({ port: typeof address === 'object' && address ? address.port : 0, close: () => server.close() });
    });
  });

it('a port that somebody has is told, with the export that wants it', async () => {
  const other = await listening();
  const blocked = await takenPorts({ site: other.port });
  other.close();
  expect(blocked).toEqual([
    {
      gate: 'port_taken',
      subject: 'exports.site',
      reasons: [`port ${other.port} of 127.0.0.1 is in use`],
      remedy: 'give another one with --export site=PORT, or none for any that is free',
    },
  ]);
});

it('one port for two exports is told, and free ones are not, and stay free', async () => {
  const { a = 0, b = 0 } = await freePorts(['a', 'b'], {});
  expect(await takenPorts({ one: a, two: a, three: b })).toMatchObject([
    { gate: 'port_taken', subject: 'exports.two' },
  ]);
  expect(await takenPorts({ one: a, two: b })).toEqual([]);
});
