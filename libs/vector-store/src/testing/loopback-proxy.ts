import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** A proxy to a server whose connections a test can cut. */
export class LoopbackProxy {
  private readonly sockets = new Set<Socket>();
  private server: Server | null = null;

  private constructor(
    private target: { host: string; port: number },
    private port: number,
  ) {}

  /** @param address host:port of the server */
  static async open(address: string): Promise<LoopbackProxy> {
    const proxy = new LoopbackProxy(parse(address), 0);
    await proxy.listen();
    return proxy;
  }

  get address(): string {
    return `127.0.0.1:${this.port}`;
  }

  /** Connects new clients to another server. */
  redirectTo(address: string): void {
    this.target = parse(address);
  }

  /** Closes open connections and refuses new ones. */
  async cut(): Promise<void> {
    const { server } = this;
    this.server = null;
    for (const socket of this.sockets) socket.destroy();
    if (!server) return;
    server.close();
    await once(server, 'close');
  }

  /** Accepts connections again, on the same port. */
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

  /** Open connections stay open but carry no more data, as after a power failure of the peer. New connections work. */
  silence(): void {
    for (const socket of this.sockets) socket.unpipe().pause();
  }
}

function parse(address: string): { host: string; port: number } {
  const [host = '', port] = address.split(':');
  return { host, port: Number(port) };
}
