/**
 * The part of a port that a test uses: it stops compiling when the port changes, and to use another part of it throws.
 * `then` may be asked for: a promise that resolves to the fake does so.
 */
export function fake<Port extends object>(part: Partial<Port>): Port {
  const get = (target: Partial<Port>, name: string | symbol): unknown => {
    if (name in target || name === 'then') return Reflect.get(target, name);
    throw new Error(`the fake has no ${String(name)}; give it one, or the test goes a way that it should not go`);
  };
  return new Proxy(part, { get }) as Port;
}
