// What cannot be looked at because the account may not: jobs do not need these rights, so that is no fault.
import { foundOf, type Refused } from '../call.ts';
import { type DoctorFinding, skip } from '../doctor-finding.ts';

/** @param what as Kubernetes calls the objects: `nodes` */
export function notListed(check: string, refused: Refused, what: string): DoctorFinding {
  if (refused.code !== 'forbidden') return skip(check, foundOf(refused));
  return skip(
    check,
    `the account may not list ${what}, which jobs do not need; config/kubernetes/doctor-rights.yaml lets it`,
  );
}
