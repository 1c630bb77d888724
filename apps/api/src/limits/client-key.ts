import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { networkOf } from '../access/client-address';
import { isThisMachine } from './connection-limits';

/** Who a request counts for in the limits of clients. Null: it is not limited. */
export type ClientKey = (request: IncomingMessage) => string | null;

/** A client is the network of its address. @param addressOf see `createAddressOf` */
export function createClientKey(addressOf: (request: IncomingMessage) => string): ClientKey {
  return (request) => {
    const address = addressOf(request);
    // A program on this machine, or a proxy on it that is not named as one.
    return isIP(address) === 0 || isThisMachine(address) ? null : networkOf(address);
  };
}
