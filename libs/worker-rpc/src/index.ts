export { handOver, RpcClient, serveCalls, type Remote, type RpcPort, type Served } from './rpc';
export { lowerThreadPriority } from './thread-priority';
