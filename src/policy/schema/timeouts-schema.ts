// Durations that a policy sets, and that a profile of it may set differently.
import { z } from 'zod';
import { durationBetween } from './policy-fields.ts';

/** What takes longer needs somebody who looks. */
export const aDay = '24h';

/** The runner kills a stage after 5 minutes; the last one is for what follows the grace. */
const maxStopGrace = '4m';

const ready = durationBetween('1s', aDay, 'no pod is ready at once, and no job waits for longer than a day');
const reconnect = durationBetween('0s', aDay, 'a connection that is lost for a day is lost');
const stopGrace = durationBetween('0s', maxStopGrace, 'GitLab Runner gives a cancelled job 5 minutes in all');

const about = {
  ready: 'How long a pod may take to become ready.',
  reconnect: 'For how long a lost connection is resumed.',
  stopGrace: 'Time between TERM and KILL when a job is stopped.',
};

export const timeouts = z.strictObject({
  // A slow pull fits in; GitLab's own default is 3 minutes, and too short for large images.
  ready: ready.prefault('10m').describe(about.ready),
  reconnect: reconnect.prefault('5m').describe(about.reconnect),
  stop_grace: stopGrace.prefault('10s').describe(about.stopGrace),
});

/** Without defaults: what is left out is as in the policy. */
export const ownTimeouts = z.strictObject({
  ready: ready.exactOptional().describe(about.ready),
  reconnect: reconnect.exactOptional().describe(about.reconnect),
  stop_grace: stopGrace.exactOptional().describe(about.stopGrace),
});
