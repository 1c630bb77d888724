import type { IncomingMessage } from 'node:http';
import type { RateLimiter } from '@wentu/composition';
import { RateLimitedError, sentence } from '@wentu/domain';
import type { NextFunction, Request, Response } from 'express';
import type { ClientKey } from './client-key';
import { noteRefusal } from './overload';

/** The cost of a query that is worth one more point. */
const COST_OF_A_POINT = 500;

/** Limits what each client asks for in a minute: a point for each request, and further points for dear queries. */
export class RateLimit {
  /** @param limiter null: no limit */
  constructor(
    private readonly limiter: RateLimiter | null,
    private readonly keyOf: ClientKey,
  ) {}

  readonly middleware = (request: Request, _response: Response, next: NextFunction): void => {
    this.take(request, 1).then(() => next(), next);
  };

  /** Takes the points of an operation. @throws RateLimitedError */
  async spend(request: IncomingMessage, cost: number): Promise<void> {
    await this.take(request, Math.floor(cost / COST_OF_A_POINT));
  }

  /** @throws RateLimitedError */
  async take(request: IncomingMessage, points: number): Promise<void> {
    const key = this.limiter === null || points === 0 ? null : this.keyOf(request);
    if (this.limiter === null || key === null) return;
    const waitMs = await this.limiter.take(key, points);
    if (waitMs === 0) return;
    noteRefusal('points');
    const seconds = Math.ceil(waitMs / 1_000);
    throw new RateLimitedError(sentence('RATE_LIMITED', { points: this.limiter.perMinute, seconds }), seconds);
  }
}
