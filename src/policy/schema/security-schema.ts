// Who a job's processes are, and what keeps them from the node: security contexts and user namespaces.
import { z } from 'zod';
import { checkUserNamespaces } from './check-relations.ts';
import { dnsSubdomain, noProblems } from './policy-fields.ts';

/** Pod and container fields mixed; checked by those who build pods, with Kubernetes' words. */
export const securityRecord = z.record(z.string(), z.unknown());

/** An ordinary user whose group owns the job's volumes; changing their ownership once is enough. */
export const shippedDefaultContext: z.output<typeof securityRecord> = {
  runAsUser: 1000,
  runAsGroup: 1000,
  fsGroup: 1000,
  fsGroupChangePolicy: 'OnRootMismatch',
};

/** Pod Security "restricted", whatever a job or the template asks for. */
export const shippedEnforcedContext: z.output<typeof securityRecord> = {
  privileged: false,
  runAsNonRoot: true,
  allowPrivilegeEscalation: false,
  seccompProfile: { type: 'RuntimeDefault' },
  capabilities: { drop: ['ALL'] },
};

/** By functions, which hand out the very objects: whether a context is the shipped one is asked by identity (security/policy-layers). */
export const defaultContext = securityRecord.default(() => shippedDefaultContext);
export const enforcedContext = securityRecord.default(() => shippedEnforcedContext);

const mode = z.enum(['required', 'unproven', 'vm']);

/** `vm`: pods of these RuntimeClasses are in a virtual machine, which shows its own uid map; all others must prove theirs. */
type UserNamespaceMode =
  | { mode: 'required' }
  | { mode: 'vm'; runtime_classes: string[] }
  | { mode: 'unproven' };

export const userNamespaces = z
  .union([
    mode,
    z.strictObject({
      mode: mode.describe('See user_namespaces.'),
      runtime_classes: z
        .array(dnsSubdomain)
        .exactOptional()
        .describe('For vm: the RuntimeClasses whose pods are virtual machines.'),
    }),
  ])
  .superRefine(noProblems(checkUserNamespaces))
  .transform((written): UserNamespaceMode => {
    const { mode, runtime_classes = [] } = typeof written === 'string' ? { mode: written } : written;
    return mode === 'vm' ? { mode, runtime_classes } : { mode };
  })
  .prefault('required');
