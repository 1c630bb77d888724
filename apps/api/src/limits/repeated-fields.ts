import type { NextFunction, Request, Response } from 'express';
import { GraphQLError, parse, visit, type DocumentNode } from 'graphql';

/** The limits of fields with one response name in a document: with arguments or fields of their own, and without. */
const [MAX_LARGE, MAX_SMALL] = [100, 500];

/**
 * Refuses a document that repeats fields. Call it before the validation, whose rule about equal response names compares
 * each pair of them, with their arguments: 9 KB took 0.4 s there. This counts in one pass.
 * @returns the error; null when the document may be validated
 */
export function findRepeats(document: DocumentNode): GraphQLError | null {
  const counts = new Map<string, number>();
  let found: GraphQLError | null = null;
  visit(document, {
    Field(field) {
      const isLarge = (field.arguments?.length ?? 0) > 0 || field.selectionSet !== undefined;
      const name = (field.alias ?? field.name).value;
      const key = isLarge ? `${name}()` : name;
      const count = (counts.get(key) ?? 0) + 1;
      counts.set(key, count);
      const most = isLarge ? MAX_LARGE : MAX_SMALL;
      if (count > most) {
        found ??= new GraphQLError(`the query has the field ${name.slice(0, 60)} more than ${most} times`, {
          extensions: { code: 'GRAPHQL_VALIDATION_FAILED', http: { status: 400 } },
        });
      }
    },
  });
  return found;
}

/** Refuses requests with such a query. Other errors of the query are left to the next handler. */
export function refuseRepeats(maxTokens: number) {
  return (request: Request, response: Response, next: NextFunction): void => {
    const { query } = Object(request.method === 'GET' ? request.query : request.body) as { query?: unknown };
    const document = typeof query === 'string' ? tryParse(query, maxTokens) : null;
    const found = document && findRepeats(document);
    if (found) {
      const { message, extensions } = found;
      response.status(400).json({ errors: [{ message, extensions: { code: extensions['code'] } }] });
    } else next();
  };
}

function tryParse(query: string, maxTokens: number): DocumentNode | null {
  try {
    return parse(query, { maxTokens, noLocation: true });
  } catch {
    return null;
  }
}
