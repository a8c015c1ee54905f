// A cluster that nobody may ask anything: tests replace what their subject is supposed to use.
import type { Cluster } from '../../src/cluster/cluster.ts';

function unexpected(method: string) {
  return (): never => {
    throw new Error(`Nobody was expected to call ${method}`);
  };
}

export const unusedCluster: Cluster = {
  namespace: 'ci',
  serverVersion: unexpected('serverVersion'),
  apiGroups: unexpected('apiGroups'),
  createPod: unexpected('createPod'),
  getPod: unexpected('getPod'),
  listPods: unexpected('listPods'),
  watchPod: unexpected('watchPod'),
  watchEvents: unexpected('watchEvents'),
  deletePod: unexpected('deletePod'),
  createSecret: unexpected('createSecret'),
  listSecrets: unexpected('listSecrets'),
  readPullSecret: unexpected('readPullSecret'),
  deleteSecret: unexpected('deleteSecret'),
  adoptSecret: unexpected('adoptSecret'),
  createClaim: unexpected('createClaim'),
  listClaims: unexpected('listClaims'),
  changeClaim: unexpected('changeClaim'),
  deleteClaim: unexpected('deleteClaim'),
  readLog: unexpected('readLog'),
  exec: unexpected('exec'),
  listNodes: unexpected('listNodes'),
  listResourceQuotas: unexpected('listResourceQuotas'),
  listLimitRanges: unexpected('listLimitRanges'),
  isAllowed: unexpected('isAllowed'),
  close: unexpected('close'),
};
