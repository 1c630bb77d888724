// Stands in for the image node:VERSION-bookworm-slim, from Debian's archive and the npm registry: no registry of images is needed.
import { chmodSync, copyFileSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { runProgram, tryProgram } from './run-program.mjs';

const CERTIFICATES = '/etc/ssl/certs/ca-certificates.crt';
/** The npm that comes with Node.js 22. */
const NPM = 'npm@10.9.9';
const DEBOOTSTRAP_MS = 900_000;

/** Its environment; the machine's certificates, because an engine's build has none of the machine's settings. */
export const BASE_ENV = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  NODE_EXTRA_CA_CERTS: CERTIFICATES,
};

/** @returns an archive of its root, made in `work` */
export function makeBase(image, work) {
  const [, version] = /^node:(\d+\.\d+\.\d+)-bookworm-slim$/.exec(image) ?? [];
  if (!version)
    throw new Error(`${image} is not of the form node:VERSION-bookworm-slim, which is all that can be made here`);
  const root = join(work, 'base');
  // minbase is what the slim images are made from.
  const options = { timeoutMs: DEBOOTSTRAP_MS };
  runProgram('debootstrap', ['--variant=minbase', 'bookworm', root, debianMirror()], options);
  for (const path of ['var/cache/apt', 'var/lib/apt/lists', 'usr/share/doc', 'usr/share/man'])
    runProgram('rm', ['-rf', join(root, path)]);
  unpack(`node-linux-${process.arch}@${version}`, work, join(work, 'node'));
  copyFileSync(join(work, 'node/bin/node'), join(root, 'usr/local/bin/node'));
  chmodSync(join(root, 'usr/local/bin/node'), 0o755);
  unpack(NPM, work, join(root, 'usr/local/lib/node_modules/npm'));
  for (const name of ['npm', 'npx'])
    symlinkSync(`../lib/node_modules/npm/bin/${name}-cli.js`, join(root, 'usr/local/bin', name));
  mkdirSync(join(root, 'etc/ssl/certs'), { recursive: true });
  copyFileSync(CERTIFICATES, join(root, CERTIFICATES));
  runProgram('chroot', [root, 'useradd', '--uid', '1000', '--create-home', 'node']);
  const archive = join(work, 'base.tar');
  runProgram('tar', ['-C', root, '-cf', archive, '.']);
  return archive;
}

function unpack(name, work, to) {
  const file = runProgram('npm', ['pack', '--silent', '--pack-destination', work, name]).split('\n').at(-1);
  mkdirSync(to, { recursive: true });
  runProgram('tar', ['-xzf', join(work, file), '-C', to, '--strip-components=1', '--no-same-owner']);
}

/** Where this machine's apt takes Debian from. */
function debianMirror() {
  const { stdout } = tryProgram('apt-get', ['indextargets', '--format', '$(REPO_URI)', 'Identifier: Packages']);
  return stdout.split('\n').find((uri) => /\/debian\/?$/.test(uri)) ?? 'http://deb.debian.org/debian';
}
