// Writes src/pod/template/schema/kubernetes-schema.json: field names, types and enums of a PodTemplateSpec, from Kubernetes' own
// published OpenAPI (Apache-2.0). FOLDER is an unpacked k8s.io/kubernetes, of which two files are read:
//   node scripts/write-pod-schema.ts "$(go mod download -json k8s.io/kubernetes@v1.36.3 | jq -r .Dir)"
import { readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';

interface Property {
  readonly $ref?: string;
  readonly allOf?: readonly [Property];
  readonly type?: string;
  readonly format?: string;
  readonly items?: Property;
  readonly additionalProperties?: Property;
}

interface Definition {
  readonly properties?: Readonly<Record<string, Property>>;
  readonly required?: readonly string[];
}

const target = 'src/pod/template/schema/kubernetes-schema.json';
const root = 'io.k8s.api.core.v1.PodTemplateSpec';

/** Types that are written as one value. */
const values: Readonly<Record<string, string>> = {
  'io.k8s.apimachinery.pkg.api.resource.Quantity': 'quantity',
  'io.k8s.apimachinery.pkg.util.intstr.IntOrString': 'intOrString',
  // Refused as a whole: they cannot be part of a new pod.
  'io.k8s.api.core.v1.EphemeralContainer': 'object',
};

/** What Kubernetes takes of the metadata of a template inside a pod; the rest belongs to objects that exist. */
const fieldsOfMetadata = new Set(['annotations', 'labels']);

const folder = parseArgs({ allowPositionals: true }).positionals[0];
if (folder === undefined) throw new Error('Give the folder of an unpacked k8s.io/kubernetes module.');
const version = /@(v\d+\.\d+\.\d+)$/.exec(basename(folder))?.[1];
if (version === undefined) throw new Error(`${folder} does not end with a version, as @v1.36.3 does.`);

const document = JSON.parse(
  readFileSync(join(folder, 'api/openapi-spec/v3/api__v1_openapi.json'), 'utf8'),
) as {
  readonly components: { readonly schemas: Readonly<Record<string, Definition>> };
};
const definitions = document.components.schemas;
// The published document leaves the enums out; the source that it is made from has them, one a line.
const enums = readEnums(readFileSync(join(folder, 'pkg/generated/openapi/zz_generated.openapi.go'), 'utf8'));

const types = collectTypes(root);
const lines = Object.keys(types)
  .sort()
  .map((name) => `    ${JSON.stringify(name)}: ${JSON.stringify(types[name])}`);
writeFileSync(
  target,
  `{\n  "source": "k8s.io/kubernetes ${version} (Apache-2.0)",\n  "types": {\n${lines.join(',\n')}\n  }\n}\n`,
);
console.log(`wrote ${target}: ${lines.length} types of ${version}`);

function collectTypes(first: string): Record<string, Record<string, string>> {
  const found: Record<string, Record<string, string>> = {};
  const open = [first];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (found[shortName(name)] !== undefined || values[name] !== undefined) continue;
    const definition = definitions[name];
    if (definition === undefined) throw new Error(`The document does not define ${name}.`);
    found[shortName(name)] = fieldsOf(shortName(name), definition, open);
  }
  return found;
}

/** `open` takes the names of the types that the fields have. */
function fieldsOf(type: string, { properties = {}, required = [] }: Definition, open: string[]) {
  return Object.fromEntries(
    Object.entries(properties)
      .filter(([field]) => type !== 'ObjectMeta' || fieldsOfMetadata.has(field))
      .map(([field, property]) => {
        const allowed = enums.get(`${type}.${field}`);
        const plain = typeOf(property, open);
        const written = allowed === undefined ? plain : plain.replace(/string$/, `=${allowed.join('|')}`);
        return [field, required.includes(field) ? `${written}!` : written];
      }),
  );
}

/** `string`, `int32`, `Container`; `[]T` is a list, `{}T` a map, `=A|B` an enum; `!` at the end: required. */
function typeOf(property: Property, open: string[]): string {
  const reference = property.$ref ?? property.allOf?.[0].$ref;
  if (reference !== undefined) {
    const name = reference.replace('#/components/schemas/', '');
    open.push(name);
    return values[name] ?? shortName(name);
  }
  if (property.items !== undefined) return `[]${typeOf(property.items, open)}`;
  if (property.additionalProperties !== undefined) return `{}${typeOf(property.additionalProperties, open)}`;
  return property.format ?? property.type ?? 'object';
}

function shortName(name: string): string {
  return name.replace(/^.*\./, '');
}

/** `PodSpec.restartPolicy` and its values. */
function readEnums(source: string): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, readonly string[]>();
  let [type, field] = ['', ''];
  for (const line of source.split('\n')) {
    type = /^func schema_k8sio_api_core_v1_(\w+)\(/.exec(line)?.[1] ?? type;
    if (line.startsWith('}')) type = '';
    field = /^\t{5}"(\w+)": \{$/.exec(line)?.[1] ?? field;
    const written = /^\s*Enum:\s*\[\]interface\{\}\{(.*)\},$/.exec(line)?.[1];
    if (type === '' || written === undefined) continue;
    found.set(`${type}.${field}`, JSON.parse(`[${written}]`) as string[]);
  }
  if (found.size === 0) throw new Error('No enum was found: the generated source has another shape.');
  return found;
}
