/** Servers that tools/engines starts, by the variable that has their address. */
const SERVERS = {
  'milvus 2.3.5': 'WENTU_TEST_MILVUS_ADDRESS',
  'milvus-lite 3.2.2': 'WENTU_TEST_MILVUS_LITE_ADDRESS',
};

/** Declares tests for each server that runs; says loudly which does not, and fails without it where CI_ENGINES=1. */
export function onEachServer(declare: (name: string, address: string) => void): void {
  for (const [name, variable] of Object.entries(SERVERS)) {
    const address = process.env[variable] ?? '';
    if (address === '' && process.env['CI_ENGINES'] === '1') throw new Error(`CI_ENGINES=1 wants ${variable}`);
    if (address === '') process.stderr.write(`SKIPPED: ${name}; see tools/engines/with.mjs, which sets ${variable}\n`);
    (address === '' ? describe.skip : describe)(name, () => declare(name, address));
  }
}
