import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Connections that the system holds until the server accepts them. A crowd that arrives at once fills 511. */
const BACKLOG = 4_096;

export async function listen(server: Server, port: number, host: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host, backlog: BACKLOG }, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

/** For example http://127.0.0.1:4000 */
export function addressOf(server: Server, host: string): string {
  const { port } = server.address() as AddressInfo;
  // A client cannot connect to the wildcard address.
  const name = host === '0.0.0.0' || host === '::' ? 'localhost' : host.includes(':') ? `[${host}]` : host;
  return `http://${name}:${port}`;
}
