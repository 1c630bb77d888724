export { handOver, RpcClient, serveCalls, type Remote, type RpcPort } from './rpc';
export { lowerThreadPriority } from './thread-priority';
