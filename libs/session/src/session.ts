import { ForbiddenError, WentuError } from '@wentu/domain';
import { RIGHTS, type Principal, type Right } from './rights';
import type { UseCases } from './use-cases';

/** The use cases for one principal. Each call first checks its right. */
export type Session = { readonly [G in keyof UseCases]: Pick<UseCases[G], keyof UseCases[G]> };

/** @returns a session whose calls throw UNAUTHENTICATED or FORBIDDEN where the principal lacks the right */
export function sessionFor(principal: Principal, useCases: UseCases): Session {
  const { searches, images, attributes, collections, duplicates, loads, sources, uploads, puts, models, server } =
    useCases;
  return {
    searches: guard(searches, RIGHTS.searches, principal),
    images: guard(images, RIGHTS.images, principal),
    attributes: guard(attributes, RIGHTS.attributes, principal),
    collections: guard(collections, RIGHTS.collections, principal),
    duplicates: guard(duplicates, RIGHTS.duplicates, principal),
    loads: guard(loads, RIGHTS.loads, principal),
    sources: guard(sources, RIGHTS.sources, principal),
    uploads: guard(uploads, RIGHTS.uploads, principal),
    puts: guard(puts, RIGHTS.puts, principal),
    models: guard(models, RIGHTS.models, principal),
    server: guard(server, RIGHTS.server, principal),
  };
}

/** Only methods with a line in the table can be called. */
function guard<T extends object>(cases: T, rights: { readonly [C in keyof T]: Right }, principal: Principal): T {
  const table = new Map<PropertyKey, Right>(Object.entries<Right>(rights));
  return new Proxy(cases, {
    get(target, name) {
      const right = table.get(name);
      const method: unknown = Reflect.get(target, name, target);
      if (right === undefined || typeof method !== 'function') return undefined;
      return (...args: unknown[]): unknown => {
        requireRight(principal, right);
        return Reflect.apply(method, target, args);
      };
    },
  });
}

function requireRight({ name, rights }: Principal, right: Right): void {
  if (rights.has(right)) return;
  if (name === null) throw new WentuError('UNAUTHENTICATED', `this needs the right ${right}; authenticate first`);
  throw new ForbiddenError(`${name} lacks the right ${right}; ask the operator of this server for it`);
}
