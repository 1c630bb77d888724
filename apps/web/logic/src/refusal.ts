export interface Refusal {
  readonly code: string;
  readonly message: string;
}

/** The reason in an answer of the server that is no success; null when it is not the server's own. */
export function refusalIn(body: string): Refusal | null {
  try {
    const [first] = (JSON.parse(body) as { errors: { message: unknown; extensions: { code: unknown } }[] }).errors;
    const { message, extensions } = first ?? { message: undefined, extensions: { code: undefined } };
    return typeof message === 'string' && typeof extensions.code === 'string'
      ? { code: extensions.code, message }
      : null;
  } catch {
    return null;
  }
}
