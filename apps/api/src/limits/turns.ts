import { setImmediate as immediate } from 'node:timers/promises';

/** The limit of turns in a row, so that work goes on while connections arrive without end. */
const MAX_TURNS = 256;

/**
 * Lets other clients have their turn of the event loop. libuv accepts one connection a turn: if each turn had a large
 * query in it, the last of 300 new connections would wait for 300 of them.
 */
export class Turns {
  private arrivals = 0;

  /** Call it for each new connection. */
  noteArrival(): void {
    this.arrivals++;
  }

  /** Resolves in a later turn, when no further connection arrives. */
  async next(): Promise<void> {
    let seen: number;
    let turns = 0;
    do {
      seen = this.arrivals;
      await immediate();
    } while (this.arrivals !== seen && ++turns < MAX_TURNS);
  }
}
