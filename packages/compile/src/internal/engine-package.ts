/** Whether the optional package `onnxruntime-node` can be used. */

/** The package, as far as it is looked at here. */
interface RuntimePackage {
  readonly env: { readonly versions: { readonly node?: string } };
}

/** First version that is known to work, and the first beyond. */
const FROM = [1, 27] as const;
const BELOW = [1, 31] as const;
const ADD = `npm install onnxruntime-node@${BELOW[0]}.${BELOW[1] - 1}`;

/** The installed version, or one line that says why there is none to be used and which command adds it. */
export type RuntimePackageState = { readonly version: string } | { readonly unavailable: string };

/** @param load imports the package */
export async function runtimePackage(load: () => Promise<RuntimePackage>): Promise<RuntimePackageState> {
  let version: string;
  try {
    version = (await load()).env.versions.node ?? 'of unknown version';
  } catch (error) {
    return { unavailable: explain(error) };
  }
  if (supported(version)) return { version };
  const range = `${FROM.join('.')} to ${BELOW[0]}.${BELOW[1] - 1}`;
  return { unavailable: `onnxruntime-node must be ${range}, got ${version}; \`${ADD}\` replaces it` };
}

/** Whether `FROM <= version < BELOW`; what is released before a version counts as that version. */
export function supported(version: string): boolean {
  const [major = Number.NaN, minor = Number.NaN] = version.split('.').map(Number);
  return major === FROM[0] && minor >= FROM[1] && minor < BELOW[1];
}

function explain(error: unknown): string {
  if (error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND') {
    return `ONNX Runtime is not installed; \`${ADD}\` adds it`;
  }
  const [reason] = String(error instanceof Error ? error.message : error).split('\n');
  return `onnxruntime-node does not load on ${process.platform} ${process.arch} (${reason}); \`${ADD}\` installs it anew`;
}
