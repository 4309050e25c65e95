/** Whether the gateway can serve: what `/ready` tells a load balancer. */
export type Readiness = 'starting' | 'ready' | 'draining';
