/**
 * Shows the notes as a page. It knows the URL of its slot, and nothing of what is behind it.
 * This file becomes part of the manifest, where a dollar sign before a brace begins a reference: write none.
 */
import { createServer } from 'node:http';

const notesUrl = process.env.NOTES_URL;

const escaped = (text) => text.replace(/[&<>"']/g, (character) => '&#' + character.charCodeAt(0) + ';');

async function page() {
  const response = await fetch(notesUrl + '/notes', { signal: AbortSignal.timeout(10_000) });
  if (!response.ok) throw new Error('status ' + response.status);
  const notes = await response.json();
  const items = notes.map((note) => '<li>' + escaped(note) + '</li>').join('');
  return '<!doctype html><title>Notes</title><h1>Notes</h1><ul>' + items + '</ul>\n';
}

const server = createServer(async (_request, response) => {
  const reply = (status, text) => response.writeHead(status, { 'content-type': 'text/html; charset=utf-8' }).end(text);
  try {
    reply(200, await page());
  } catch (error) {
    reply(502, '<!doctype html><p>The notes cannot be read: ' + escaped(String(error)) + '</p>\n');
  }
});

server.listen(Number(process.env.PORT));
process.once('SIGTERM', () => server.close());
