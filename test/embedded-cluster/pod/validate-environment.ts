// The environment of a container: `env` and `envFrom`.
import { type Causes, invalidValue } from './field-causes.ts';
import type { Container } from './pod-schema.ts';

/** From 1.30 on. */
const printableName = /^[ -<>-~]+$/;

export function checkEnvironment(causes: Causes, path: string, { env = [], envFrom = [] }: Container): void {
  env.forEach(({ name, value, valueFrom }, index) => {
    if (!printableName.test(name))
      causes.push(
        invalidValue(
          `${path}.env[${index}].name`,
          name,
          "a valid environment variable name must consist only of printable ASCII characters other than '='",
        ),
      );
    if (value && valueFrom)
      causes.push(
        invalidValue(`${path}.env[${index}].valueFrom`, '', 'may not be specified when `value` is not empty'),
      );
  });
  envFrom.forEach(({ secretRef, configMapRef }, index) => {
    if (!secretRef && !configMapRef)
      causes.push(
        invalidValue(`${path}.envFrom[${index}]`, '', 'must specify one of: `configMapRef` or `secretRef`'),
      );
    if (secretRef && configMapRef)
      causes.push(
        invalidValue(`${path}.envFrom[${index}]`, '', 'may not have more than one field specified at a time'),
      );
  });
}
