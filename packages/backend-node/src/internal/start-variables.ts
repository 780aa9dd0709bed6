/** Variables that libtensorflow reads when it starts, where the user has not set them. */

const defaults: Readonly<Record<string, string>> = {
  // Otherwise it takes nearly all memory of every GPU at once.
  TF_FORCE_GPU_ALLOW_GROWTH: 'true',
  // Errors only: at 0 it tells of each library that it opens and each GPU that it sees.
  TF_CPP_MIN_LOG_LEVEL: '2',
};

export function startVariables(environment: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(Object.entries(defaults).map(([name, value]) => [name, environment[name] ?? value]));
}
