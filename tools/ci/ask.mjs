// Asks a server that was started for it.
import { setTimeout as sleep } from 'node:timers/promises';

/** @throws with the first error's message @returns `data` */
export async function ask(address, query, variables) {
  const response = await fetch(`${address}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = await response.json();
  if (errors) throw new Error(errors[0].message);
  return data;
}

/** The first start with a model encodes 120 samples, which would be measured with what is asked meanwhile. */
export async function untilMeasured(address) {
  while ((await ask(address, '{ serverInfo { similarityFloor } }')).serverInfo.similarityFloor === null)
    await sleep(100);
}
