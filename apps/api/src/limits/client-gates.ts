import type { IncomingMessage } from 'node:http';
import { UnavailableError, sentence } from '@wentu/domain';
import { Gate } from '@wentu/session';
import type { ClientKey } from './client-key';

export interface ClientGateLimits {
  /** Tasks of one client that run at once, and as many that wait. */
  readonly perClient: number;
  /** Tasks of all clients that run at once, and as many that wait. */
  readonly all: number;
}

/**
 * Runs some tasks at once, and of each client only a part of them: a task lasts as long as its client reads, so one
 * slow client could hold all places. Clients without a key are not limited among themselves.
 */
export class ClientGates {
  /** Tasks that run or wait, also in the gate of their client. */
  private tasks = 0;
  private readonly all: Gate;
  private readonly clients = new Map<string, { readonly gate: Gate; tasks: number }>();

  constructor(
    private readonly keyOf: ClientKey,
    private readonly limits: ClientGateLimits,
  ) {
    this.all = new Gate(limits.all, limits.all);
  }

  /** @throws UnavailableError when too many wait; the signal's reason when it is aborted before the task has begun */
  async run<T>(request: IncomingMessage, task: () => Promise<T>, signal: AbortSignal): Promise<T> {
    const { all } = this.limits;
    if (this.tasks >= 2 * all) throw new UnavailableError(sentence('SERVER_BUSY', { count: all }));
    const inAll = async (): Promise<T> => await this.all.run(task, signal);
    const key = this.keyOf(request);
    this.tasks++;
    try {
      return await (key === null ? inAll() : this.ofClient(key, inAll, signal));
    } finally {
      this.tasks--;
    }
  }

  private async ofClient<T>(key: string, task: () => Promise<T>, signal: AbortSignal): Promise<T> {
    const { perClient } = this.limits;
    const client = this.clients.get(key) ?? { gate: new Gate(perClient, perClient), tasks: 0 };
    this.clients.set(key, client);
    client.tasks++;
    try {
      return await client.gate.run(task, signal);
    } finally {
      client.tasks--;
      if (client.tasks === 0) this.clients.delete(key);
    }
  }
}
