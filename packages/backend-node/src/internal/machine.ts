/** What is asked of the machine: a record, so that a test can stand on another one. */

/** What a command printed, and how it ended. */
export interface Outcome {
  /** Exit code; `undefined` where the command does not exist, was killed or ran out of time. */
  readonly code: number | undefined;
  /** Signal that ended it, or `'timeout'`. */
  readonly signal: string | undefined;
  readonly output: string;
  readonly errors: string;
}

export interface Machine {
  /** The JavaScript runtime: `node`, `bun`, `deno` or `browser`, and its version. */
  readonly runtime: { readonly name: string; readonly version: string };
  /** As `process.platform` and `process.arch`. */
  readonly platform: string;
  readonly arch: string;
  /** Whether the C library is musl (Alpine Linux). */
  readonly musl: boolean;
  /** Newest Node-API version that this Node has. */
  readonly napi: number;
  /** The Node executable. */
  readonly node: string;
  /** Where the program lies, and the folder that it was started in. */
  readonly program: string | undefined;
  readonly folder: string;
  /** Variables; what is set here, native code reads. */
  readonly environment: Record<string, string | undefined>;
  exists(path: string): boolean;
  /** Text of a file, `undefined` if there is none. */
  read(path: string): string | undefined;
  /** Names in a folder, none if there is no such folder. */
  list(folder: string): readonly string[];
  /** The path without links. */
  real(path: string): string;
  /** The file that `require(name)` in the file or folder `from` would load, `undefined` if none. */
  resolve(name: string, from: string | URL): string | undefined;
  /** What `require(path)` gives. */
  load(path: string): unknown;
  /** Runs a command, for at most `seconds`, with some variables besides those of the environment. */
  run(command: string, args: readonly string[], variables?: Readonly<Record<string, string>>, seconds?: number): Promise<Outcome>;
}

/** The machine that this runs on. In a browser it has nothing but its runtime. */
export function thisMachine(): Machine {
  return runsInNode() ? nodeMachine() : nothing(runtime());
}

function runtime(): Machine['runtime'] {
  const versions: Readonly<Record<string, string | undefined>> = globalThis.process?.versions ?? {};
  for (const name of ['bun', 'deno', 'node']) if (versions[name] !== undefined) return { name, version: versions[name] };
  return { name: 'browser', version: '' };
}

function runsInNode(): boolean {
  return runtime().name === 'node' && typeof process.getBuiltinModule === 'function';
}

function nothing(runtime: Machine['runtime']): Machine {
  return {
    runtime,
    platform: 'unknown',
    arch: 'unknown',
    musl: false,
    napi: 0,
    node: '',
    program: undefined,
    folder: '',
    environment: {},
    exists: () => false,
    read: () => undefined,
    list: () => [],
    real: (path) => path,
    resolve: () => undefined,
    load: () => undefined,
    run: async () => ({ code: undefined, signal: undefined, output: '', errors: '' }),
  };
}

function nodeMachine(): Machine {
  // Not imported, since a browser could then not even ask.
  const { existsSync, readdirSync, readFileSync, realpathSync, statSync } = process.getBuiltinModule('node:fs');
  const { createRequire } = process.getBuiltinModule('node:module');
  const { join, resolve } = process.getBuiltinModule('node:path');
  const { fileURLToPath } = process.getBuiltinModule('node:url');
  const { execFile } = process.getBuiltinModule('node:child_process');
  const attempt = <T, U>(action: () => T, otherwise: U): T | U => {
    try {
      return action();
    } catch {
      return otherwise;
    }
  };
  const list = (folder: string): readonly string[] => attempt(() => readdirSync(folder), []);
  return {
    runtime: runtime(),
    platform: process.platform,
    arch: process.arch,
    musl: list('/lib').some((name) => name.startsWith('ld-musl-')) && !list('/lib64').some((name) => name.startsWith('ld-linux')),
    napi: Number(process.versions.napi),
    node: process.execPath,
    program: process.argv[1],
    folder: process.cwd(),
    environment: process.env,
    exists: existsSync,
    read: (path) => attempt(() => readFileSync(path, 'utf8'), undefined),
    list,
    real: (path) => attempt(() => realpathSync(path), path),
    resolve(name, from) {
      const path = resolve(from instanceof URL || String(from).startsWith('file:') ? fileURLToPath(from) : from);
      const file = attempt(() => statSync(path).isDirectory(), false) ? join(path, 'index.js') : path;
      return attempt(() => createRequire(file).resolve(name), undefined);
    },
    load: (path) => createRequire(path)(path),
    run(command, args, variables = {}, seconds = 20) {
      const options = { env: { ...process.env, ...variables }, timeout: 1000 * seconds, windowsHide: true };
      return new Promise((done) => {
        execFile(command, args, options, (error, output, errors) => {
          const code = error === null ? 0 : typeof error.code === 'number' ? error.code : undefined;
          done({ code, signal: error?.killed ? 'timeout' : (error?.signal ?? undefined), output, errors });
        });
      });
    },
  };
}
