// The fields of a pod that this cluster understands. Others are kept and have no effect.
import { z } from 'zod';

const text = z.string();
const whole = z.number().int();
const list = <Item extends z.ZodType>(item: Item) => z.array(item).optional();
const names = z.record(text, text).optional();

const keyPath = z.looseObject({ key: text, path: text, mode: whole.optional() });
const fieldRef = z.looseObject({ fieldPath: text });
const downwardItem = z.looseObject({ path: text, fieldRef: fieldRef.optional(), mode: whole.optional() });

const envVar = z.looseObject({
  name: text,
  value: text.optional(),
  valueFrom: z
    .looseObject({
      fieldRef: fieldRef.optional(),
      secretKeyRef: z.looseObject({ name: text, key: text, optional: z.boolean().optional() }).optional(),
      configMapKeyRef: z.looseObject({ name: text, key: text, optional: z.boolean().optional() }).optional(),
    })
    .optional(),
});

const objectRef = z.looseObject({ name: text, optional: z.boolean().optional() });
const envFrom = z.looseObject({
  prefix: text.optional(),
  secretRef: objectRef.optional(),
  configMapRef: objectRef.optional(),
});

const volumeMount = z.looseObject({
  name: text,
  mountPath: text,
  subPath: text.optional(),
  readOnly: z.boolean().optional(),
});

const probe = z.looseObject({
  exec: z.looseObject({ command: z.array(text) }).optional(),
  tcpSocket: z.looseObject({ port: z.union([whole, text]) }).optional(),
  httpGet: z.unknown().optional(),
  grpc: z.unknown().optional(),
  initialDelaySeconds: whole.optional(),
  periodSeconds: whole.optional(),
  timeoutSeconds: whole.optional(),
  successThreshold: whole.optional(),
  failureThreshold: whole.optional(),
});

const securityContext = z.looseObject({
  runAsUser: whole.optional(),
  runAsGroup: whole.optional(),
  runAsNonRoot: z.boolean().optional(),
  privileged: z.boolean().optional(),
  allowPrivilegeEscalation: z.boolean().optional(),
  readOnlyRootFilesystem: z.boolean().optional(),
  capabilities: z.looseObject({ add: list(text), drop: list(text) }).optional(),
  seccompProfile: z.looseObject({ type: text, localhostProfile: text.optional() }).optional(),
});

const container = z.looseObject({
  name: text,
  image: text.optional(),
  imagePullPolicy: text.optional(),
  command: list(text),
  args: list(text),
  workingDir: text.optional(),
  env: list(envVar),
  envFrom: list(envFrom),
  volumeMounts: list(volumeMount),
  ports: list(z.looseObject({ name: text.optional(), containerPort: whole })),
  resources: z.looseObject({ limits: names, requests: names }).optional(),
  securityContext: securityContext.optional(),
  readinessProbe: probe.optional(),
  startupProbe: probe.optional(),
  livenessProbe: probe.optional(),
  restartPolicy: text.optional(),
  terminationMessagePath: text.optional(),
  terminationMessagePolicy: text.optional(),
});

const volume = z.looseObject({
  name: text,
  emptyDir: z
    .looseObject({ medium: text.optional(), sizeLimit: z.union([text, z.number()]).optional() })
    .optional(),
  secret: z
    .looseObject({
      secretName: text,
      defaultMode: whole.optional(),
      items: list(keyPath),
      optional: z.boolean().optional(),
    })
    .optional(),
  configMap: z
    .looseObject({
      name: text,
      defaultMode: whole.optional(),
      items: list(keyPath),
      optional: z.boolean().optional(),
    })
    .optional(),
  downwardAPI: z.looseObject({ defaultMode: whole.optional(), items: list(downwardItem) }).optional(),
  persistentVolumeClaim: z.looseObject({ claimName: text, readOnly: z.boolean().optional() }).optional(),
  projected: z
    .looseObject({
      defaultMode: whole.optional(),
      sources: list(
        z.looseObject({
          secret: z
            .looseObject({ name: text, items: list(keyPath), optional: z.boolean().optional() })
            .optional(),
          configMap: z
            .looseObject({ name: text, items: list(keyPath), optional: z.boolean().optional() })
            .optional(),
          downwardAPI: z.looseObject({ items: list(downwardItem) }).optional(),
        }),
      ),
    })
    .optional(),
});

const podSpec = z.looseObject({
  containers: z.array(container).default([]),
  initContainers: list(container),
  volumes: list(volume),
  hostUsers: z.boolean().optional(),
  hostNetwork: z.boolean().optional(),
  hostPID: z.boolean().optional(),
  hostIPC: z.boolean().optional(),
  shareProcessNamespace: z.boolean().optional(),
  restartPolicy: text.optional(),
  activeDeadlineSeconds: whole.optional(),
  terminationGracePeriodSeconds: whole.optional(),
  nodeName: text.optional(),
  nodeSelector: names,
  hostname: text.optional(),
  hostAliases: list(z.looseObject({ ip: text, hostnames: list(text) })),
  serviceAccountName: text.optional(),
  imagePullSecrets: list(z.looseObject({ name: text.optional() })),
  securityContext: z
    .looseObject({
      runAsUser: whole.optional(),
      runAsGroup: whole.optional(),
      runAsNonRoot: z.boolean().optional(),
      fsGroup: whole.optional(),
      supplementalGroups: list(whole),
      seccompProfile: z.looseObject({ type: text, localhostProfile: text.optional() }).optional(),
    })
    .optional(),
});

/** What a client sends; metadata is checked apart. */
export const podSchema = z.looseObject({
  apiVersion: z.literal('v1'),
  kind: z.literal('Pod'),
  metadata: z.looseObject({
    name: text.optional(),
    generateName: text.optional(),
    namespace: text.optional(),
    labels: names,
    annotations: names,
  }),
  spec: podSpec,
});

export type PodSpec = z.infer<typeof podSpec>;
export type Container = z.infer<typeof container>;
export type Volume = z.infer<typeof volume>;
export type VolumeMount = z.infer<typeof volumeMount>;
export type EnvVar = z.infer<typeof envVar>;
export type EnvFrom = z.infer<typeof envFrom>;
export type Probe = z.infer<typeof probe>;
export type KeyPath = z.infer<typeof keyPath>;
export type DownwardItem = z.infer<typeof downwardItem>;
