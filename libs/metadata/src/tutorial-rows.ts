import mysql2, { type Connection } from 'mysql2';
import { InvalidInputError, NotFoundError, UnavailableError } from '@wentu/domain';
import { parseMysqlUrl } from './mysql-url';
import { tls } from './open-mysql-store';

/** A table of another program: an id in a vector store, an image id, and the bytes of the picture. */
export interface TutorialTable {
  readonly table: string;
  readonly milvusIdColumn: string;
  readonly imageIdColumn: string;
  readonly dataColumn: string;
}

export interface TutorialRow {
  readonly milvusId: string;
  readonly imageId: string;
  /** The bytes of the picture, or its base64 text. */
  readonly data: Buffer;
}

const NAME = /^\w{1,64}$/;
const CONNECT_MS = 10_000;
/** Rows that the driver reads ahead, each up to 16 MB. */
const READ_AHEAD = 4;

/** Streams all rows. @throws InvalidInputError, NotFoundError, UnavailableError */
export async function* readTutorialRows(url: string, from: TutorialTable): AsyncGenerator<TutorialRow> {
  for (const name of Object.values(from) as string[])
    if (!NAME.test(name))
      throw new InvalidInputError(`${JSON.stringify(name)} is not a valid name of a table or column`);
  const address = parseMysqlUrl(url);
  const { host, port, user, password, database } = address;
  const connection = mysql2.createConnection({
    ...{ host, port, user, password, database, connectTimeout: CONNECT_MS, charset: 'UTF8MB4_BIN' },
    ...(address.ssl ? { ssl: tls(address) } : {}),
    supportBigNumbers: true,
    bigNumberStrings: true,
  });
  // The stream reports the errors. Without a listener, an error event would end the process.
  connection.on('error', () => undefined);
  const { table, milvusIdColumn, imageIdColumn, dataColumn } = from;
  const sql = `SELECT \`${milvusIdColumn}\` AS m, \`${imageIdColumn}\` AS i, \`${dataColumn}\` AS d FROM \`${table}\``;
  try {
    for await (const row of connection.query(sql).stream({ highWaterMark: READ_AHEAD })) {
      const { m, i, d } = row as { m: unknown; i: unknown; d: unknown };
      yield {
        milvusId: String(m),
        imageId: String(i),
        data: Buffer.isBuffer(d) ? d : Buffer.from(typeof d === 'string' ? d : ''),
      };
    }
  } catch (error) {
    throw explained(error, `${database} on ${host}:${port}`, from);
  } finally {
    end(connection);
  }
}

function end(connection: Connection): void {
  connection.destroy();
}

function explained(error: unknown, where: string, { table }: TutorialTable): Error {
  const { errno, message } = error as { errno?: number; message: string };
  if (errno === 1146)
    return new NotFoundError(
      `${where} has no table ${table}; give the name of the table of the tutorial with --table`,
      { cause: error },
    );
  if (errno === 1054)
    return new InvalidInputError(`table ${table} of ${where}: ${message}; give the names of its columns`, {
      cause: error,
    });
  return new UnavailableError(
    `${where} cannot be read: ${message}; check that the server runs, and that user and database exist`,
    {
      cause: error,
    },
  );
}
