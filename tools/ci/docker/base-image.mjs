// A folder like the image node:VERSION-bookworm-slim, from Debian's archive and the npm registry: no registry of images is needed.
import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './image-builder.mjs';

const CERTIFICATES = '/etc/ssl/certs/ca-certificates.crt';
/** The npm that comes with Node.js 22. */
const NPM = 'npm@10.9.9';

/** @returns the folder, made in `work` */
export function makeBase(image, work) {
  const [, version] = /^node:(\d+\.\d+\.\d+)-bookworm-slim$/.exec(image) ?? [];
  if (!version)
    throw new Error(`${image} is not of the form node:VERSION-bookworm-slim, which is all that can be made here`);
  const root = join(work, 'base');
  // minbase is what the slim images are made from.
  run('debootstrap', ['--variant=minbase', 'bookworm', root, debianMirror()], 240_000, 'ignore');
  run('sh', [
    '-c',
    `rm -rf ${root}/var/cache/apt ${root}/var/lib/apt/lists ${root}/usr/share/doc ${root}/usr/share/man`,
  ]);
  unpack(`node-linux-${process.arch}@${version}`, work, join(work, 'node'));
  copyFileSync(join(work, 'node/bin/node'), join(root, 'usr/local/bin/node'));
  chmodSync(join(root, 'usr/local/bin/node'), 0o755);
  const modules = join(root, 'usr/local/lib/node_modules');
  unpack(NPM, work, join(modules, 'npm'));
  for (const name of ['npm', 'npx'])
    symlinkSync(`../lib/node_modules/npm/bin/${name}-cli.js`, join(root, 'usr/local/bin', name));
  mkdirSync(join(root, 'etc/ssl/certs'), { recursive: true });
  copyFileSync(CERTIFICATES, join(root, CERTIFICATES));
  run('chroot', [root, 'useradd', '--uid', '1000', '--create-home', 'node']);
  return root;
}

function unpack(name, work, to) {
  const file = run('npm', ['pack', '--silent', '--pack-destination', work, name], 120_000, 'pipe')
    .trim()
    .split('\n')
    .at(-1);
  mkdirSync(to, { recursive: true });
  run('tar', ['-xzf', join(work, file), '-C', to, '--strip-components=1', '--no-same-owner']);
}

/** Where this machine's apt takes Debian from. */
function debianMirror() {
  const { stdout } = spawnSync('apt-get', ['indextargets', '--format', '$(REPO_URI)', 'Identifier: Packages'], {
    encoding: 'utf8',
  });
  return (stdout ?? '').split('\n').find((uri) => /\/debian\/?$/.test(uri)) ?? 'http://deb.debian.org/debian';
}
