import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** A way to a server that can be cut, for tests. */
export class LoopbackProxy {
  private readonly sockets = new Set<Socket>();
  private server: Server | null = null;

  private constructor(
    private target: { host: string; port: number },
    private port: number,
  ) {}

  /** @param address host:port of the server behind */
  static async open(address: string): Promise<LoopbackProxy> {
    const proxy = new LoopbackProxy(parse(address), 0);
    await proxy.listen();
    return proxy;
  }

  get address(): string {
    return `127.0.0.1:${this.port}`;
  }

  /** Leads what comes to another server. */
  turnTo(address: string): void {
    this.target = parse(address);
  }

  /** Resets what is open and refuses what comes. */
  async cut(): Promise<void> {
    const { server } = this;
    this.server = null;
    for (const socket of this.sockets) socket.destroy();
    if (!server) return;
    server.close();
    await once(server, 'close');
  }

  /** Takes up again, on the same port. */
  async listen(): Promise<void> {
    const server = createServer((client) => {
      const upstream = connect(this.target);
      for (const socket of [client, upstream]) {
        this.sockets.add(socket);
        socket
          .on('error', () => undefined)
          .on('close', () => {
            this.sockets.delete(socket);
            client.destroy();
            upstream.destroy();
          });
      }
      client.pipe(upstream).pipe(client);
    });
    server.listen(this.port, '127.0.0.1');
    await once(server, 'listening');
    this.port = (server.address() as { port: number }).port;
    this.server = server;
  }

  /**
   * Connections that are open stay so and carry nothing any more, as after a peer that lost its power; new ones work.
   */
  silence(): void {
    for (const socket of this.sockets) socket.unpipe().pause();
  }
}

function parse(address: string): { host: string; port: number } {
  const [host = '', port] = address.split(':');
  return { host, port: Number(port) };
}
