import { InvalidInputError, NotFoundError, type Role } from '@wentu/domain';
import { Option, type Command } from 'commander';
import type { Backend, KeyView } from './backend';
import { parseCount } from './parse-count';
import { readPassword } from './read-password';
import type { Terminal } from './terminal';

interface CreateFlags {
  readonly role: string;
  readonly collection?: string[];
  readonly expires?: string;
  readonly password?: true;
}

const DAY_MS = 86_400_000;

/** `wentu key` and `wentu audit`. */
export function addKeyCommands(
  program: Command,
  { out, err, words: { keys: words, asJson, giveWholeNumber } }: Terminal,
  withBackend: (work: (backend: Backend) => Promise<void>) => Promise<void>,
): void {
  const key = program.command('key').description(words.description);
  const passwordOf = async (isWanted: boolean): Promise<string | null> =>
    isWanted ? await readPassword(words.enterPassword, err) : null;
  /** The secret goes to standard output alone, so that a script can store it. */
  const show = (secret: string | null, done: string): void => {
    if (secret === null) return out(done);
    out(secret);
    err.write(`${done}\n${words.keepIt}\n`);
  };
  const find = async (backend: Backend, name: string): Promise<KeyView> => {
    const wanted = name.normalize('NFC');
    const found = (await backend.keys()).find((each) => each.name === wanted && each.revokedAt === null);
    if (!found) throw new NotFoundError(words.noKey(name));
    return found;
  };

  key
    .command('create')
    .description(words.create)
    .argument('<name>', words.name)
    .addOption(new Option('--role <role>', words.role).choices(['read', 'write', 'admin']).makeOptionMandatory())
    .option('-c, --collection <name>', words.collection, (name: string, names: string[] = []) => [...names, name])
    .option('--expires <day>', words.expires)
    .option('--password', words.password)
    .action(async (name: string, { role, collection, expires, password }: CreateFlags) => {
      const expiresAt = expires === undefined ? null : parseExpiry(expires, words.badExpiry);
      const chosen = await passwordOf(password === true);
      await withBackend(async (backend) => {
        const wanted = { name, role: role.toUpperCase() as Role, collections: collection ?? null, expiresAt };
        show(await backend.createKey({ ...wanted, password: chosen }), words.made(name));
      });
    });

  key
    .command('list')
    .description(words.list)
    .option('--all', words.all)
    .option('--json', asJson)
    .action(({ all = false, json }: { all?: boolean; json?: true }) =>
      withBackend(async (backend) => {
        const keys = (await backend.keys()).filter(({ revokedAt }) => all || revokedAt === null);
        if (json) return out(JSON.stringify(keys, null, 2));
        for (const each of keys) out(words.line(each));
        if (keys.length === 0) out(words.none);
      }),
    );

  key
    .command('rotate')
    .description(words.rotate)
    .argument('<name>', words.name)
    .option('--password', words.password)
    .action(async (name: string, { password }: { password?: true }) => {
      const chosen = await passwordOf(password === true);
      await withBackend(async (backend) => {
        const { id } = await find(backend, name);
        show(await backend.rotateKey(id, chosen), words.rotated(name));
      });
    });

  key
    .command('revoke')
    .description(words.revoke)
    .argument('<name>', words.name)
    .action((name: string) =>
      withBackend(async (backend) => {
        await backend.revokeKey((await find(backend, name)).id);
        out(words.revoked(name));
      }),
    );

  program
    .command('audit')
    .description(words.audit)
    .option('-n, --first <count>', words.first, parseCount({ giveWholeNumber }, 1), 50)
    .option('--json', asJson)
    .action(({ first, json }: { first: number; json?: true }) =>
      withBackend(async (backend) => {
        const lines = await backend.audit(first);
        if (json) return out(JSON.stringify(lines, null, 2));
        for (const line of lines) out(words.auditLine(line));
      }),
    );
}

/** @returns the end of the day in UTC, or the time so many days from now @throws InvalidInputError */
function parseExpiry(text: string, message: (text: string) => string): Date {
  const days = /^(\d{1,5})d$/.exec(text)?.[1];
  if (days !== undefined) return new Date(Date.now() + Number(days) * DAY_MS);
  const day = /^\d{4}-\d{2}-\d{2}$/.test(text) ? new Date(`${text}T00:00:00Z`) : null;
  if (!day || Number.isNaN(day.getTime()) || day.toISOString().slice(0, 10) !== text)
    throw new InvalidInputError(message(text));
  return new Date(day.getTime() + DAY_MS);
}
