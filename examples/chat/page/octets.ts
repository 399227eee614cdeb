/** The octets that `hex` writes, two digits each. */
export function octetsOf(hex: string): Uint8Array {
  const octets = new Uint8Array(hex.length / 2);
  for (let i = 0; i < octets.length; i++) {
    octets[i] = Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16);
  }
  return octets;
}

/** One octet in hex. */
export function hexOf(octet: number): string {
  return octet.toString(16).padStart(2, '0');
}

/** Octets as the characters of the same number: what HTTP's heads are written in. */
export function latin1(octets: Uint8Array): string {
  return Array.from(octets, (octet) => String.fromCharCode(octet)).join('');
}
