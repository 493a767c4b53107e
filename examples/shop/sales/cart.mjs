/** Carts, with the prices of the moment. */
import { ask, serve } from '../lib/http.mjs';
import { openKv } from '../lib/kv.mjs';

const { KV, PRODUCTS } = process.env;
const kv = openKv(KV);
const itemsOf = async (cart) => (await kv.get(`cart ${cart}`)) ?? {};

async function shown(items) {
  const lines = await Promise.all(
    Object.entries(items).map(async ([id, count]) => {
      const { price } = await ask(PRODUCTS, `GET /products/${id}`);
      return { id, count, price };
    }),
  );
  return { lines, total: lines.reduce((sum, { count, price }) => sum + count * price, 0) };
}

serve({
  'GET /carts/:cart': async ({ cart }) => shown(await itemsOf(cart)),
  'POST /carts/:cart': async ({ cart, body: { id, count = 1 } }) => {
    const items = await itemsOf(cart);
    const more = { ...items, [id]: (items[id] ?? 0) + count };
    // Refuses what is not sold.
    const cartNow = await shown(more);
    await kv.set(`cart ${cart}`, more);
    return cartNow;
  },
  'DELETE /carts/:cart': async ({ cart }) => kv.set(`cart ${cart}`, {}),
});
