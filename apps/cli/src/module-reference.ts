/**
 * Modules in an expression: a path, `./mine.mjs#bent(2)`, wherever a name may stand; a package with its export, `their-package#bent`, or
 * in a scope, `@they/bent`, likewise; a package alone, `their-package({ eta: 1 })`, as the whole expression or what it calls.
 */

/** A module and which of its exports is meant; without `name`, its default one or its only factory. */
export interface ModuleReference {
  /** As it was written. */
  readonly text: string;
  readonly specifier: string;
  readonly name?: string;
}

/** An expression with a placeholder in place of each module. */
export interface WithPlaceholders {
  readonly source: string;
  /** What the placeholders stand for, by name. */
  readonly modules: Readonly<Record<string, ModuleReference>>;
}

const STRING = /"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'/;
const PATH = /(?:\.{1,2}[\\/]|[\\/]|[a-z]:[\\/]|file:)[^#(),'"{}[\]]*(?:#[\w$]+)?/;
const PACKAGE = /@[a-z\d][\w.~-]*\/[\w.~/-]+(?:#[\w$]+)?|[a-z][\w.~/-]*#[\w$]+/;
const MODULE = new RegExp(`${STRING.source}|(?<=^|[(,[:]\\s*)(${PATH.source}|${PACKAGE.source})`, 'gi');
const WORD = /^[a-z][\w.-]*(?:\/[\w.-]+)*(?=\s*(?:\(|$))/i;

/** Whether a module is named by a word alone, which may as well be a misspelt name. */
export function isWord({ text }: ModuleReference): boolean {
  return WORD.exec(text)?.[0] === text;
}

/** `text` with its modules taken out; a word at its front is one unless it is `known`, as it stands or without hyphens. */
export function withPlaceholders(text: string, known: (name: string) => boolean): WithPlaceholders {
  const modules: Record<string, ModuleReference> = {};
  const placeholder = (written: string) => {
    const [specifier = '', name] = written.trim().split('#');
    const key = `$${Object.keys(modules).length}`;
    modules[key] = { text: written.trim(), specifier, ...(name !== undefined && { name }) };
    return key;
  };
  const source = text
    .trim()
    .replace(WORD, (word) => (known(camelCase(word)) ? camelCase(word) : placeholder(word)))
    .replace(MODULE, (match: string, written: string | undefined) => (written === undefined ? match : placeholder(written)));
  return { source, modules };
}

function camelCase(words: string): string {
  return words.replace(/-([a-z\d])/g, (_, letter: string) => letter.toUpperCase());
}
