/** A line for the person who watches; results go to standard output instead. */
export function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
