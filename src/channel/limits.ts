const KiB = 1_024;
const MiB = 1_024 * KiB;

/** The limits of a log. All are finite; what happens at each is said beside it. */
export interface LogLimits {
  /** Octets of all histories together. Beyond: the oldest entries of the hub go. Default 256 MiB. */
  readonly history: number;
  /** Channels that have entries or readers. Beyond: `publish` rejects, a reader is refused. Default 100,000. */
  readonly channels: number;
  /** Octets that a reader is handed at once. What lacks more is behind. Default 1 MiB. */
  readonly behind: number;
  /** Milliseconds that a reader waits for a server that lags. Then: a gap. Default 2 s. */
  readonly catchUp: number;
  /** Octets of the private log of a session. Beyond: its oldest entries go. Default 64 KiB. */
  readonly inbox: number;
}

/** What holds unless a log is told otherwise. */
export const DEFAULT_LOG_LIMITS: LogLimits = {
  history: 256 * MiB,
  channels: 100_000,
  behind: MiB,
  catchUp: 2_000,
  inbox: 64 * KiB,
};

/** More channels than `limits.channels` would have to be held. */
export class ChannelLimitError extends Error {
  override readonly name = 'ChannelLimitError';

  constructor(limit: number) {
    super(`more than limits.channels (${limit}) channels`);
  }
}
