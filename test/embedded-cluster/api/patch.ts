// PATCH: JSON patch, JSON merge patch, and strategic merge as far as labels, annotations and lists of named things go.
import { ApiRefusal, badRequest } from './status.ts';

type Json = Readonly<Record<string, unknown>>;

/** @throws ApiRefusal 400, 415 or 422 */
export function applyPatch(contentType: string, current: Json, patch: unknown): Json {
  switch (contentType.split(';')[0]?.trim()) {
    case 'application/merge-patch+json':
      return merge(current, patch, false) as Json;
    case 'application/strategic-merge-patch+json':
      return merge(current, patch, true) as Json;
    case 'application/json-patch+json':
      return (patch as JsonPatchOperation[]).reduce(applyOperation, current);
    default:
      throw new ApiRefusal(
        415,
        'UnsupportedMediaType',
        'the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/strategic-merge-patch+json',
      );
  }
}

function merge(current: unknown, patch: unknown, strategic: boolean): unknown {
  if (strategic && Array.isArray(patch) && Array.isArray(current)) return mergeList(current, patch);
  if (!isObject(patch)) return patch;
  const result: Record<string, unknown> = isObject(current) ? { ...current } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (strategic && key.startsWith('$')) continue;
    if (value === null) Reflect.deleteProperty(result, key);
    else result[key] = merge(result[key], value, strategic);
  }
  return result;
}

/** Lists of objects with a name or uid are merged by it; all others are replaced. */
function mergeList(current: readonly unknown[], patch: readonly unknown[]): unknown[] {
  const key = ['name', 'uid', 'type'].find((field) => patch.every((item) => isObject(item) && field in item));
  if (key === undefined) return [...patch];
  const result: unknown[] = [...current];
  for (const item of patch as Json[]) {
    const place = result.findIndex((other) => isObject(other) && other[key] === item[key]);
    if (item['$patch'] === 'delete') result.splice(place, place < 0 ? 0 : 1);
    else if (place < 0) result.push(item);
    else result[place] = merge(result[place], item, true);
  }
  return result;
}

interface JsonPatchOperation {
  readonly op: string;
  readonly path: string;
  readonly value?: unknown;
}

function applyOperation(document: Json, { op, path, value }: JsonPatchOperation): Json {
  const keys = path
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
  const last = keys.pop();
  if (last === undefined) throw badRequest('a JSON patch of the whole document is not supported');
  const copy = structuredClone(document) as Record<string, unknown>;
  let parent: unknown = copy;
  for (const key of keys)
    parent = isObject(parent) || Array.isArray(parent) ? (parent as Json)[key] : undefined;
  if (Array.isArray(parent)) changeList(parent, op, last, value);
  else if (isObject(parent)) changeObject(parent, op, last, value);
  else
    throw new ApiRefusal(
      422,
      'Invalid',
      `the server rejected our request due to an error in our request: ${path}`,
    );
  return copy;
}

function changeList(list: unknown[], op: string, key: string, value: unknown): void {
  const index = key === '-' ? list.length : Number(key);
  if (op === 'add') list.splice(index, 0, value);
  else if (op === 'replace') list[index] = value;
  else if (op === 'remove') list.splice(index, 1);
  else throw badRequest(`JSON patch operation ${op} is not supported`);
}

function changeObject(object: Record<string, unknown>, op: string, key: string, value: unknown): void {
  if (op === 'add' || op === 'replace') object[key] = value;
  else if (op === 'remove') Reflect.deleteProperty(object, key);
  else if (op !== 'test' || JSON.stringify(object[key]) !== JSON.stringify(value))
    throw new ApiRefusal(
      422,
      'Invalid',
      `the server rejected our request: JSON patch ${op} of ${key} failed`,
    );
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
