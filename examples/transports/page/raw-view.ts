import { element } from '../../page/dom.ts';
import type { Piece } from '../records.ts';

/** What the example publishes, among what its format puts around it. */
const MESSAGE = /\{"number":\d+,"at":\d+\}/g;

/** The line before a chunk, and the one behind it; frame headers look otherwise. */
const CHUNK_FRAMING = /^[0-9a-f]*\r\n/i;

/** Octets as text, each kind in its colour, and what has no shape by its number. */
export function rawOctets(pieces: readonly Piece[]): Node[] {
  return pieces.flatMap(([kind, text]) => {
    if (kind === 'content') return withMessagesMarked(text);
    const isText = kind === 'head' || CHUNK_FRAMING.test(text);
    return [element(`span.${kind}`, isText ? visible(text) : hex(text))];
  });
}

function withMessagesMarked(text: string): Node[] {
  const nodes: Node[] = [];
  let end = 0;
  for (const { 0: message, index } of text.matchAll(MESSAGE)) {
    nodes.push(element('span.content', visible(text.slice(end, index))));
    nodes.push(element('span.message', message));
    end = index + message.length;
  }
  nodes.push(element('span.content', visible(text.slice(end))));
  return nodes;
}

/** Line ends shown and kept; every octet that is no character of ASCII as `\xNN`. */
function visible(text: string): string {
  return text
    .replace(/ {40,}/g, (spaces) => ` … ${spaces.length} spaces … `)
    .replace(/[^\x20-\x7e]/g, (character) => {
      if (character === '\r') return '\\r';
      if (character === '\n') return '\\n\n';
      return hex(character);
    });
}

function hex(text: string): string {
  return Array.from(text, (character) => {
    return `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
  }).join('');
}
