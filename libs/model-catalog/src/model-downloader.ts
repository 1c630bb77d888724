import { LimitExceededError, NotFoundError, UnavailableError } from '@wentu/domain';
import { downloadFiles, type DownloadProgress } from './download-files';
import { HttpClient, type Proxies } from './http-client';
import { networkError } from './http-errors';
import { planDownload, type DownloadPlan, type PlanOptions } from './plan-download';
import { retry } from './retry';
import { showUrl } from './show-url';

const IDLE_TIMEOUT_MS = 60_000;
const RETRY = { maxAttempts: 6, firstDelayMs: 1_000, maxDelayMs: 60_000 };
const MAX_FILE_BYTES = 32 * 1024 ** 3;
const MAX_TEXT_BYTES = 1024 * 1024;

/** Finds the files of a model and downloads them. */
export class ModelDownloader {
  private readonly http: HttpClient;

  constructor(proxies: Proxies) {
    this.http = new HttpClient(proxies, IDLE_TIMEOUT_MS);
  }

  /** @throws UnavailableError offline, NotFoundError, InvalidInputError */
  async plan(source: string, options: Omit<PlanOptions, 'fetchText'>, signal?: AbortSignal): Promise<DownloadPlan> {
    const fetchText = (url: string): Promise<string | null> =>
      retry(
        () => this.fetchText(url, signal),
        () => false,
        RETRY,
        signal,
      );
    try {
      return await planDownload(source, { ...options, fetchText });
    } catch (error) {
      if (!(error instanceof UnavailableError)) throw error;
      throw new UnavailableError(
        `${error.message}\nBy hand: download the model's files on another machine, copy their folder to this machine, and run wentu model add FOLDER`,
        { cause: error },
      );
    }
  }

  /**
   * Continues an earlier call with the same folder. @returns the folder with the files
   * @throws UnavailableError with instructions for downloading by hand
   */
  async download(
    plan: DownloadPlan,
    folder: string,
    options: { readonly signal?: AbortSignal; readonly onProgress?: (progress: DownloadProgress) => void },
  ): Promise<string> {
    try {
      return await downloadFiles(plan.files, folder, {
        http: this.http,
        retry: RETRY,
        maxFileBytes: MAX_FILE_BYTES,
        ...options,
      });
    } catch (error) {
      if (!(error instanceof UnavailableError)) throw error;
      const files = plan.files.map(
        ({ url, path, optional }) => `  ${path}  ${showUrl(url)}${optional ? '  (if it exists)' : ''}`,
      );
      throw new UnavailableError(
        `${error.message}\nBy hand: download these files on another machine into one folder, with these names, ` +
          `copy the folder to this machine, and run wentu model add FOLDER:\n${files.join('\n')}`,
        { cause: error },
      );
    }
  }

  async close(): Promise<void> {
    await this.http.close();
  }

  private async fetchText(url: string, signal?: AbortSignal): Promise<string | null> {
    let answer;
    try {
      answer = await this.http.get(url, {}, signal);
    } catch (error) {
      if (error instanceof NotFoundError) return null;
      throw error;
    }
    const chunks: Buffer[] = [];
    let size = 0;
    try {
      for await (const chunk of answer.body) {
        size += (chunk as Buffer).length;
        if (size > MAX_TEXT_BYTES)
          throw new LimitExceededError(
            `${showUrl(url)} has more than ${MAX_TEXT_BYTES} bytes; check that it is the address of a model`,
          );
        chunks.push(chunk as Buffer);
      }
    } catch (error) {
      signal?.throwIfAborted();
      throw error instanceof LimitExceededError ? error : networkError(error, new URL(url));
    }
    return Buffer.concat(chunks).toString('utf8');
  }
}
