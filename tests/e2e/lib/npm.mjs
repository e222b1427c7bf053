// Where the repository and the npm packages of the tests are. Fixtures use this alone: they run as servers of their
// own, where there is no binary under test to ask for.
import { createRequire } from 'node:module';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

export const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../..');
export const NPM = process.env.AEGIS_NPM ?? path.join(ROOT, 'build/npm');

// Packages are found from build/npm, not from this folder: nothing is installed into the source tree.
export const fromNpm = createRequire(path.join(NPM, 'package.json'));

// What runs an installed program by the name of its command.
export const program = (name, ...args) => [process.execPath, path.join(NPM, 'node_modules/.bin', name), ...args];
