/** The state that `/ready` reports to a load balancer. */
export type Readiness = 'starting' | 'ready' | 'draining';
