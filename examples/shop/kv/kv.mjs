/** Keys and values: a command a line, an answer a line, and every change in a log that is read when it starts. */
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';

const log = '/data/log';
const lines = existsSync(log) ? readFileSync(log, 'utf8').split('\n').slice(0, -1) : [];
const values = new Map(lines.map((line) => JSON.parse(line)));

function set(key, value) {
  appendFileSync(log, `${JSON.stringify([key, value])}\n`);
  values.set(key, value);
  return value;
}
const commands = {
  get: (key) => values.get(key) ?? null,
  set,
  add: (key, by, start) => {
    const sum = (values.get(key) ?? start) + by;
    return sum < 0 ? null : set(key, sum);
  },
};

const server = createServer((socket) => {
  socket.on('error', () => socket.destroy());
  createInterface({ input: socket }).on('line', (line) => {
    const [name, ...rest] = JSON.parse(line);
    socket.write(`${JSON.stringify(commands[name](...rest))}\n`);
  });
});
server.listen(7000);
process.once('SIGTERM', () => process.exit(0));
