/** Asks the store of keys and values, over TCP: a line of JSON each way. */
import { createConnection } from 'node:net';
import { createInterface } from 'node:readline';

export function openKv(url) {
  const { hostname: host, port } = new URL(url);
  const send = async (...command) => {
    const socket = createConnection({ host, port });
    try {
      socket.write(`${JSON.stringify(command)}\n`);
      for await (const line of createInterface({ input: socket })) return JSON.parse(line);
      throw new Error('the store of keys and values gave no answer');
    } finally {
      socket.destroy();
    }
  };
  return {
    get: (key) => send('get', key),
    set: (key, value) => send('set', key, value),
    /** Adds to a number, which is `start` unless set; null where it would fall below 0. */
    add: (key, by, start = 0) => send('add', key, by, start),
  };
}
