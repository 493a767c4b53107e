/** What is sold, for how much. */
import { ask, Refused, serve } from '../lib/http.mjs';

const { STOCK } = process.env;
const products = [
  { id: 'lamp', name: 'Lamp', price: 40 },
  { id: 'kettle', name: 'Kettle', price: 25 },
  { id: 'clock', name: 'Clock that is <late>', price: 15 },
];
const withStock = async (product) => ({ ...product, ...(await ask(STOCK, `GET /stock/${product.id}`)) });

serve({
  'GET /products': () => Promise.all(products.map(withStock)),
  'GET /products/:id': ({ id }) => {
    const product = products.find((one) => one.id === id);
    if (!product) throw new Refused(404, `there is no ${id}`);
    return withStock(product);
  },
});
