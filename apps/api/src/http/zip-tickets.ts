import { randomBytes } from 'node:crypto';

/** What a zip file will have. It is no secret: whoever asks for the file needs the rights for its images. */
export interface ZipOrder {
  readonly ids: readonly number[];
  /** The name of the zip file, without its extension. */
  readonly name: string;
}

/** How long the address of a zip file is valid. */
export const TICKET_MS = 10 * 60_000;
/** The number of addresses that are valid at once. The oldest one makes room. */
const MAX_TICKETS = 256;

/** Addresses of zip files, so that a browser can download by itself what a page has asked for. */
export class ZipTickets {
  /** In the order of their age. */
  private readonly orders = new Map<string, { readonly order: ZipOrder; readonly endsAtMs: number }>();

  constructor(private readonly now: () => number = Date.now) {}

  /** @returns the last part of the address */
  add(order: ZipOrder): string {
    const ticket = randomBytes(16).toString('base64url');
    this.orders.set(ticket, { order, endsAtMs: this.now() + TICKET_MS });
    for (const [oldest, { endsAtMs }] of this.orders) {
      if (this.orders.size <= MAX_TICKETS && endsAtMs > this.now()) break;
      this.orders.delete(oldest);
    }
    return ticket;
  }

  /** @returns null for an address that is not known, or not valid any more */
  find(ticket: string): ZipOrder | null {
    const found = this.orders.get(ticket);
    return found && found.endsAtMs > this.now() ? found.order : null;
  }
}
