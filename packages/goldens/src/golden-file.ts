/** The shape of a file of goldens, loose on purpose: inferring types from 600 kB of JSON is slow and helps nobody. */
import { text } from './read.js';

/** Any JSON value; NaN and the infinities are written as strings. */
export type Json = null | boolean | number | string | readonly Json[] | JsonRecord;

/** A JSON object. */
export interface JsonRecord {
  readonly [key: string]: Json;
}

/** One case: its name, unique within the file, and whatever the header describes. Take it apart with the readers. */
export interface GoldenCase extends JsonRecord {
  readonly name: string;
}

/** What the numbers of a file are, where they come from, and how close one has to come. */
export interface GoldenHeader extends JsonRecord {
  /** Repository and commit. */
  readonly peer: string;
  readonly what: string;
  /** `abs` and `rel` are for float64. */
  readonly tolerance: JsonRecord;
}

/** A file as `import file from '@tweedie/goldens/….json'` gives it. Files of networks are a case by themselves. */
export interface GoldenFile extends JsonRecord {
  readonly header: GoldenHeader;
  readonly cases?: readonly GoldenCase[];
}

/** The cases of a file. A file without `cases` is one case, named by its `class`. */
export function casesOf({ header, cases, ...rest }: GoldenFile): readonly GoldenCase[] {
  return cases ?? [{ ...rest, name: text(rest.class) }];
}

/** Did the peer find numbers? Cases of NaN are flagged in the data, and are nobody's. */
export function hasNumbers(golden: GoldenCase): boolean {
  return golden.peer_gives_nan !== true;
}

/** What tells a file from all others, since an imported JSON does not know its path. */
export function fingerprint({ header, cases, weights = '' }: GoldenFile): string {
  return [header.peer, header.what, weights, cases?.[0]?.name ?? ''].join(' | ');
}
