/** An error that programs can tell apart by its stable `code`. */
export function invalid(
  code: string,
  message: string,
  Kind: new (message: string) => Error = RangeError,
): Error & { readonly code: string } {
  return Object.assign(new Kind(message), { code });
}
