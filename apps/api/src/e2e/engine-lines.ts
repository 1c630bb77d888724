import { MILVUS_ADDRESS } from './harness';
import { Line } from './line';

/** Lines from servers to MySQL and to Milvus. */
export class EngineLines {
  private constructor(
    readonly mysql: Line,
    readonly milvus: Line,
  ) {}

  static async start(): Promise<EngineLines> {
    const database = new URL(process.env['WENTU_TEST_MYSQL_URL'] ?? '');
    const [host = '', port] = MILVUS_ADDRESS.split(':');
    return new EngineLines(await Line.to(database.hostname, Number(database.port)), await Line.to(host, Number(port)));
  }

  /** The environment of a server that reaches the engines through these lines. */
  readonly through = ({ DATABASE_URL, ...env }: Record<string, string>): Record<string, string> => {
    const url = new URL(DATABASE_URL ?? '');
    url.port = String(this.mysql.port);
    return { ...env, DATABASE_URL: url.href, MILVUS_ADDRESS: `127.0.0.1:${this.milvus.port}` };
  };

  /** Both pass data on again. */
  open(): void {
    this.mysql.set('open');
    this.milvus.set('open');
  }

  async close(): Promise<void> {
    await this.mysql.close();
    await this.milvus.close();
  }
}
