import { expect, it } from 'vitest';
import { decodeGoBase64 } from './kubelet/go-base64.ts';

// What Go 1.26's StdEncoding and RawStdEncoding say.
it.each([
  ['dTpwdw==', true, 'u:pw'],
  ['dTp\nwdw=\r=\n', true, 'u:pw'],
  ['dTpwdx==', true, 'u:pw'],
  ['dTpw', true, 'u:p'],
  ['', true, ''],
  ['dTpwdw', false, 'u:pw'],
  ['\n', false, ''],
])('reads %j (padded: %s)', (text, padding, expected) => {
  expect(decodeGoBase64(text, padding).toString()).toBe(expected);
});

it.each([
  ['not base64!', false, 3],
  ['dTpwdw=', true, 7],
  [' dTpwdw== ', false, 0],
  ['dTp-_w==', true, 3],
  ['$REG', false, 0],
  ['abc=def=', true, 4],
  ['=', true, 0],
  ['a', false, 0],
  ['dTpwd', true, 4],
  ['dTpwdw==x', true, 8],
  ['dTpwdw=x=', true, 6],
  ['d\nT\n\n', true, 3],
])('refuses %j (padded: %s) at byte %d', (text, padding, at) => {
  expect(() => decodeGoBase64(text, padding)).toThrow(`illegal base64 data at input byte ${at}`);
});
