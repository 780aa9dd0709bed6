/** Sorts strings by code point, as UTF-8 bytes compare; JavaScript's own order is by UTF-16 unit, and that of a locale differs by machine. */
export function byCodePoint(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
