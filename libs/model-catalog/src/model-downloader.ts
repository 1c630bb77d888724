import { isDiskFull, UnavailableError } from '@wentu/domain';
import { DEFAULT_HUB } from './catalog';
import { downloadFiles, type DownloadProgress } from './download-files';
import type { RemoteFile } from './file-download';
import { asFolder, parseAddress, type HubAddresses } from './hub-address';
import { HttpClient, type Proxies } from './http-client';
import { readToken } from './hub-token';
import { filesByHand, planDownload, type DownloadPlan, type PlanOptions } from './plan-download';
import type { DownloadWait, RetryOptions } from './retry';
import { showUrl } from './show-url';
import { smallFiles } from './small-files';

const MAX_FILE_BYTES = 32 * 1024 ** 3;
const DEFAULT_MODELSCOPE = 'https://www.modelscope.cn';

/** How to reach the hubs. */
export interface HubAccess {
  readonly proxies: Proxies;
  /** HF_ENDPOINT: the hub that gets the token; null: Hugging Face's. */
  readonly endpoint: string | null;
  /** HF_TOKEN; null: none. */
  readonly token: string | null;
  /** MODELSCOPE_ENDPOINT; null: ModelScope's. */
  readonly modelScope: string | null;
}

export interface DownloaderOptions extends HubAccess {
  /** A mirror that is used instead of the hub; null: none. It does not get the token. */
  readonly mirror: string | null;
  readonly onWait?: (wait: DownloadWait) => void;
}

export interface DownloadTimes extends Omit<RetryOptions, 'onWait'> {
  /** The longest time without data from the server. */
  readonly idleTimeoutMs: number;
  /** The longest time for a listing or a small file. */
  readonly smallFileTimeoutMs: number;
}

const TIMES: DownloadTimes = {
  idleTimeoutMs: 60_000,
  smallFileTimeoutMs: 120_000,
  maxAttempts: 6,
  firstDelayMs: 1_000,
  maxDelayMs: 60_000,
  // A hub counts requests in windows of 300 s.
  maxAskedMs: 310_000,
};

/** Finds the files of a model and downloads them. */
export class ModelDownloader {
  private readonly http: HttpClient;
  private readonly hubs: HubAddresses;
  private readonly retry: RetryOptions;

  /** @throws InvalidInputError when an address, a proxy or the token cannot be used */
  constructor(
    options: DownloaderOptions,
    private readonly times: DownloadTimes = TIMES,
  ) {
    const endpoint = parseAddress(options.endpoint ?? DEFAULT_HUB);
    const huggingFace = parseAddress(options.mirror ?? options.endpoint ?? DEFAULT_HUB);
    this.hubs = {
      huggingFace: asFolder(huggingFace),
      modelScope: asFolder(parseAddress(options.modelScope ?? DEFAULT_MODELSCOPE)),
    };
    const token = readToken(options.token);
    const of = new URL(DEFAULT_HUB).origin;
    this.http = new HttpClient({
      proxies: options.proxies,
      idleTimeoutMs: times.idleTimeoutMs,
      ...(token === null ? {} : { token: { origin: endpoint.origin, value: token } }),
      ...(huggingFace.origin === of ? {} : { mirror: { origin: huggingFace.origin, of } }),
    });
    this.retry = { ...times, ...(options.onWait ? { onWait: options.onWait } : {}) };
  }

  /** @throws UnavailableError offline, NotFoundError, ForbiddenError, InvalidInputError */
  async plan(
    source: string,
    options: Omit<PlanOptions, 'fetchSmall' | 'hubs'>,
    signal?: AbortSignal,
  ): Promise<DownloadPlan> {
    const fetchSmall = smallFiles(this.http, { retry: this.retry, timeoutMs: this.times.smallFileTimeoutMs, signal });
    try {
      return await planDownload(source, { ...options, hubs: this.hubs, fetchSmall });
    } catch (error) {
      if (!(error instanceof UnavailableError)) throw error;
      throw withInstructions(error, filesByHand(source, this.hubs, options.precision));
    }
  }

  /**
   * Continues an earlier call with the same folder. @returns the folder with the files
   * @throws DiskFullError before the first byte; UnavailableError with instructions for downloading by hand
   */
  async download(
    plan: DownloadPlan,
    folder: string,
    options: { readonly signal?: AbortSignal; readonly onProgress?: (progress: DownloadProgress) => void },
  ): Promise<string> {
    try {
      return await downloadFiles(plan.files, folder, {
        http: this.http,
        retry: this.retry,
        maxFileBytes: MAX_FILE_BYTES,
        ...options,
      });
    } catch (error) {
      if (!(error instanceof UnavailableError) || isDiskFull(error)) throw error;
      throw withInstructions(error, plan.files);
    }
  }

  async close(): Promise<void> {
    await this.http.close();
  }
}

function withInstructions(error: UnavailableError, files: readonly RemoteFile[]): UnavailableError {
  const list = files.map(({ url, path, optional }) => `  ${path}  ${byHand(url)}${optional ? '  (if it exists)' : ''}`);
  return new UnavailableError(
    list.length === 0
      ? `${error.message}\nBy hand: download the model's files on another machine, copy their folder to this machine, and run wentu model add FOLDER`
      : `${error.message}\nBy hand: download these files on another machine into one folder, with these names, ` +
          `copy the folder to this machine, and run wentu model add FOLDER:\n${list.join('\n')}`,
    // The page tells the reason; the instructions are for the command line.
    { cause: error, detail: error.detail },
  );
}

/** The query of a ModelScope address names the file; other queries may be secrets. */
function byHand(url: string): string {
  const { searchParams } = new URL(url);
  return searchParams.has('FilePath') ? url : showUrl(url);
}
