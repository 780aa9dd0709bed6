/** What the workspace holds, read from the manifests. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Where the packed packages of this checkout lie. */
export const tarballs = join(root, '.cache', 'tarballs');

/** Every package and app: its folder, manifest, and the folders of the workspace packages that it depends on. */
export function workspacePackages() {
  const folders = ['packages', 'apps'].flatMap((parent) =>
    readdirSync(join(root, parent)).map((name) => join(root, parent, name)),
  );
  return folders
    .filter((folder) => existsSync(join(folder, 'package.json')))
    .map((folder) => {
      const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
      const dependencies = Object.keys({ ...manifest.dependencies, ...manifest.devDependencies });
      return { name: manifest.name, folder, manifest, dependencies };
    });
}

/** The packages that are published. */
export function publicPackages() {
  return workspacePackages().filter(({ manifest }) => manifest.private !== true);
}

/** The packed form of a package, made by `pack.mjs`. */
export function tarballOf({ manifest }) {
  return join(tarballs, `${manifest.name.replace('@', '').replace('/', '-')}-${manifest.version}.tgz`);
}

/** What can be imported from a package beside its root, such as `./ddim`: each source file that `exports` does not close. */
export function subpaths({ folder, manifest }) {
  if (manifest.exports['./*'] === undefined) return [];
  return filesBelow(
    join(folder, 'src'),
    (path) => /\.ts$/.test(path) && !/^index\.ts$|^internal\/|\.test\.ts$|\.d\.ts$/.test(path),
  )
    .map((path) => `./${path.slice(0, -'.ts'.length)}`)
    .filter((path) => manifest.exports[path] !== null);
}

/** The files below `folder` whose path, with forward slashes and relative to it, passes `keep`. */
export function filesBelow(folder, keep = () => true) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .replaceAll('\\', '/'),
    )
    .filter(keep)
    .sort();
}
