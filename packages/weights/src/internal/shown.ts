/** What a message shows of a value from a file, which may be of any length and depth. */

const MOST_ITEMS = 8;
const MOST_CHARACTERS = 80;

/** JSON, shortened; what is nested in an array stays in the dark. */
export function shown(value: unknown): string {
  if (Array.isArray(value)) {
    const items = value.slice(0, MOST_ITEMS).map((item) => (isNested(item) ? '…' : shown(item)));
    return `[${[...items, ...(value.length > MOST_ITEMS ? ['…'] : [])]}]`;
  }
  if (isNested(value)) return '{…}';
  const text = JSON.stringify(value) ?? 'undefined';
  return text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}…` : text;
}

function isNested(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}
