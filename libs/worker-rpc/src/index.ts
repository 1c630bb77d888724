export { RpcClient, serveCalls, type Remote, type RpcPort } from './rpc';
