/** Asks the bank for money, and writes into the books what it said. */
import { ask, Refused, serve } from '../../lib/http.mjs';

const { BANK, LEDGER } = process.env;

serve({
  'POST /payments': async ({ body: { card, amount } }) => {
    const { approved } = await ask(BANK, 'POST /charges', { card, amount });
    const { entry } = await ask(LEDGER, 'POST /entries', { amount, approved });
    if (!approved) throw new Refused(402, 'the bank does not take this card');
    return { payment: entry };
  },
});
