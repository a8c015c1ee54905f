// URLs of an object store that open one object for a while, as S3 makes and checks them (AWS Signature Version 4 in the query).
import { timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';
// Node itself sees no named exports in it.
import aws4 from 'aws4';

export interface S3Key {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

interface Signing {
  readonly method: string;
  readonly key: S3Key;
  /** That are signed too: whoever uses the URL must send them as they are here. */
  readonly headers?: OutgoingHttpHeaders;
  readonly lifetimeSeconds: number;
  readonly now?: Date;
}

const region = 'us-east-1';

/** @param url of the object, in path style */
export function presignUrl(
  url: URL,
  { method, key, headers, lifetimeSeconds, now = new Date() }: Signing,
): URL {
  const signed = aws4.sign(
    {
      service: 's3',
      region,
      method,
      host: url.host,
      path: `${url.pathname}?X-Amz-Date=${amazonDate(now)}&X-Amz-Expires=${lifetimeSeconds}`,
      headers: { ...headers },
      signQuery: true,
    },
    { ...key },
  );
  return new URL(signed.path ?? '', url);
}

/** @returns what S3 answers to one that is not good, or null */
export function presignedFault(
  request: { readonly method: string; readonly headers: IncomingHttpHeaders },
  url: URL,
  { key, now = new Date() }: { readonly key: S3Key; readonly now?: Date },
): 'SignatureDoesNotMatch' | 'AccessDenied' | null {
  const read = (name: string): string => url.searchParams.get(`X-Amz-${name}`) ?? '';
  const names = read('SignedHeaders').split(';');
  const unsigned = new URL(url);
  for (const name of made) unsigned.searchParams.delete(`X-Amz-${name}`);
  const again = aws4.sign(
    {
      service: 's3',
      region: read('Credential').split('/')[2] ?? region,
      method: request.method,
      host: request.headers.host ?? '',
      path: `${unsigned.pathname}${unsigned.search}`,
      headers: Object.fromEntries(names.map((name) => [name, textOf(request.headers[name])])),
      signQuery: true,
    },
    { ...key },
  );
  const expected = new URL(again.path ?? '', url).searchParams;
  const isSame = made.every((name) => isEqual(read(name), expected.get(`X-Amz-${name}`) ?? ''));
  if (!isSame) return 'SignatureDoesNotMatch';
  return isOver(read('Date'), Number(read('Expires')), now) ? 'AccessDenied' : null;
}

/** The parameters that signing adds; the others are what is signed. */
const made = ['Algorithm', 'Credential', 'SignedHeaders', 'Signature'];

/** Node reads a byte of a header as a character; what was signed is text, such as a cache's key. */
const textOf = (header: string | string[] | undefined): string =>
  Buffer.from(String(header ?? ''), 'latin1').toString();

function isOver(date: string, lifetimeSeconds: number, now: Date): boolean {
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z$/.exec(date)?.map(Number) ?? [];
  const from = Date.UTC(year ?? 0, (month ?? 0) - 1, day, hour, minute, second);
  return !(now.getTime() < from + lifetimeSeconds * 1000);
}

function isEqual(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}

const amazonDate = (date: Date): string => date.toISOString().replaceAll(/[-:]|\.\d+/g, '');
