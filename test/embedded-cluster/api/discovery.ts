// What the server says about itself, enough for kubectl's and client-node's discovery. No OpenAPI: kubectl needs --validate=false.

const namespaced = (name: string, kind: string, verbs: readonly string[], more: object = {}): object => ({
  name,
  singularName: name.includes('/') ? '' : kind.toLowerCase(),
  namespaced: true,
  kind,
  verbs,
  ...more,
});

const everyVerb = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];

const coreResources = {
  kind: 'APIResourceList',
  apiVersion: 'v1',
  groupVersion: 'v1',
  resources: [
    namespaced('pods', 'Pod', everyVerb, { shortNames: ['po'], categories: ['all'] }),
    namespaced('pods/exec', 'PodExecOptions', ['create', 'get']),
    namespaced('pods/log', 'Pod', ['get']),
    namespaced('pods/status', 'Pod', ['get', 'patch', 'update']),
    namespaced('secrets', 'Secret', everyVerb),
    namespaced('configmaps', 'ConfigMap', everyVerb, { shortNames: ['cm'] }),
    namespaced('persistentvolumeclaims', 'PersistentVolumeClaim', everyVerb, { shortNames: ['pvc'] }),
    namespaced('events', 'Event', everyVerb, { shortNames: ['ev'] }),
    {
      ...namespaced('namespaces', 'Namespace', ['get', 'list', 'watch'], { shortNames: ['ns'] }),
      namespaced: false,
    },
    { ...namespaced('nodes', 'Node', ['get', 'list', 'watch'], { shortNames: ['no'] }), namespaced: false },
  ],
};

const authorizationResources = {
  kind: 'APIResourceList',
  apiVersion: 'v1',
  groupVersion: 'authorization.k8s.io/v1',
  resources: [
    {
      ...namespaced('selfsubjectaccessreviews', 'SelfSubjectAccessReview', ['create']),
      namespaced: false,
    },
  ],
};

const authorizationGroup = {
  name: 'authorization.k8s.io',
  versions: [{ groupVersion: 'authorization.k8s.io/v1', version: 'v1' }],
  preferredVersion: { groupVersion: 'authorization.k8s.io/v1', version: 'v1' },
};

/** undefined: nothing is known under that path. */
export function discover(path: string, kubernetesVersion: string): unknown {
  switch (path.replace(/\/$/, '')) {
    case '/version':
      return versionOf(kubernetesVersion);
    case '/api':
      return { kind: 'APIVersions', apiVersion: 'v1', versions: ['v1'], serverAddressByClientCIDRs: [] };
    case '/apis':
      return { kind: 'APIGroupList', apiVersion: 'v1', groups: [authorizationGroup] };
    case '/apis/authorization.k8s.io':
      return { kind: 'APIGroup', apiVersion: 'v1', ...authorizationGroup };
    case '/apis/authorization.k8s.io/v1':
      return authorizationResources;
    case '/api/v1':
      return coreResources;
    default:
      return undefined;
  }
}

function versionOf(gitVersion: string): object {
  const [, major = '1', minor = '36'] = /^v(\d+)\.(\d+)/.exec(gitVersion) ?? [];
  return {
    major,
    minor,
    gitVersion,
    gitCommit: '',
    gitTreeState: 'clean',
    buildDate: '',
    platform: 'linux/amd64',
  };
}
