/** A bank that takes every card whose number is one. */
import { serve } from '../../lib/http.mjs';

/** Every second digit from the right counts twice. */
function isCard(number) {
  const digits = number.replaceAll(' ', '');
  const sum = [...digits].reverse().reduce((total, digit, index) => {
    const value = Number(digit) * (index % 2 === 1 ? 2 : 1);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return /^\d{13,19}$/.test(digits) && sum % 10 === 0;
}

serve({ 'POST /charges': ({ body: { card } }) => ({ approved: isCard(String(card)) }) });
