import { maxAliasesRule } from '@escape.tech/graphql-armor-max-aliases';
import { maxDepthRule } from '@escape.tech/graphql-armor-max-depth';
import { maxDirectivesRule } from '@escape.tech/graphql-armor-max-directives';
import type { ApolloServerPlugin } from '@apollo/server';
import { InvalidInputError } from '@wentu/domain';
import { GraphQLError, OperationTypeNode, type ValidationContext, type ValidationRule } from 'graphql';

export interface Protection {
  readonly rules: ValidationRule[];
  readonly maxTokens: number;
}

/** A query that breaks a limit is a wrong query: the limit is reported beside the other errors of validation. */
const REPORT = {
  propagateOnRejection: false,
  onReject: [(context: ValidationContext | null, error: GraphQLError) => context?.reportError(error)],
};

/** Limits on the shape of a query, the same over HTTP and WebSocket. */
export function createProtection(maxDepth: number): Protection {
  return {
    rules: [
      maxDepthRule({ n: maxDepth, ignoreIntrospection: true, flattenFragments: true, ...REPORT }),
      // An operation may ask for several searches; a thousand under other names is an attack.
      maxAliasesRule({ n: 30, ...REPORT }),
      maxDirectivesRule({ n: 50, ...REPORT }),
    ],
    maxTokens: 2_000,
  };
}

/** Subscriptions go over WebSocket. Over HTTP Apollo would run the field of one as if it were a query's. */
export const refuseSubscriptionsOverHttp: ApolloServerPlugin = {
  requestDidStart: () =>
    Promise.resolve({
      didResolveOperation({ operation }) {
        if (operation?.operation !== OperationTypeNode.SUBSCRIPTION) return Promise.resolve();
        const originalError = new InvalidInputError(
          'a subscription goes over WebSocket (graphql-ws, at /graphql); over HTTP ask for loadJob again and again',
        );
        throw new GraphQLError(originalError.message, { originalError, extensions: { http: { status: 400 } } });
      },
    }),
};
