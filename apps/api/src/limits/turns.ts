import { setImmediate as immediate } from 'node:timers/promises';

/** Work waits for a crowd of this size: twice what the system keeps until it is accepted. */
const CROWD = 1_024;
/** Connections without end keep work waiting for this number of turns a second, … */
const TURNS_A_SECOND = 64;
/** … and for this number of turns each time. */
const MIN_TURNS = 2;

/**
 * Lets other clients have their turn of the event loop. libuv accepts one connection a turn: if each turn had a large
 * query in it, the last of 300 new connections would wait for 300 of them.
 */
export class Turns {
  private arrivals = 0;
  /** The number of turns for which work may still wait. */
  private left = CROWD;
  private leftSinceMs = performance.now();

  /** Call it for each new connection. */
  noteArrival(): void {
    this.arrivals++;
  }

  /**
   * Resolves in a later turn: when no further connection arrives, or after a crowd has connected. Clients that connect
   * again and again delay work by some turns only.
   */
  async next(): Promise<void> {
    this.refill();
    let seen: number;
    let turns = 0;
    do {
      seen = this.arrivals;
      await immediate();
    } while (this.arrivals !== seen && (++turns < MIN_TURNS || --this.left > 0));
  }

  private refill(): void {
    const nowMs = performance.now();
    this.left = Math.min(CROWD, Math.max(0, this.left) + ((nowMs - this.leftSinceMs) / 1_000) * TURNS_A_SECOND);
    this.leftSinceMs = nowMs;
  }
}
