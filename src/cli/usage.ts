/** What a person did not say as it has to be said; the message tells what to do. */
export class UsageError extends Error {}

/** What `encke --help` prints. */
export const HELP = `Usage: encke conform ADDRESS...    judges a server by the standards
       encke --version

encke conform --help says more.
`;

/** What `encke conform --help` prints. */
export const CONFORM_HELP = `Usage: encke conform [ADDRESS...] [OPTION...]
       encke conform --client [OPTION...] -- COMMAND [ARGUMENT...]

Judges a server or a client by RFC 6455, 7692, 9110, 9112 and 6202, event streams and CORS, and
shows the octets.

Addresses, in any combination:
  ws://host:port/path       a WebSocket that sends back what it is sent (or wss:)
  http://host:port/         a server that answers GET / with 200, and POST /echo with its content
                            (or https:)
  --event-stream URL        an event stream
  --live URL                a live route: sessions and several transports
  --full URL                a live route or an event stream without room for another session

An address of a kind that was there before is of the next subject; so is what stands behind
  --subject NAME            the subject is called so in reports

A client is a program, judged by
  --client                  what stands behind -- is its command: {url} in it stands for the
                            address that it is sent to
  --speaks PROTOCOL         event-stream (the default): {types} stands for the event types to be
                            listened to, and it tells each event as a line:
                            {"type":"message","data":"a","lastEventId":""}
                            websocket: it sends back each message; {protocols} stands for the
                            subprotocols to ask for
                            http: it is told on its standard input what to ask for, and tells what
                            it was answered: {"id":1,"status":200,"fields":[],"content":"ok"}

What can't be found out by asking, for the subject that it stands behind:
  --reflector PATH          where its reflectors are (/reflect)
  --publish PATH            where a POST publishes its content (/publish)
  --heartbeat MS            how often a stream with nothing to tell shows that it is alive
  --round OCTETS            after how much the response that carries a stream is ended
  --session-idle MS         when a session that nobody asks for is over
  --gives-up-after MS       when it gives up on a client that has gone silent

Which probes:
  --only NAMES              of a standard (rfc6455), a section (6455-5.2), a clause (6455-5.2-8) or
                            a probe (6455-5.2-8/a); * stands for anything; several with commas
  --skip NAMES              all but these
  --long                    those too that take half a minute or more
  --level LEVEL             MUST: no SHOULD and no MAY; SHOULD: no MAY
  --list                    prints the probes and runs none

How:
  --seed NUMBER             the order in which they begin, as a report tells it
  --timeout MS              how long to wait for what has to happen (5000)
  --concurrency NUMBER      how many run side by side (16)
  --quiet                   no progress on standard error

What comes of it:
  --report FORMAT           text, json, junit, tap, markdown or html (text)
  --out FILE                writes the report there, and the text to standard output
  --baseline FILE           an earlier report as JSON: only what got worse counts

Exit code: 0 nothing failed, 1 something did, 2 it was called wrongly, 3 a subject could not be
judged to the end. A departure from a SHOULD is no failure.
`;
