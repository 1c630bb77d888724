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

export interface ShapeLimits {
  readonly maxQueryDepth: number;
  readonly maxQueryAliases: number;
  readonly maxQueryTokens: number;
}

/** A query above a limit is invalid. The limit is reported together with other validation errors. */
const REPORT = {
  propagateOnRejection: false,
  onReject: [(context: ValidationContext | null, error: GraphQLError) => context?.reportError(error)],
};

/** Limits for the shape of a query, over HTTP and WebSocket. */
export function createProtection({ maxQueryDepth, maxQueryAliases, maxQueryTokens }: ShapeLimits): Protection {
  return {
    rules: [
      maxDepthRule({ n: maxQueryDepth, ignoreIntrospection: true, flattenFragments: true, ...REPORT }),
      // An operation may contain several searches; thousands of aliases are an attack.
      maxAliasesRule({ n: maxQueryAliases, ...REPORT }),
      maxDirectivesRule({ n: 50, ...REPORT }),
    ],
    maxTokens: maxQueryTokens,
  };
}

/** Subscriptions need a WebSocket. Over HTTP, Apollo would execute the field like a query. */
export const refuseSubscriptionsOverHttp: ApolloServerPlugin = {
  requestDidStart: () =>
    Promise.resolve({
      didResolveOperation({ operation }) {
        if (operation?.operation !== OperationTypeNode.SUBSCRIPTION) return Promise.resolve();
        const originalError = new InvalidInputError(
          'a subscription needs a WebSocket (graphql-ws, at /graphql); over HTTP poll loadJob',
        );
        throw new GraphQLError(originalError.message, { originalError, extensions: { http: { status: 400 } } });
      },
    }),
};
