import { maxAliasesRule } from '@escape.tech/graphql-armor-max-aliases';
import { maxDepthRule } from '@escape.tech/graphql-armor-max-depth';
import { maxDirectivesRule } from '@escape.tech/graphql-armor-max-directives';
import type { ValidationRule } from 'graphql';

export interface Protection {
  readonly rules: ValidationRule[];
  readonly maxTokens: number;
}

/** Limits on the shape of a query, the same over HTTP and WebSocket. A rejected query reports the limit it broke. */
export function createProtection(maxDepth: number): Protection {
  return {
    rules: [
      maxDepthRule({ n: maxDepth, ignoreIntrospection: true, flattenFragments: true }),
      // An operation may ask for several searches; a thousand under other names is an attack.
      maxAliasesRule({ n: 30 }),
      maxDirectivesRule({ n: 50 }),
    ],
    maxTokens: 2_000,
  };
}
