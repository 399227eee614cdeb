/**
 * What RFC 6455 and RFC 9112 ask of a server or a client and nothing in `src` decides, by the ids of the
 * clauses.
 *
 * @module
 */

/** Clauses of sections that `src` does not cite at all: why encke keeps them all the same. */
export const WITHOUT_PLACE: Readonly<Record<string, string>> = {
  '9112-10.1-1':
    'nothing here reads the content of a message/http; whoever does gets it as it came',
};

const NOT_IN_LINE =
  'not kept: the client dials at once, whoever else does; browsers keep it for their own pages';
const NO_CODINGS = 'the client sends content whole, with its length, and in no transfer coding';
const TARGET_IS_GIVEN =
  'the target is for whoever calls `ClientEndpoint.request` to say; the clients here ask for paths alone';

/** Clauses of sections that are cited for something else: the places that stand there decide the rest. */
export const BESIDE_THE_PLACES: Readonly<Record<string, string>> = {
  '6455-4.1-3': NOT_IN_LINE,
  '6455-4.1-4': NOT_IN_LINE,
  '6455-4.1-5': 'there is no such rule here, see 6455-4.1-3, and no proxy is asked',
  '6455-4.1-9': 'the client knows no proxy auto-configuration',
  '6455-4.1-25': 'in a browser it is the browser that opens the connection, and says so',
  '6455-5.2-10': 'it binds who writes an extension; RFC 7692 has done so',
  '6455-5.5.1-5': 'the reason is given to the application, and what a user sees is for that to say',
  '9112-3.2.2-1': 'the client speaks to no proxy',
  '9112-3.2.3-1': TARGET_IS_GIVEN,
  '9112-3.2.4-1': TARGET_IS_GIVEN,
  '9112-6.1-3': NO_CODINGS,
  '9112-6.1-10': NO_CODINGS,
  '9112-6.3-18': NO_CODINGS,
  '9112-7.4-1':
    'no client here sends TE by itself; what an application puts into it is not looked at',
};
