import { InvalidInputError } from '@wentu/domain';

export interface MysqlAddress {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  readonly ssl: boolean;
  /** Path of the CA certificate for the server; null: the CA certificates of the system. */
  readonly sslCa: string | null;
}

const FORM = 'give mysql://USER:PASSWORD@HOST:PORT/DATABASE, with ?ssl=true or ?ssl-ca=PATH for TLS';

/** @throws InvalidInputError; its message never contains the password */
export function parseMysqlUrl(text: string): MysqlAddress {
  const url = parse(text);
  const [database, user, password] = [url.pathname.slice(1), url.username, url.password].map(decode) as [
    string,
    string,
    string,
  ];
  if (url.hostname === '' || user === '' || database === '' || database.includes('/')) {
    throw new InvalidInputError(`the MySQL address lacks its host, user or database; ${FORM}`);
  }
  for (const key of url.searchParams.keys()) {
    if (key !== 'ssl' && key !== 'ssl-ca') {
      throw new InvalidInputError(`the MySQL address has a parameter ${JSON.stringify(key)}; ${FORM}`);
    }
  }
  const ssl = url.searchParams.get('ssl') ?? 'false';
  if (ssl !== 'true' && ssl !== 'false') {
    throw new InvalidInputError(`the MySQL address has ssl=${JSON.stringify(ssl)}; give true or false`);
  }
  const sslCa = url.searchParams.get('ssl-ca');
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? 3_306 : Number(url.port),
    user,
    password,
    database,
    ssl: ssl === 'true' || sslCa !== null,
    sslCa,
  };
}

function parse(text: string): URL {
  if (/^mysql:\/\//.test(text) && URL.canParse(text)) return new URL(text);
  throw new InvalidInputError(`the MySQL address is not a URL; ${FORM}; write @ / : ? # % of a password as %40 %2F …`);
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new InvalidInputError('the MySQL address has a % that does not begin an escape; write % as %25');
  }
}
