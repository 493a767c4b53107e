/** The page of the shop, and what it asks: the only part of the shop that a customer sees. */
import { ask, html, serve } from '../lib/http.mjs';

const { TITLE, PRODUCTS, SEARCH, CARTS, CHECKOUT } = process.env;

const escape = (text) => String(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;');
const row = ({ name, price, left }) => `<tr><td>${escape(name)}</td><td>${price}</td><td>${left} left</td></tr>`;

serve({
  'GET /': async () => {
    const rows = (await ask(PRODUCTS, 'GET /products')).map(row).join('');
    return html(`<!doctype html><title>${escape(TITLE)}</title><h1>${escape(TITLE)}</h1><table>${rows}</table>`);
  },
  'GET /products': () => ask(PRODUCTS, 'GET /products'),
  'GET /search': ({ query }) => ask(SEARCH, `GET /search?${query}`),
  'GET /carts/:cart': ({ cart }) => ask(CARTS, `GET /carts/${cart}`),
  'POST /carts/:cart': ({ cart, body }) => ask(CARTS, `POST /carts/${cart}`, body),
  'POST /checkout': ({ body }) => ask(CHECKOUT, 'POST /checkout', body),
});
