/** An error that programs can tell apart by `code`; the message names the value, the rule and what was given. */
export type CodedError = Error & { readonly code: string };

/**
 * A `RangeError` (or an error of another class) with a stable `code`, as every Tweedie package throws for bad input.
 * @param code stable kebab-case name of the rule that was broken, for example `'steps-not-positive'`
 * @param message one line: what, rule, value, what to do
 */
export function invalid(code: string, message: string, Kind: new (message: string) => Error = RangeError): CodedError {
  return Object.assign(new Kind(message), { code });
}
