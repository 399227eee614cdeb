import type { IncomingMessage } from 'node:http';
import { HttpError } from '../errors.ts';
import { FieldList, type Fields, NO_FIELDS } from '../http1/fields.ts';
import { isHost } from '../http1/host.ts';
import type { RequestHead } from '../http1/request-head.ts';
import { parseRequestTarget, type RequestTarget } from '../http1/request-target.ts';

/** A request as `node:http` hands it out; Express keeps the target it came with apart. */
export type HostRequest = IncomingMessage & { readonly originalUrl?: string };

/** The fields of a message that `node:http` has parsed: `headers` hides a second line of one name. */
export function fieldsOf({ rawHeaders }: IncomingMessage): Fields {
  return fieldsFrom(rawHeaders);
}

/** The fields of a section whose names and values Node hands out by turns. */
export function fieldsFrom(raw: readonly string[]): Fields {
  const lines = [];
  for (let i = 0; i < raw.length; i += 2) {
    lines.push({ name: raw[i]!.toLowerCase(), value: raw[i + 1]! });
  }
  return lines.length === 0 ? NO_FIELDS : new FieldList(lines);
}

/** The head of a request that `node:http` has parsed. */
export function headOf(request: HostRequest): RequestHead {
  return {
    method: request.method ?? '',
    target: request.originalUrl ?? request.url ?? '',
    minorVersion: request.httpVersionMinor === 0 ? 0 : 1,
    fields: fieldsOf(request),
  };
}

/** The target of a request, or nothing when it is none. */
export function targetOf(request: HostRequest): RequestTarget | undefined {
  try {
    return parseRequestTarget(request.method ?? '', request.originalUrl ?? request.url ?? '');
  } catch {
    return undefined;
  }
}

/** What is wrong with a head that `node:http` lets through and RFC 9112 does not. */
export function faultOf({ fields, minorVersion }: RequestHead): HttpError | undefined {
  const hosts = fields.all('host');
  const isMissing = hosts.length === 0 && minorVersion === 1;
  if (isMissing || hosts.length > 1 || hosts.some((host) => !isHost(host))) {
    return new HttpError('HTTP_HOST');
  }
  const coding = fields.get('transfer-encoding');
  if (coding !== undefined && coding.toLowerCase() !== 'chunked') {
    return new HttpError('HTTP_TRANSFER_CODING_UNKNOWN');
  }
  return undefined;
}

/** Whether a head announces content. */
export function announcesContent({ fields }: RequestHead): boolean {
  return fields.has('transfer-encoding') || Number(fields.get('content-length') ?? 0) > 0;
}
