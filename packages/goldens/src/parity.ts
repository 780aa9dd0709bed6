/**
 * The page of what is not like the peers, as data. Its tables have rows of
 *
 *     | `samplers/file.json#Name/*` | not yet | the family that it waits for |
 *     | `samplers/file.json#Name/{a,b}` | differs | the reason |
 *
 * with `*` for anything and `{a,b}` for alternatives; all other lines are prose.
 */

/** A row: the cases that it names, and why nobody runs them. */
export interface Exception {
  readonly pattern: string;
  readonly status: 'not yet' | 'differs';
  readonly reason: string;
}

const row = /^\|\s*`([^`#]+#[^`]+)`\s*\|([^|]*)\|([^|]*)\|\s*$/;

/**
 * The rows of the page.
 * @throws SyntaxError for a status other than "not yet" and "differs", or a missing reason
 */
export function parseParity(markdown: string): readonly Exception[] {
  return markdown.split('\n').flatMap((line) => {
    const [, pattern = '', status = '', reason = ''] = row.exec(line)?.map((cell) => cell.trim()) ?? [];
    if (pattern === '') return [];
    if (status !== 'not yet' && status !== 'differs')
      throw new SyntaxError(`the status of ${pattern} must be "not yet" or "differs", got "${status}"`);
    if (reason === '') throw new SyntaxError(`${pattern} is listed without a reason`);
    return [{ pattern, status, reason }];
  });
}

/** A test for the ids that a pattern names. */
export function matcher(pattern: string): (id: string) => boolean {
  const source = pattern
    .replace(/[.+?^$()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replace(/\{([^}]*)\}/g, (_, alternatives: string) => `(?:${alternatives.replaceAll(',', '|')})`);
  const expression = new RegExp(`^${source}$`);
  return (id) => expression.test(id);
}
