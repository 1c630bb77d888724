import type { IncomingMessage, ServerResponse } from 'node:http';
import { HeaderMap, type ApolloServerPlugin } from '@apollo/server';
import { WentuError } from '@wentu/domain';
import { currentScope, inScope, nowMs } from '@wentu/telemetry';
import type { NextFunction, Request, Response } from 'express';
import { GraphQLError, OperationTypeNode, type DocumentNode, type GraphQLSchema } from 'graphql';
import type { Context } from '../graphql/context';
import { STATUS } from '../http/send-error';
import { noteRefusal, retryAfterOf } from './overload';
import { checkCost, costOf } from './query-cost';
import { TurnQueue } from './turn-queue';
import type { Turns } from './turns';
import { WeightedGate } from './weighted-gate';

export interface AdmissionLimits {
  readonly maxQueryCost: number;
  readonly maxRunningQueries: number;
  readonly maxWaitingQueries: number;
  readonly queryTimeoutMs: number;
}

export interface QueueState {
  readonly running: number;
  readonly waiting: number;
}

/** This number of the dearest queries runs at once. */
const DEAREST_AT_ONCE = 2;
/** Mutations at once. Some wait for loads, so they are counted apart. */
const MAX_MUTATIONS = 256;
/** A query waits at most this time for its turn. */
const WAIT_MS = 10_000;

export interface Operation {
  readonly document: DocumentNode;
  readonly type: OperationTypeNode;
  readonly operationName?: string | null | undefined;
  readonly variables?: object | null | undefined;
}

/**
 * Decides whether an operation runs: it waits for its turn in a short queue, its cost must be below the limit, and its
 * client must have points left. HTTP and WebSocket share it.
 */
export class Admission {
  private readonly turns: TurnQueue;
  private readonly queries: WeightedGate;
  private readonly mutations: WeightedGate;
  /** As many as the last query of all of them gave. */
  private collections: number | undefined;

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly limits: AdmissionLimits,
    turns: Turns,
  ) {
    const { maxRunningQueries: running, maxWaitingQueries: waiting, maxQueryCost } = limits;
    this.turns = new TurnQueue({ running, waiting, waitMs: WAIT_MS }, turns);
    this.queries = new WeightedGate(
      { running, weight: DEAREST_AT_ONCE * maxQueryCost, waiting, waitMs: WAIT_MS },
      'queries',
      turns,
    );
    this.mutations = new WeightedGate(
      { running: MAX_MUTATIONS, weight: Infinity, waiting: 0, waitMs: 0 },
      'mutations',
      turns,
    );
  }

  /** What runs and what waits, in requests, and in queries and mutations that have begun. */
  get states(): Readonly<Record<'requests' | 'queries' | 'mutations', QueueState>> {
    return { requests: this.turns.state, queries: this.queries.state, mutations: this.mutations.state };
  }

  /**
   * Answers a request while the queue is full, before anything else is done for it: a refusal must cost less than the
   * request.
   * @returns false if the request may go on
   */
  refuses(request: IncomingMessage, response: ServerResponse): boolean {
    if (!this.turns.isFull || request.method === 'OPTIONS' || !/^\/graphql\/?(\?|$)/.test(request.url ?? ''))
      return false;
    noteRefusal('queue');
    const error = this.turns.fullError();
    const body = JSON.stringify({ errors: [{ message: error.message, extensions: { code: error.code } }] });
    response.writeHead(STATUS[error.code], {
      'Content-Type': 'application/json; charset=utf-8',
      'Content-Length': Buffer.byteLength(body),
      'Cache-Control': 'no-store',
      'Retry-After': error.retryAfterS,
      'X-Content-Type-Options': 'nosniff',
    });
    response.end(body);
    return true;
  }

  /** Call it after the body was read. The turn ends with the operation, or with the response at the latest. */
  readonly waitForTurn = (_request: Request, response: Response, next: NextFunction): void => {
    if (this.turns.isFull) {
      noteRefusal('queue');
      next(this.turns.fullError());
      return;
    }
    const [scope, since] = [currentScope(), nowMs()];
    const leaveQueue = this.turns.enter((leave) => {
      scope?.trace.record('wait.turn', since, nowMs(), scope.span);
      response.locals['leaveTurn'] = leave;
      response.once('close', leave);
      // The turn belongs to the request that has scheduled it.
      inScope(scope, next);
    }, next);
    response.once('close', leaveQueue);
  };

  /** As `waitForTurn`, for an operation of a WebSocket. @returns the function that ends the turn */
  async takeTurn(): Promise<() => void> {
    if (this.turns.isFull) {
      noteRefusal('queue');
      throw this.turns.fullError();
    }
    return await new Promise((begin, refuse) => this.turns.enter(begin, refuse));
  }

  /**
   * Resolves when the operation may run. Call the result when it has ended.
   * @throws LimitExceededError, RateLimitedError, OverloadedError; GraphQLError for variables that do not fit
   */
  async enter({ document, type, ...given }: Operation, context: Context): Promise<() => void> {
    const { collections } = this;
    const cost = costOf(this.schema, document, { ...given, ...(collections === undefined ? {} : { collections }) });
    checkCost(cost, this.limits.maxQueryCost);
    await context.spend(cost);
    context.collectionCount = (count) => (this.collections = count);
    if (type === OperationTypeNode.MUTATION) return await this.mutations.enter(1, context.signal);
    // A subscription waits nearly always.
    if (type === OperationTypeNode.SUBSCRIPTION) return () => undefined;
    const leave = await this.queries.enter(cost, context.signal);
    const stopClock = context.startClock(this.limits.queryTimeoutMs);
    return () => {
      stopClock();
      leave();
    };
  }

  /** For operations over HTTP. */
  readonly plugin: ApolloServerPlugin<Context> = {
    requestDidStart: async () => {
      let leave: (() => void) | undefined;
      return {
        didResolveOperation: async ({ document, operation, request, contextValue }) => {
          // Apollo reports an unknown name of an operation itself.
          if (!operation) return;
          // A mutation may wait for a load, which takes hours.
          if (operation.operation === OperationTypeNode.MUTATION) contextValue.leaveTurn();
          const { operationName, variables } = request;
          try {
            leave = await this.enter({ document, type: operation.operation, operationName, variables }, contextValue);
          } catch (error) {
            throw error instanceof WentuError ? withStatus(error) : error;
          }
        },
        willSendResponse: async ({ contextValue }) => {
          leave?.();
          contextValue.leaveTurn();
        },
      };
    },
  };
}

/** The turn of a request over HTTP. */
export function turnOf(response: Response): () => void {
  return response.locals['leaveTurn'] as () => void;
}

function withStatus(error: WentuError): GraphQLError {
  const seconds = retryAfterOf(error);
  const headers = new HeaderMap(seconds === undefined ? [] : [['retry-after', String(seconds)]]);
  // Apollo reads a HeaderMap here, but other packages declare the extensions of errors with a plain object.
  const http: object = { status: STATUS[error.code], headers };
  const extensions = Object.assign({ code: error.code }, { http });
  return new GraphQLError(error.message, { originalError: error, extensions });
}
