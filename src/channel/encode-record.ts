/**
 * Records as JSON that can stand anywhere.
 *
 * Where `<`, U+2028 and U+2029 are escaped, one text is valid in JSON, in a script, in HTML and on a
 * line of an event stream alike: `</script>` and `<!--` can't occur, and neither can a line end,
 * which JSON escapes by itself. So an entry is made into octets once, for every wire format.
 *
 * @module
 */

const UNSAFE = /[<\u2028\u2029]/g;
const IS_UNSAFE = /[<\u2028\u2029]/;

/**
 * The JSON text of `value`, on one line and safe in a script.
 *
 * @throws TypeError when JSON has no way to write the value.
 */
export function encodeRecord(value: unknown): string {
  const json = stringify(value);
  if (json === undefined) {
    const what = value === undefined ? 'undefined' : `a ${typeof value}`;
    throw new TypeError(`JSON has no way to write ${what}`);
  }
  return IS_UNSAFE.test(json) ? json.replace(UNSAFE, escaped) : json;
}

function stringify(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch (error) {
    if (error instanceof TypeError) throw error;
    throw new TypeError('toJSON or a getter has thrown', { cause: error });
  }
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
