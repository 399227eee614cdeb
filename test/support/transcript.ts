import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

/**
 * What a server answers to octets, until it has been quiet for a while: as text, with a line a line
 * and `\xNN` for what is no character of ASCII.
 */
export async function answerTo(port: number, octets: string, quiet = 150): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1' });
  let answer = '';
  socket.setEncoding('latin1').on('data', (text) => {
    answer += text;
  });
  socket.write(octets, 'latin1');
  await once(socket, 'data');
  for (let length = 0; length < answer.length; ) {
    length = answer.length;
    await wait(quiet);
  }
  socket.destroy();
  return visible(answer);
}

function visible(text: string): string {
  return text.replaceAll('\r\n', '\n').replace(/[^\n\x20-\x7e]/g, (character) => {
    return `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
  });
}
