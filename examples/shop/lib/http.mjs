/** JSON over HTTP, asked and answered: all that the parts of the shop have in common. */
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';

/** What a caller is told, with its status. */
export class Refused extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

export const html = (page) => ({ page });

/** `routes` leads from `GET /carts/:cart` to what answers it, which is given `cart`, `query` and `body`. */
export function serve(routes, port = 8080) {
  const table = Object.entries(routes).map(([route, answer]) => {
    const [method, path] = route.split(' ');
    return { method, pattern: new RegExp(`^${path.replaceAll(/:(\w+)/g, '(?<$1>[^/]+)')}$`), answer };
  });
  const server = createServer(async (request, response) => {
    const say = (status, type, body) => response.writeHead(status, { 'content-type': type }).end(`${body}\n`);
    try {
      const { pathname, searchParams } = new URL(request.url, 'http://shop');
      const found = table.find(({ method, pattern }) => method === request.method && pattern.test(pathname));
      if (!found) throw new Refused(404, 'there is nothing here');
      const said = await text(request);
      const body = said === '' ? undefined : JSON.parse(said);
      const value = await found.answer({ ...found.pattern.exec(pathname).groups, query: searchParams, body });
      if (value?.page) say(200, 'text/html', value.page);
      else say(200, 'application/json', JSON.stringify(value));
    } catch (error) {
      const status = error instanceof SyntaxError ? 400 : (error.status ?? 502);
      say(status, 'application/json', JSON.stringify({ error: error.message }));
    }
  });
  // On all addresses: who asks comes from another one.
  server.listen(port);
  process.once('SIGTERM', () => process.exit(0));
}

/** `what` is a method and a path. What refuses is passed on with its status. */
export async function ask(url, what, body, headers = {}) {
  const [method, path] = what.split(' ');
  const answer = await fetch(new URL(path, url), {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const said = await answer.text();
  if (answer.ok) return JSON.parse(said);
  let reason = said.trim();
  try {
    reason = JSON.parse(said).error;
  } catch {}
  throw new Refused(answer.status, reason);
}
