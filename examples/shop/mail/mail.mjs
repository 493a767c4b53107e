/** Letters that would be sent. */
import { serve } from '../lib/http.mjs';

const letters = [];
serve({
  'GET /letters': () => letters,
  'POST /letters': ({ body }) => ({ letter: letters.push(body) }),
});
