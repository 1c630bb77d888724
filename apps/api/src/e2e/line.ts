import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/**
 * open: passes data on. refused: cuts connections and accepts no new ones. silent: passes nothing on, and keeps the
 * connections open. slow: delays data by 100 ms. torn: cuts the connection in the middle of the next answer.
 */
export type LineState = 'open' | 'refused' | 'silent' | 'slow' | 'torn';

const SLOW_MS = 100;

/** A TCP proxy to a server, for tests of network faults. */
export class Line {
  private state: LineState = 'open';
  private readonly pairs = new Set<[Socket, Socket]>();

  private constructor(
    private readonly server: Server,
    private readonly target: { host: string; port: number },
  ) {
    server.on('connection', (client) => this.join(client));
  }

  static async to(host: string, port: number): Promise<Line> {
    const server = createServer();
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    return new Line(server, { host, port });
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get isOpen(): boolean {
    return this.state === 'open';
  }

  set(state: LineState): void {
    this.state = state;
    for (const pair of this.pairs) {
      if (state === 'refused') this.cut(pair);
      for (const socket of pair) if (state === 'silent') socket.pause();
      for (const socket of pair) if (state === 'open' || state === 'slow') socket.resume();
    }
  }

  async close(): Promise<void> {
    this.set('refused');
    await new Promise((done) => this.server.close(done));
  }

  private join(client: Socket): void {
    if (this.state === 'refused') return void client.destroy();
    const server = connect(this.target);
    const pair: [Socket, Socket] = [client, server];
    this.pairs.add(pair);
    for (const socket of pair) {
      socket.setNoDelay(true);
      socket.on('error', () => this.cut(pair));
      socket.on('close', () => this.cut(pair));
      if (this.state === 'silent') socket.pause();
    }
    client.on('data', (bytes: Buffer) => this.pass(bytes, server, pair));
    server.on('data', (bytes: Buffer) => {
      if (this.state !== 'torn') return this.pass(bytes, client, pair);
      this.state = 'open';
      client.write(bytes.subarray(0, bytes.length / 2), () => this.cut(pair));
    });
    // The data handlers above have started the flow, so it is paused again.
    if (this.state === 'silent') for (const socket of pair) socket.pause();
  }

  private pass(bytes: Buffer, to: Socket, pair: [Socket, Socket]): void {
    if (this.state === 'slow') setTimeout(() => this.pairs.has(pair) && to.write(bytes), SLOW_MS);
    else to.write(bytes);
  }

  private cut(pair: [Socket, Socket]): void {
    this.pairs.delete(pair);
    for (const socket of pair) socket.destroy();
  }
}
