/** An error that programs can tell apart by `code`; the same shape as `invalid` of `@tweedie/core`, without importing it. */
export function invalid(
  code: string,
  message: string,
  Kind: new (message: string) => Error = RangeError,
): Error & { readonly code: string } {
  return Object.assign(new Kind(message), { code });
}
