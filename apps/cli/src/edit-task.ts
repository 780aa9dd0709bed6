/** What `tweedie edit` is asked to do: one of three things, each with flags of its own. */
import { invalid } from '@tweedie/core';
import { type Edit, inpainted, upscaled, varied } from './edits.js';
import { type GivenImage, givenImage, keptBy, type Size } from './given-image.js';
import type { Run } from './run-file.js';
import { say } from './say.js';

/** The flags that say what is edited, and how. */
export interface EditTaskFlags {
  readonly inpaint?: string;
  readonly mask?: string;
  readonly upscale?: string;
  readonly factor?: number;
  readonly from?: string;
  readonly strength?: number;
  readonly method?: string;
}

const TASKS = {
  inpaint: ['mask', 'method'],
  upscale: ['factor', 'method'],
  from: ['strength'],
} as const satisfies Readonly<Record<string, readonly (keyof EditTaskFlags)[]>>;

/** The name of a task. */
export type EditTask = keyof typeof TASKS;

const names = Object.keys(TASKS) as EditTask[];

/** How images are edited unless it is said: what measured best on digits, see docs/guidance.md. */
export const EDIT_DEFAULTS = { method: 'pseudoinverseGuided', factor: 4, strength: 0.8, sampler: 'ddpm', steps: 100 } as const;

/**
 * The one task that the flags ask for.
 * @throws RangeError (`edit-task`) unless it is one, (`edit-flag`) if a flag of another one is there
 */
export function editTask(flags: EditTaskFlags): EditTask {
  const asked = names.filter((name) => flags[name] !== undefined);
  const [task] = asked;
  if (task === undefined || asked.length > 1)
    throw invalid(
      'edit-task',
      `give one of --inpaint, --upscale and --from, got ${asked.length === 0 ? 'none' : asked.map((name) => `--${name}`).join(' and ')}`,
    );
  const own: readonly string[] = TASKS[task];
  const stray = names.flatMap((name) => TASKS[name]).find((flag) => flags[flag] !== undefined && !own.includes(flag));
  if (stray !== undefined) throw invalid('edit-flag', `\`--${stray}\` is not for --${task}: leave it out`);
  if (task === 'inpaint' && flags.mask === undefined)
    throw invalid('mask-missing', '`--inpaint` needs a --mask, an image that is white where there is something to fill in');
  return task;
}

/**
 * Reads the images of a task. The caller disposes of the edit.
 * @throws RangeError (`factor-indivisible`); as `givenImage`, `keptBy`, and the edits
 */
export async function openEdit(flags: EditTaskFlags, size: Size, mean: number): Promise<Edit> {
  const { method = EDIT_DEFAULTS.method, factor = EDIT_DEFAULTS.factor, strength = EDIT_DEFAULTS.strength } = flags;
  const [height, width, channels] = size;
  if (flags.inpaint !== undefined) {
    const image = await givenImage('inpaint', flags.inpaint, size);
    const kept = await keptBy(flags.mask ?? '', image, size);
    const edit = inpainted({ ...image, size, mean }, kept, method);
    saySize(flags.inpaint, image, size);
    return edit;
  }
  if (flags.upscale !== undefined) {
    if (height % factor !== 0 || width % factor !== 0)
      throw invalid(
        'factor-indivisible',
        `\`--factor\` must divide the sides of the run's images, ${width}×${height}, got ${factor}`,
      );
    const small: Size = [height / factor, width / factor, channels];
    const image = await givenImage('upscale', flags.upscale, small);
    const edit = upscaled({ ...image, size: small, mean }, factor, method);
    saySize(flags.upscale, image, small);
    return edit;
  }
  const { from = '' } = flags;
  const image = await givenImage('from', from, size);
  const edit = varied({ ...image, size, mean }, strength);
  saySize(from, image, size);
  return edit;
}

function saySize(file: string, { source }: GivenImage, [height, width]: Size): void {
  if (source[0] !== height || source[1] !== width)
    say(`${file} is ${source[1]}×${source[0]}; its middle is scaled to ${width}×${height}.`);
}

/**
 * Size and mean of a run's images.
 * @throws RangeError (`images-only`) if it draws points
 */
export function imagesOf({ data }: Pick<Run, 'data'>, path: string): { readonly size: Size; readonly mean: number } {
  if ('size' in data) return data;
  throw invalid('images-only', `\`tweedie edit\` is for runs of images, and ${path} draws points`);
}
