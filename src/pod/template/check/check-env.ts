// Variables that decide what programs load. In the helper none of them is the template's to set; in build, where an image may
// bring its own, only what leads into the hands of the job is refused.
import type { Problem } from '../../../policy/problem.ts';
import { isObject } from '../../../security/field-values.ts';
import { isRelative, leadsToJob } from '../places.ts';
import { breaks } from '../promises.ts';
import { objectsIn } from '../rules/rules.ts';
import type { TemplateView, ViewedContainer } from '../template-view.ts';

/** ld.so(8), bash(1), and the C library's own. */
const ofShells =
  /^(LD_\w+|GLIBC_TUNABLES|GCONV_PATH|BASH_ENV|BASH_FUNC_.*|ENV|SHELLOPTS|BASHOPTS|PS4|IFS|CDPATH)$/;

/** git(1) and what it calls, OpenSSL, curl, and the languages that helper scripts may be written in. */
const ofTools =
  /^(GIT_\w+|PATH|HOME|XDG_\w+|TMPDIR|TMP|TEMP|OPENSSL_\w+|SSH_\w+|CURL_HOME|NETRC|LOCPATH|NLSPATH|PYTHON\w+|PERL\w*|RUBY\w+|NODE_OPTIONS|PAGER|EDITOR|VISUAL|LESSOPEN|SHELL)$/;

/** Whether shells and the loader take what it names into every program. */
export const decidesLoading = (name: string): boolean => ofShells.test(name);

export function checkEnv(view: TemplateView): Problem[] {
  return view.containers.flatMap((container) => [...checkLoading(container), ...checkFiles(container, view)]);
}

function checkLoading(container: ViewedContainer): Problem[] {
  switch (container.role) {
    case 'helper':
      return eachVariable(container, ofHelper);
    case 'build':
      return eachVariable(container, ofBuild);
    default:
      return [];
  }
}

/** A variable from a file: Kubernetes takes that from an emptyDir only. */
function checkFiles({ fields, path }: ViewedContainer, { volumes }: TemplateView): Problem[] {
  return objectsIn(fields, 'env').flatMap(({ valueFrom }, index) => {
    const file = isObject(valueFrom) ? valueFrom['fileKeyRef'] : undefined;
    if (!isObject(file)) return [];
    const volume = volumes.find(({ name }) => name === file['volumeName']);
    if (volume?.kind === 'emptyDir') return [];
    const at = [...path, 'env', index, 'valueFrom', 'fileKeyRef', 'volumeName'];
    return [
      { path: at, message: `names ${String(file['volumeName'])}, which is no emptyDir of the template` },
    ];
  });
}

export interface Variable {
  readonly name: string;
  /** null: it is taken from elsewhere. */
  readonly value: string | null;
  readonly isFromFile: boolean;
}

type EnvCheck = (variable: Variable) => string | null;

function eachVariable(container: ViewedContainer, check: EnvCheck): Problem[] {
  return variablesOf(container).flatMap((variable, index) => {
    const message = check(variable);
    return message === null ? [] : [{ path: [...container.path, 'env', index, 'name'], message }];
  });
}

export function variablesOf({ fields }: ViewedContainer): Variable[] {
  return objectsIn(fields, 'env').map(({ name, value, valueFrom }) => ({
    name: String(name),
    value: valueFrom === undefined ? (typeof value === 'string' ? value : '') : null,
    isFromFile: isObject(valueFrom) && 'fileKeyRef' in valueFrom,
  }));
}

const ofHelper: EnvCheck = ({ name, value, isFromFile }) => {
  if (decidesLoading(name) || ofTools.test(name)) {
    const message = `is ${name}, which decides what the helper's programs load or read. Put it into the image of helper_image`;
    return breaks('helperTrustsNothing', message);
  }
  if (!isFromFile && (value === null || !leadsToJob(value))) return null;
  const message = `is ${name}, whose value leads to a place that the job can write. Use another place`;
  return breaks('helperTrustsNothing', message);
};

const ofBuild: EnvCheck = ({ name, value, isFromFile }) => {
  if (!decidesLoading(name)) return null;
  const isTheJobs =
    isFromFile || (value !== null && (leadsToJob(value) || (searched.test(name) && isRelative(value))));
  if (!isTheJobs) return null;
  const message = `is ${name}, by which the job would decide what the shell loads that ends what it left running. Name a place that it cannot write`;
  return breaks('nothingBeside', message);
};

/** What is not an absolute path in them is looked for where the program stands. */
const searched = /^(LD_LIBRARY_PATH|BASH_ENV|ENV)$/;
