// What Kubernetes asks of the fields of one object together, by type. Source: pkg/apis/core/validation/validation.go.

import { environmentField, fileField } from '../pod-references.ts';
import { type Format, labelValue, qualifiedName } from '../schema/formats.ts';
import {
  containerNamed,
  divisorOfAmount,
  fieldPath,
  noStopSignal,
  probesOfContainer,
  restartRules,
  valueOrSource,
} from './container-rules.ts';
import { hostNames, nameServers, searchPaths } from './host-name-rules.ts';
import { atMost, entries, justOne, needs, notBoth, type Rule, unique } from './rules.ts';
import { schedulingRules, spreadOnce } from './scheduling-rules.ts';
import { certificate, modesOfClaim, needsStorage, readOnlyFirst, uniquePaths } from './volume-rules.ts';

const annotationKey: Format = (value) => qualifiedName(String(value).toLowerCase());

/** More than the schema's own `required`. */
export const typeRules: Readonly<Record<string, readonly Rule[]>> = {
  ...schedulingRules,
  ClusterTrustBundleProjection: [justOne('name', 'signerName'), notBoth('name', 'labelSelector')],
  ConfigMapEnvSource: [needs('name')],
  ConfigMapKeySelector: [needs('name')],
  ConfigMapProjection: [needs('name')],
  ConfigMapVolumeSource: [needs('name')],
  Container: [
    unique('env', 'name'),
    unique('ports', 'name'),
    unique('resizePolicy', 'resourceName'),
    restartRules,
    probesOfContainer,
  ],
  ContainerRestartRule: [needs('exitCodes')],
  DownwardAPIVolumeFile: [justOne('fieldRef', 'resourceFieldRef'), fieldPath(fileField), containerNamed],
  EnvFromSource: [justOne('configMapRef', 'secretRef')],
  EnvVar: [valueOrSource],
  EnvVarSource: [
    justOne('configMapKeyRef', 'fieldRef', 'fileKeyRef', 'resourceFieldRef', 'secretKeyRef'),
    fieldPath(environmentField),
  ],
  EphemeralVolumeSource: [needs('volumeClaimTemplate')],
  ExecAction: [needs('command')],
  ImageVolumeSource: [needs('reference')],
  Lifecycle: [noStopSignal],
  LifecycleHandler: [justOne('exec', 'httpGet', 'sleep', 'tcpSocket')],
  LocalObjectReference: [needs('name')],
  ObjectMeta: [entries('labels', labelValue, qualifiedName), entries('annotations', null, annotationKey)],
  PersistentVolumeClaimSpec: [
    needs('accessModes'),
    needsStorage,
    modesOfClaim,
    notBoth('dataSource', 'dataSourceRef'),
  ],
  PodCertificateProjection: [certificate],
  PodDNSConfig: [atMost('nameservers', 3), atMost('searches', 32), searchPaths],
  PodDNSConfigOption: [needs('name')],
  PodResourceClaim: [justOne('resourceClaimName', 'resourceClaimTemplateName')],
  PodSpec: [
    unique('volumes', 'name'),
    unique('schedulingGates', 'name'),
    unique('resourceClaims', 'name'),
    entries('nodeSelector', labelValue, qualifiedName),
    nameServers,
    hostNames,
    spreadOnce,
  ],
  Probe: [justOne('exec', 'grpc', 'httpGet', 'tcpSocket')],
  ProjectedVolumeSource: [uniquePaths],
  ResourceFieldSelector: [divisorOfAmount],
  SecretEnvSource: [needs('name')],
  SecretKeySelector: [needs('name')],
  SecretProjection: [needs('name')],
  SecretVolumeSource: [needs('secretName')],
  VolumeMount: [notBoth('subPath', 'subPathExpr'), readOnlyFirst],
  VolumeProjection: [
    justOne(
      'clusterTrustBundle',
      'configMap',
      'downwardAPI',
      'podCertificate',
      'secret',
      'serviceAccountToken',
    ),
  ],
};

export function rulesOf(type: string): readonly Rule[] {
  return typeRules[type] ?? [];
}
