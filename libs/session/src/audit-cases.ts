import type { AuditEntry, AuditReader } from '@wentu/domain';
import { pageOf, type Page, type PageArguments } from './paging';

/** Use cases that read the audit log. */
export class AuditCases {
  constructor(private readonly ports: { readonly audit: AuditReader }) {}

  /** One page of the lines, newest first. */
  async page(page: PageArguments): Promise<Page<AuditEntry>> {
    const keyOf = ({ id }: AuditEntry): string => String(id);
    const read = async (after: string | null, limit: number): Promise<AuditEntry[]> =>
      await this.ports.audit.page(after === null ? null : Number(after), limit);
    return await pageOf({ kind: 'audit', keyOf, read }, page);
  }
}
