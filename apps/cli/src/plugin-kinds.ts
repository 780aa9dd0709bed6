/** What `tweedie plugin new` can write. */
export const KINDS = ['sampler', 'schedule', 'grid', 'weighting'] as const;

/** What the command line asked for. */
export interface PluginFlags {
  readonly kind: (typeof KINDS)[number];
}
