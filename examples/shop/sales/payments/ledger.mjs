/** The books: what is written stays, and nothing is written where it is read. */
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { serve } from '../../lib/http.mjs';

const books = '/books/entries';
const entries = () => (existsSync(books) ? readFileSync(books, 'utf8').split('\n').slice(0, -1) : []);

serve({
  'POST /entries': ({ body }) => {
    const entry = entries().length + 1;
    appendFileSync(books, `${JSON.stringify({ entry, ...body })}\n`);
    return { entry };
  },
});
serve({ 'GET /entries': () => entries().map((line) => JSON.parse(line)) }, 8081);
