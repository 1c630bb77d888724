import { ForbiddenError, WentuError, sentence, type AuditLog } from '@wentu/domain';
import { AUDITS } from './audits';
import { BOUND_CASES } from './bound-cases';
import { Bounds, type BoundPorts } from './bounds';
import { RIGHTS, type Principal, type Right } from './rights';
import type { UseCases } from './use-cases';

/**
 * The use cases for one principal. Each call first checks its right, and that its collection is one of the principal.
 */
export type Session = { readonly [G in keyof UseCases]: Pick<UseCases[G], keyof UseCases[G]> } & {
  readonly principal: Principal;
};

export interface SessionPorts extends BoundPorts {
  readonly audit: Pick<AuditLog, 'add'>;
}

type Call = (...args: unknown[]) => unknown;
/** The tables are checked by their types; here their functions are called by name. */
type Table<T> = Readonly<Record<keyof UseCases, Readonly<Record<string, T | undefined>>>>;

const rights: Table<Right> = RIGHTS;
const audits = AUDITS as unknown as Table<(...args: unknown[]) => string | null>;
const boundCases = BOUND_CASES as unknown as Table<(bounds: Bounds, call: Call, ...args: unknown[]) => unknown>;

/**
 * @returns a session whose calls throw UNAUTHENTICATED or FORBIDDEN where the principal lacks the right, and NOT_FOUND
 * for collections that are not those of the principal. Calls of principals with a name that change something have a
 * line in the audit log.
 */
export function sessionFor(principal: Principal, useCases: UseCases, ports: SessionPorts): Session {
  const bounds = principal.collections && new Bounds(ports, principal, principal.collections);
  const guarded = (group: keyof UseCases): object =>
    new Proxy(useCases[group], {
      // Only methods with a line in the table can be called.
      get(target, name) {
        const right = typeof name === 'string' && Object.hasOwn(rights[group], name) ? rights[group][name] : undefined;
        const method: unknown = Reflect.get(target, name, target);
        if (right === undefined || typeof name !== 'string' || typeof method !== 'function') return undefined;
        return (...args: unknown[]): unknown => {
          requireRight(principal, right);
          const call: Call = (...all) => Reflect.apply(method, target, all);
          const targetOf = principal.name === null ? undefined : audits[group][name];
          const audited = targetOf ? audit(`${group}.${name}`, targetOf, call) : call;
          if (!bounds) return audited(...args);
          const bound = boundCases[group][name];
          if (!bound) throw new Error(`${group}.${name} has no bounds`);
          return bound(bounds, audited, ...args);
        };
      },
    });

  /** Adds a line before the call, so that no change is without one, and another line if it fails. */
  const audit =
    (action: string, targetOf: (...args: unknown[]) => string | null, call: Call): Call =>
    async (...args) => {
      const line = { who: principal.name, keyId: principal.keyId, action, target: targetOf(...args) };
      await ports.audit.add({ ...line, outcome: 'STARTED' });
      try {
        return await call(...args);
      } catch (error) {
        const outcome = error instanceof WentuError ? error.code : 'INTERNAL';
        // The error of the call is the one that matters.
        await ports.audit.add({ ...line, outcome }).catch(() => undefined);
        throw error;
      }
    };

  const groups = Object.fromEntries(Object.keys(RIGHTS).map((group) => [group, guarded(group as keyof UseCases)]));
  return { ...(groups as unknown as Omit<Session, 'principal'>), principal };
}

function requireRight({ name, rights: own }: Principal, right: Right): void {
  if (own.has(right)) return;
  if (name === null)
    throw new WentuError(
      'UNAUTHENTICATED',
      `this needs the right ${right}; sign in, or send a key (Authorization: Bearer)`,
    );
  throw new ForbiddenError(sentence('RIGHT_MISSING', { name, right }));
}
