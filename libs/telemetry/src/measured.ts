import { isMeasuring, measure } from './measure';
import { codeOf, currentScope, spanned } from './trace';

/**
 * The same port, whose calls are measured and are steps of the current request. All its methods return promises.
 * @param store 'rows' or 'index', the stage of its calls
 * @param port the name of the port, such as 'images'
 */
export function measured<T extends object>(target: T, store: 'rows' | 'index', port: string): T {
  const methods = new Map<PropertyKey, unknown>();
  return new Proxy(target, {
    get(_target, method) {
      const value: unknown = Reflect.get(target, method, target);
      if (typeof value !== 'function' || typeof method !== 'string') return value;
      let call = methods.get(method);
      if (!call) methods.set(method, (call = measuredCall(target, value as Method, { store, port, method })));
      return call;
    },
  });
}

type Method = (...args: unknown[]) => Promise<unknown>;

function measuredCall(target: object, method: Method, labels: { store: string; port: string; method: string }): Method {
  const { store, port, method: name } = labels;
  const step = store === 'rows' ? `rows.${port}.${name}` : `index.${name}`;
  const timed = (call: Promise<unknown>): Promise<unknown> => {
    const startMs = performance.now();
    const end = (): void => measure('storeSeconds', (performance.now() - startMs) / 1_000, labels);
    return call.then(
      (answer) => {
        end();
        return answer;
      },
      (error: unknown) => {
        end();
        measure('storeErrors', 1, { ...labels, code: codeOf(error) });
        throw error;
      },
    );
  };
  // Many of these calls belong to each search, so they create as few promises as possible.
  return (...args) => {
    const call = (): Promise<unknown> => Reflect.apply(method, target, args);
    const run = isMeasuring() ? (): Promise<unknown> => timed(call()) : call;
    return currentScope() ? spanned(step, run) : run();
  };
}
