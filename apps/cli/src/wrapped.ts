/** Text for a terminal. */

const COLUMNS = 80;

/** Lines of at most 80 columns, each after `indent`; what stands between backquotes stays whole, so that it can be copied. */
export function wrapped(text: string, indent: string): string[] {
  const out: string[] = [];
  for (const word of text.match(/(?:`[^`]*`|[^ `])+/g) ?? []) {
    const line = out.at(-1);
    if (line !== undefined && line.length + 1 + word.length <= COLUMNS) out[out.length - 1] = `${line} ${word}`;
    else out.push(indent + word);
  }
  return out;
}
