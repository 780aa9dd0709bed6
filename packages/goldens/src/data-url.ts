/**
 * Where a data file lies, for those that are not JSON.
 * @param path below `data/`, for example `networks/dit-8.weights.safetensors`
 */
export function dataUrl(path: string): URL {
  return new URL(`../data/${path}`, import.meta.url);
}
