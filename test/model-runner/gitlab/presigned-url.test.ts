import { expect, test } from 'vitest';
import { presignedFault, presignUrl } from './presigned-url.ts';

const key = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
};

/** AWS's own example: docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html */
const example = {
  object: 'https://examplebucket.s3.amazonaws.com/test.txt',
  now: new Date('2013-05-24T00:00:00Z'),
  lifetimeSeconds: 86_400,
  signature: 'aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404',
};

test('signs as S3 does', () => {
  const url = presignUrl(new URL(example.object), { method: 'GET', key, ...example });

  expect(url.searchParams.get('X-Amz-Signature')).toBe(example.signature);
});

const object = new URL('http://gitlab.example.org:8080/cache/project/42/ab/..%2f%C3%A4%20key');
const signed = (method: string, headers = {}) =>
  presignUrl(object, { method, key, headers, lifetimeSeconds: 60, now: example.now });
const faultOf = (url: URL, method: string, { headers = {}, at = example.now } = {}) =>
  presignedFault({ method, headers: { host: url.host, ...headers } }, url, { key, now: at });

test.each(['GET', 'HEAD', 'PUT'])(
  'a URL for %s is good for that, with any header beside those that were signed',
  (method) => {
    expect(faultOf(signed(method), method, { headers: { range: 'bytes=0-0' } })).toBeNull();
  },
);

test('a signed header may hold any text', () => {
  const key = 'schlüssel/世';
  const sent = { 'x-amz-meta-cachekey': Buffer.from(key).toString('latin1') };

  expect(faultOf(signed('PUT', { 'x-amz-meta-cachekey': key }), 'PUT', { headers: sent })).toBeNull();
});

test('a URL is good for one method, object and host, with the signed headers, for its time', () => {
  const elsewhere = new URL(String(signed('GET')).replace('/42/', '/43/'));
  const longer = new URL(String(signed('GET')).replace('Expires=60', 'Expires=600'));
  const meta = { 'x-amz-meta-cachekey': 'main' };

  expect(faultOf(signed('GET'), 'PUT')).toBe('SignatureDoesNotMatch');
  expect(faultOf(elsewhere, 'GET')).toBe('SignatureDoesNotMatch');
  expect(faultOf(longer, 'GET')).toBe('SignatureDoesNotMatch');
  expect(faultOf(signed('GET'), 'GET', { headers: { host: 'other.example.org' } })).toBe(
    'SignatureDoesNotMatch',
  );
  expect(faultOf(signed('PUT', meta), 'PUT', { headers: meta })).toBeNull();
  expect(faultOf(signed('PUT', meta), 'PUT')).toBe('SignatureDoesNotMatch');
  expect(faultOf(signed('GET'), 'GET', { at: new Date('2013-05-24T00:01:00Z') })).toBe('AccessDenied');
  expect(faultOf(object, 'GET')).toBe('SignatureDoesNotMatch');
});
