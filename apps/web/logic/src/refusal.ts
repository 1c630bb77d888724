import type { Failure } from '@wentu/language/failures';

type Detail = NonNullable<Failure['detail']>;

/** The failure in an error answer of the server; null when the answer is not from Wentu. */
export function refusalIn(body: string): Failure | null {
  try {
    const [first] = (JSON.parse(body) as { errors: { message: unknown; extensions: Record<string, unknown> }[] })
      .errors;
    const { message, extensions } = first ?? { message: undefined, extensions: {} };
    const { code, detail } = extensions;
    return typeof message === 'string' && typeof code === 'string' ? { code, message, detail: detailIn(detail) } : null;
  } catch {
    return null;
  }
}

/** The key and the values of a message in `extensions` of an error; null: there are none. */
export function detailIn(detail: unknown): Detail | null {
  if (typeof detail !== 'object' || detail === null) return null;
  const { key, params } = detail as Partial<Detail>;
  return typeof key === 'string' && typeof params === 'object' && params !== null ? { key, params } : null;
}

/** A failure as fields of the API have it: its values are a list. */
export interface ListedFailure {
  readonly code: string;
  readonly message: string;
  readonly detail?: {
    readonly key: string;
    readonly params: readonly { readonly name: string; readonly value: string }[];
  } | null;
}

export function failureOf({ code, message, detail }: ListedFailure | Failure): Failure {
  if (!detail) return { code, message };
  const { key, params } = detail;
  return { code, message, detail: { key, params: isListed(params) ? asRecord(params) : params } };
}

type Listed = NonNullable<ListedFailure['detail']>['params'];
const isListed = (params: Listed | Detail['params']): params is Listed => Array.isArray(params);
const asRecord = (params: Listed): Detail['params'] =>
  Object.fromEntries(params.map(({ name, value }) => [name, value] as const));
