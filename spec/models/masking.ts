/**
 * The masking of payloads, by its formula: octet i of the transformed data is octet i of the original
 * data, XORed with octet i modulo 4 of the masking key.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc6455#section-5.3 | RFC 6455 §5.3}
 */
export function masked(octets: Uint8Array, maskingKey: Uint8Array): Uint8Array {
  return octets.map((octet, i) => octet ^ maskingKey[i % 4]!);
}
