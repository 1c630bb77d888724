import { statfs } from 'node:fs/promises';

/** The types of file systems on other machines, of `statfs` on Linux. Their changes by others are not reported. */
const NETWORK_TYPES: Readonly<Record<number, string>> = {
  0x6969: 'NFS',
  0x517b: 'SMB',
  0xff534d42: 'CIFS',
  0xfe534d42: 'SMB2',
  0x01021997: '9P',
  0x65735546: 'FUSE',
  0x6a656a63: 'a shared folder of a virtual machine',
  0x786f4256: 'VirtualBox',
  0xbacbacbc: 'VMware',
  0x00c36400: 'Ceph',
  0x0bd00bd0: 'Lustre',
  0x47504653: 'GPFS',
  0x7461636f: 'OCFS2',
  0x5346414f: 'AFS',
  0x73757245: 'Coda',
  0x564c: 'NCP',
};

/** @returns the name of the network file system that a folder is on; null for a local one */
export async function networkTypeOf(directory: string): Promise<string | null> {
  if (process.platform !== 'linux') return null;
  const { type } = await statfs(directory);
  return NETWORK_TYPES[type >>> 0] ?? null;
}
