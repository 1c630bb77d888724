import { randomUUID } from 'node:crypto';
import type { ApolloServerPlugin } from '@apollo/server';
import { codeOf, currentScope, inTrace, measure } from '@wentu/telemetry';
import {
  execute,
  getOperationAST,
  Kind,
  subscribe,
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  type FragmentDefinitionNode,
  type GraphQLError,
  type GraphQLFormattedError,
  type OperationDefinitionNode,
} from 'graphql';
import type { Context } from '../graphql/context';
import { RequestTrace } from './request-trace';
import { fieldLabel, rootFieldsOf } from './root-fields';

const INVALID = { operation: 'none', field: 'invalid' };

/** Measures the operations over HTTP, by their root fields, and adds the id of the request to their errors. */
export const measureOperations: ApolloServerPlugin<Context> = {
  requestDidStart() {
    const startMs = performance.now();
    return Promise.resolve({
      willSendResponse({ document, operation, request, response: { body } }) {
        const result = body?.kind === 'single' ? body.singleResult : {};
        report(describe(document, operation ?? null), result.errors ?? [], performance.now() - startMs);
        // `createRequestWatch` has put it into the header.
        const requestId = request.http?.headers.get('x-request-id');
        if (result.errors && requestId)
          result.errors = result.errors.map((error) => ({ ...error, extensions: { ...error.extensions, requestId } }));
        const trace = currentScope()?.trace;
        if (trace instanceof RequestTrace) trace.noteAnswer();
        return Promise.resolve();
      },
    });
  },
};

interface Operation {
  readonly operation: string;
  readonly field: string;
  /** By the keys of the answer. */
  readonly fields: ReadonlyMap<string, string>;
}

function describe(document: DocumentNode | undefined, operation: OperationDefinitionNode | null): Operation {
  if (!document || !operation) return { ...INVALID, fields: new Map() };
  const fragments: Record<string, FragmentDefinitionNode> = {};
  for (const each of document.definitions) {
    if (each.kind === Kind.FRAGMENT_DEFINITION) fragments[each.name.value] = each;
  }
  const fields = rootFieldsOf(operation, fragments);
  return { operation: operation.operation, field: fieldLabel(fields), fields };
}

function report({ operation, field, fields }: Operation, errors: readonly GraphQLFormattedError[], ms: number): void {
  measure('graphqlSeconds', ms / 1_000, { operation, field });
  const trace = currentScope()?.trace;
  if (trace instanceof RequestTrace) trace.noteOperation(operation, [...new Set(fields.values())]);
  for (const { path, extensions } of errors) {
    const code = typeof extensions?.['code'] === 'string' ? extensions['code'] : 'GONE';
    const failed = fields.get(String(path?.[0])) ?? field;
    measure('graphqlErrors', 1, { operation, field: failed, code });
    if (trace instanceof RequestTrace) trace.noteError(code);
  }
}

/** Executes operations over WebSocket, and measures them. */
export function socketExecution(finish: (trace: RequestTrace) => void): {
  execute(args: ExecutionArgs): Promise<ExecutionResult>;
  subscribe: typeof subscribe;
} {
  return {
    async execute(args) {
      const trace = new RequestTrace(randomUUID(), 'websocket');
      const startMs = performance.now();
      const operation = describe(args.document, getOperationAST(args.document, args.operationName) ?? null);
      return await inTrace(trace, async () => {
        try {
          const result = await execute(args);
          report(operation, result.errors?.map(withCode) ?? [], performance.now() - startMs);
          return result;
        } finally {
          finish(trace);
        }
      });
    },
    async subscribe(args) {
      const { field } = describe(args.document, getOperationAST(args.document, args.operationName) ?? null);
      const result = await subscribe(args);
      if (!(Symbol.asyncIterator in result)) return result;
      return countOpen(result, field);
    },
  };
}

function withCode(error: GraphQLError): GraphQLFormattedError {
  return { ...error.toJSON(), extensions: { code: codeOf(error.originalError) } };
}

const open = new Map<string, number>();

function change(field: string, by: number): void {
  const count = (open.get(field) ?? 0) + by;
  open.set(field, count);
  measure('subscriptions', count, { field });
}

/** Counts the stream as open until it ends. */
function countOpen<T>(stream: AsyncGenerator<T, void, void>, field: string): AsyncGenerator<T, void, void> {
  change(field, 1);
  let isOpen = true;
  const ended = (): void => {
    if (isOpen) change(field, -1);
    isOpen = false;
  };
  const counted = {
    async next() {
      try {
        const next = await stream.next();
        if (next.done === true) ended();
        return next;
      } catch (error) {
        ended();
        throw error;
      }
    },
    async return() {
      ended();
      return await stream.return();
    },
    async throw(error: unknown) {
      ended();
      return await stream.throw(error);
    },
    [Symbol.asyncIterator]: () => counted,
    [Symbol.asyncDispose]: async () => {
      ended();
      await stream.return();
    },
  };
  return counted;
}
