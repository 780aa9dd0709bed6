/**
 * Networks as plain JSON, as `run.json` holds them, and as they are asked for: `compactUnet({ widths: [32, 64] })`, with the options of
 * `@tweedie/networks`, to which the data add what is theirs to say.
 */
import type { Tensor } from '@tensorflow/tfjs-core';
import { invalid, type Key, type Network } from '@tweedie/core';
import { compactUnet, mlp, unet } from '@tweedie/networks';
import { z } from 'zod';
import { classNamesOf, type DataSpec, sourceOf } from './data.js';
import { evaluate } from './expression.js';
import { expectAsked } from './watched.js';

/** Beyond these no machine holds the weights, and a `run.json` that asks for them has not been trained. */
const LARGEST = 4096;
const LARGEST_PATCH = 64;
const MOST_CLASSES = 1_000_000;

const count = z.int().nonnegative().max(LARGEST);
const positive = z.int().positive().max(LARGEST);

/** Of every network. */
const common = {
  embedding: z.exactOptional(positive),
  noiseScale: z.exactOptional(z.number().positive()),
  dropout: z.exactOptional(z.number().min(0).lt(1)),
};
const ofUnets = {
  patch: z.exactOptional(positive.max(LARGEST_PATCH)),
  groups: z.exactOptional(positive),
  ...common,
};
const widths = z.exactOptional(z.array(positive).min(1));

/** What may be asked for, by the names of the factories. */
const OPTIONS = {
  compactUnet: z.strictObject({ widths, blocks: z.exactOptional(z.union([count, z.tuple([count, count, count])])), ...ofUnets }),
  unet: z.strictObject({ widths, blocks: z.exactOptional(positive), attention: z.exactOptional(z.array(count)), ...ofUnets }),
  mlp: z.strictObject({ width: z.exactOptional(positive), layers: z.exactOptional(positive), ...common }),
};

/** The output has twice the channels, the second half of which say the variance of a step. */
const learnedVariance = z.boolean().default(false);
const ofImages = {
  image: z.tuple([positive, positive, positive]),
  classes: z.int().nonnegative().max(MOST_CLASSES),
  learnedVariance,
};

/** JSON of a network. */
export const networkSpec = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('compact-unet'), ...ofImages, ...OPTIONS.compactUnet.shape }),
  z.strictObject({ kind: z.literal('unet'), ...ofImages, ...OPTIONS.unet.shape }),
  z.strictObject({ kind: z.literal('mlp'), features: positive, learnedVariance, ...OPTIONS.mlp.shape }),
]);
export type NetworkSpec = z.infer<typeof networkSpec>;

/**
 * The network that `--network` asks for, in the size of the data.
 * @throws SyntaxError (`expression-invalid`); RangeError (`name-unknown`, `option-unknown`, `network-invalid`)
 */
export function networkOf(text: string, data: DataSpec): NetworkSpec {
  const scope =
    'size' in data ? networksOfImages(data.size, classNamesOf(data).length) : networksOfPoints(sourceOf(data)?.dimensions ?? 2);
  const { success, data: spec } = networkSpec.safeParse(evaluate(text, { what: '--network', scope }));
  if (success) return spec;
  throw invalid('network-invalid', `\`--network\` must be ${Object.keys(scope).join(' or ')}, got ${text}`);
}

/** The network as one would ask for it. */
export function networkText(spec: NetworkSpec): string {
  const name = spec.kind === 'compact-unet' ? 'compactUnet' : spec.kind;
  const options = new Map(Object.entries(spec));
  const written = Object.keys(OPTIONS[name].shape)
    .filter((option) => options.has(option))
    .map((option) => `${option}: ${JSON.stringify(options.get(option))}`);
  return `${name}(${written.length === 0 ? '' : `{ ${written.join(', ')} }`})`;
}

/** The shape of one sample. */
export function sampleShape(network: NetworkSpec): readonly number[] {
  return network.kind === 'mlp' ? [network.features] : network.image;
}

/** Number of classes that the network is told of, 0 if it is told of none. */
export function classesOf(network: NetworkSpec): number {
  return network.kind === 'mlp' ? 0 : network.classes;
}

/** A fresh network; its first parameters are drawn from `key`. */
export function buildNetwork({ learnedVariance, ...spec }: NetworkSpec, key: Key): Network<Tensor | undefined> {
  const wide = <N extends number>(channels: N) => ({ outputs: learnedVariance ? 2 * channels : channels, key });
  switch (spec.kind) {
    case 'compact-unet': {
      const { kind: _, ...sizes } = spec;
      return compactUnet({ ...sizes, ...wide(sizes.image[2]) });
    }
    case 'unet': {
      const { kind: _, image, ...sizes } = spec;
      const { patch = 1, widths = [32, 64, 64] } = sizes;
      expectDivisible(image, patch * 2 ** (widths.length - 1));
      return unet({ ...sizes, channels: image[2], ...wide(image[2]) });
    }
    case 'mlp': {
      const { kind: _, ...sizes } = spec;
      return mlp({ ...sizes, ...wide(sizes.features) });
    }
  }
}

function networksOfImages(image: readonly number[], classes: number): Readonly<Record<string, unknown>> {
  return {
    compactUnet: (given?: unknown) => ({ kind: 'compact-unet', image, classes, ...checked('compactUnet', given) }),
    unet: (given?: unknown) => ({ kind: 'unet', image, classes, ...checked('unet', given) }),
  };
}

function networksOfPoints(features: number): Readonly<Record<string, unknown>> {
  return { mlp: (given?: unknown) => ({ kind: 'mlp', features, ...checked('mlp', given) }) };
}

function checked(name: keyof typeof OPTIONS, given: unknown = {}): object {
  const options = OPTIONS[name];
  if (typeof given === 'object' && given !== null) expectAsked('--network', name, Object.keys(given), Object.keys(options.shape));
  const { success, data, error } = options.safeParse(given);
  if (success) return data;
  const [issue] = error.issues;
  throw invalid('network-invalid', `\`--network\`: ${name}: ${issue?.path.join('.') || 'the options'}: ${issue?.message}`);
}

/** A U-Net that is not told the size of its images cannot refuse them before it is applied. */
function expectDivisible([height, width]: readonly [number, number, number], scale: number): void {
  if (height % scale !== 0 || width % scale !== 0)
    throw invalid(
      'image-not-divisible',
      `\`--network\`: height and width of the images must be divisible by ${scale}, got ${height} and ${width}: take fewer \`widths\``,
    );
}
