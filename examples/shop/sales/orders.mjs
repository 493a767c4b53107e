/** Keeps orders, and writes to who ordered. */
import { ask, serve } from '../lib/http.mjs';
import { openKv } from '../lib/kv.mjs';

const { KV, MAIL } = process.env;
const kv = openKv(KV);

serve({
  'POST /orders': async ({ body: { to, lines, total, paid } }) => {
    const number = await kv.add('orders', 1);
    await kv.set(`order ${number}`, { to, lines, total, paid });
    await ask(MAIL, 'POST /letters', { to, text: `order ${number}: ${total}, paid ${paid}` });
    return { order: number, total };
  },
});
