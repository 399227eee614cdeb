/** How many keys are drawn at a time: asking for randomness costs more than the randomness. */
const KEYS = 1_024;

/**
 * Fresh masking keys, each used once, from a strong source of randomness.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc6455#section-5.3 | RFC 6455 §5.3}
 */
export class MaskingKeys {
  readonly #random: (size: number) => Buffer;
  #keys: Buffer = Buffer.alloc(0);
  #position = 0;

  /** @param random - Makes so many random octets. */
  constructor(random: (size: number) => Buffer) {
    this.#random = random;
  }

  /** The next key: 32 bits. Bound, so that it can be handed out. */
  readonly next = (): number => {
    if (this.#position === this.#keys.length) {
      this.#keys = this.#random(4 * KEYS);
      this.#position = 0;
    }
    const key = this.#keys.readUInt32BE(this.#position);
    this.#position += 4;
    return key;
  };
}
