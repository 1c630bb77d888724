export interface Refusal {
  readonly code: string;
  readonly message: string;
}

/** The code and message in an error answer of the server; null when the answer is not from Wentu. */
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
