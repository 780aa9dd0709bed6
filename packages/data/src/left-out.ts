/** Files that a folder of images holds and that are no part of it, each with the reason. */

/** A file or folder that was left out. */
export interface LeftOut {
  /** Below the folder, with `/` between names on every system. */
  readonly path: string;
  readonly reason: string;
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'no permission to read it',
  EPERM: 'no permission to read it',
  ELOOP: 'a link to itself',
  ENAMETOOLONG: 'the name is too long',
  ENOENT: 'it does not exist',
  ENOTDIR: 'it is not a folder',
};

/** Why the system, or a decoder, could not read something. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const known = 'code' in error ? REASONS[String(error.code)] : undefined;
  return known ?? error.message;
}
