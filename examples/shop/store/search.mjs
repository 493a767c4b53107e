/** Finds products by a part of their name. */
import { ask, serve } from '../lib/http.mjs';

const { PRODUCTS } = process.env;
serve({
  'GET /search': async ({ query }) => {
    const words = (query.get('q') ?? '').toLowerCase();
    const products = await ask(PRODUCTS, 'GET /products');
    return products.filter(({ name }) => name.toLowerCase().includes(words)).map(({ id }) => id);
  },
});
