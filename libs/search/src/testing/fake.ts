/**
 * A fake with only the part of a port that a test uses. It stops compiling when the port changes, and it throws when
 * the test uses another part. It allows reading `then`, because a promise that resolves to the fake does that.
 */
export function fake<Port extends object>(part: Partial<Port>): Port {
  const get = (target: Partial<Port>, name: string | symbol): unknown => {
    if (name in target || name === 'then') return Reflect.get(target, name);
    throw new Error(`the fake has no ${String(name)}; add it to the fake if the tested code should use it`);
  };
  return new Proxy(part, { get }) as Port;
}
