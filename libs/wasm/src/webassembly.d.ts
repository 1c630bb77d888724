/** What is used of WebAssembly: its types come with the browser's, which have no place in a server. */
declare namespace WebAssembly {
  class Memory {
    constructor(descriptor: { initial: number });
    readonly buffer: ArrayBuffer;
  }
  class Module {
    constructor(bytes: Uint8Array);
    private readonly opaque: unknown;
  }
  class Instance {
    constructor(module: Module, imports: { env: { memory: { readonly buffer: ArrayBuffer } } });
    readonly exports: Readonly<Record<string, unknown>>;
  }
}
