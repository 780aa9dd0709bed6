/**
 * `log.jsonl`: a line of JSON for each reading of the loss. The history in a checkpoint says which lines there are, so that neither a
 * kill nor a resumed run leaves one out or writes one twice.
 */
import { appendFile } from 'node:fs/promises';
import type { LossPoint } from '@tweedie/training';
import { readingText, writing } from './files.js';
import type { RunFolder } from './run-file.js';

const NAME = 'log.jsonl';

/** A line. */
export interface LogEntry extends LossPoint {
  /** The learning rate. */
  readonly rate: number;
  readonly examplesPerSecond: number;
  /** Of training so far. */
  readonly seconds: number;
  /** Whatever else was measured. */
  readonly [metric: string]: number;
}

/** The log of a run that goes on after `history`; gives the function that adds a line. */
export async function trainingLog(folder: RunFolder, history: readonly LossPoint[]): Promise<(entry: LogEntry) => Promise<void>> {
  const path = folder.file(NAME);
  const known = new Map(((await readingText(path)) ?? '').split('\n').map((line) => [stepOf(line), line]));
  const lines = history.map((point) => `${known.get(point.step) ?? JSON.stringify(point)}\n`);
  await folder.write(NAME, lines.join(''));
  return (entry) => writing(path, () => appendFile(path, `${JSON.stringify(entry)}\n`));
}

/** The step of a line, if it is whole. */
function stepOf(line: string): number | undefined {
  try {
    const entry: unknown = JSON.parse(line);
    return typeof entry === 'object' && entry !== null && 'step' in entry && typeof entry.step === 'number'
      ? entry.step
      : undefined;
  } catch {
    return undefined;
  }
}
