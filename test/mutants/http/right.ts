/** What a server may do and encke does not, done right: for the probes of it. */

import { answers, response } from './fault.ts';
import type { Meddling } from './middlebox.ts';

const IMF = /^..., \d\d ... \d{4} ..:..:.. GMT$/;
const RFC_850 = /^(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, (\d\d)-(...)-(\d\d) (..:..:..) GMT$/;
const ASCTIME = /^... (...) (.\d) (..:..:..) (\d{4})$/;

/** A resource that was changed a minute ago, and the conditions on that. @see RFC 9110 §5.6.7 */
export const readsDates: Meddling = {
  answers: (octets) => {
    const [, date] = /^If-Modified-Since: (.*?)\r\n/m.exec(octets) ?? [];
    if (date === undefined) return undefined;
    const isModified = !(readDate(date) >= Date.now() - 60_000);
    return isModified ? response('200 OK', 'ok') : 'HTTP/1.1 304 Not Modified\r\n\r\n';
  },
};

function readDate(date: string): number {
  if (IMF.test(date)) return Date.parse(date);
  const [, month, day, time, year] = ASCTIME.exec(date) ?? [];
  if (month !== undefined) return Date.parse(`${day} ${month} ${year} ${time} GMT`);
  const [, day850, month850, year850, time850] = RFC_850.exec(date) ?? [];
  if (day850 === undefined) return Number.NaN;
  const now = new Date().getUTCFullYear();
  const inThisCentury = now - (now % 100) + Number(year850);
  const full = inThisCentury > now + 50 ? inThisCentury - 100 : inThisCentury;
  return Date.parse(`${day850} ${month850} ${full} ${time850} GMT`);
}

/** A server that tells an event stream that there is no room as HTML asks for. @see HTML §17.6 */
export const refusesStreams: Meddling = answers(
  /^Accept: text\/event-stream/m,
  response('503 Service Unavailable', 'full'),
);

/** A server that is open to all, and says so to all. @see Fetch §3.3 */
export const isOpenToAll: Meddling = {
  hears: (octets) => octets.replace(/^Origin: .*\r\n/m, ''),
  says: (octets) => octets.replace(/^(HTTP.*\r\n)/, '$1Access-Control-Allow-Origin: *\r\n'),
};
