/**
 * What several peers do, a sentence for each.
 *
 * @module
 */

export const AS_FRAMES = 'Takes a handshake with content, and reads the content as frames.';
export const VERSION_10 = 'Upgrades HTTP/1.0.';
export const NOT_MINIMAL = 'Takes lengths that are not written in the fewest octets.';
export const NO_HOST = 'Takes a handshake without Host.';
export const ANY_KEY = 'Takes any Sec-WebSocket-Key, or two of them.';
export const NO_VERSION = 'Refuses a version without saying which it speaks.';
export const TWICE = 'Takes a subprotocol that is named twice.';
export const MASKED = 'Takes frames that a server has masked.';
export const ASKS_ANYTHING = 'Asks for the subprotocols that it is given, whatever they are.';
export const SIDE_BY_SIDE = 'Opens connections to one server side by side.';
export const CLOSES_FIRST = 'Closes TCP itself once both Closes are there.';
export const STATUS_10 = 'Takes a 101 of HTTP/1.0.';
export const NO_EXTENSIONS = 'Does not look at Sec-WebSocket-Extensions in an answer.';
export const CODE_1015 = 'Takes and sends close code 1015.';
export const NO_PARAMETERS =
  'Opens the connection whatever the parameters of permessage-deflate are in an answer.';
export const ANY_RESERVED_BIT = 'Lets RSV1 stand on control and continuation frames.';
export const LEAVES_TE = 'Sends TE as the application says, without naming it in Connection.';
export const CHUNKS_TO_10 = 'Sends chunks to a server that speaks HTTP/1.0.';
export const NO_FOLDING = 'Takes a folded field for a fault.';
export const REUSED_BEHIND_10 = 'Uses a connection again behind an answer of HTTP/1.0 in chunks.';
export const CHUNKED_WITH_PARAMETERS =
  'Takes chunked with a parameter for a coding that it does not know.';
export const CODING_WITH_PARAMETERS = 'Takes parameters on transfer codings.';
export const COMMON_NAME = 'Takes the common name of a certificate that names no host.';
export const LEAVES_OPTIONS =
  'Sends Upgrade and TE as the application says, without naming them in Connection.';
export const NO_HTTP_12 = 'Takes HTTP/1.2 for a fault.';
export const CLOSES_BEHIND_103 = 'Closes the connection for a close in a 103.';
export const CONTENT_TYPE = 'Leaves it to the application to say what type its content has.';
export const USER_AGENT = 'Leaves it to the application to give its name.';
export const EXPECTATION =
  'Tells the application of a 417, and leaves it to it to ask without the expectation.';
export const NO_PROTOCOL = 'Says 426 without an Upgrade that says to what.';

export const FINAL_BLOCK = 'Inflates nothing behind a block with BFINAL.';
export const NO_GRAMMAR = 'Does not look at the grammar of extensions.';
export const ANY_HOST = 'Does not look at what is in Host.';
export const OTHER_SCHEME = 'Leaves the scheme of a target to the application.';
export const TARGET_HOST = 'Leaves the host and the userinfo of a target to the application.';
export const ANY_MAJOR = 'Serves HTTP/2.0 and higher, as if it were HTTP/1.1.';
export const NO_CHUNK_LIMIT = 'Limits neither the digits of a chunk-size nor its extensions.';
export const NO_CHUNK_WHITESPACE = 'Refuses whitespace in a chunk extension.';
export const UNKNOWN_BY_400 = 'Answers methods that it does not know with 400.';
export const NO_VERSIONS_IN_505 = 'Does not say in a 505 which versions it speaks.';
export const ANY_CODE = 'Takes close code 1006, and those above 4999.';

export const UNREADABLE = 'Answers a request line that it can not read with 505.';
export const SILENT_ON_METHOD = 'Closes without an answer to a method that it does not know.';
export const NO_TRAILERS = 'Takes a trailer section for the next request.';
export const SAYS_NO_CLOSE = 'Closes without saying so in the response.';
export const RESETS = 'Resets a connection whose client is still sending when it is refused.';
export const ANY_NAME = 'Takes field names that are no tokens.';
export const NO_REQUEST_HOST = 'Takes a request without Host.';
export const FRAGMENTS = 'Takes the first fragment of a message for the next of the one before.';
export const CONSTANT = 'Gives the constant answer, whatever the method.';
export const ONLY_OPTION = 'Wants Upgrade to be the only connection option of an answer.';
export const NO_EXTENSIONS_BUT =
  'Looks at nothing in Sec-WebSocket-Extensions but the first permessage-deflate.';
export const SENT_CODE = 'Sends whatever close code it is told to.';
export const ANY_CLOSE = 'Answers every Close with 1000.';
export const RSV1_ON_CONTROL = 'Lets RSV1 stand on control frames.';
export const NOT_INFLATED = 'Says 1000 where a message can not be inflated.';
export const TEXT_ALONE = 'Knows no messages but texts, and sends binary ones back as text.';
export const OTHER_UPGRADE =
  'Switches to nothing, and after a second ends the connection without an answer, where a request to upgrade is not for its own path.';
export const NO_CODING = 'Hands content to the application that it can not decode.';
