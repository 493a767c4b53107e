/** How many are left of each product. */
import { Refused, serve } from '../lib/http.mjs';
import { openKv } from '../lib/kv.mjs';

const kv = openKv(process.env.KV);
const atFirst = 5;

serve({
  'GET /stock/:id': async ({ id }) => ({ left: await kv.add(`stock ${id}`, 0, atFirst) }),
  'POST /stock/:id': async ({ id, body }) => {
    const left = await kv.add(`stock ${id}`, -body.take, atFirst);
    if (left === null) throw new Refused(409, `there are not ${body.take} of ${id} left`);
    return { left };
  },
});
