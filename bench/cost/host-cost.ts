import { HOST_PRICES, LAMBDA_PRICES } from '../../wire/aws/prices.ts';

/** A month's calls. */
export interface Traffic {
  readonly count: number;
  /** From request to answer; milliseconds. Of these `COMPUTE` take the processor. */
  readonly duration: number;
  /** Of an answer. */
  readonly bytes: number;
}

/** What a call computes, whatever it waits for; milliseconds. */
const COMPUTE = 30;
/** Of a function; GB. */
const FUNCTION_MEMORY = 0.5;
const HOURS = 30 * 24;
/** Of AgentCore Runtime: calls in a session, its memory, and how long it lives on unused. */
const SESSION = { calls: 10, gigabytes: 0.25, idleSeconds: 900 };
/** Of Fargate: tasks, two for two zones, and what each has. */
const TASKS = { least: 2, vcpu: 0.25, gigabytes: 0.5 };
/** Of a processor that is planned with. */
const UTILIZATION = 0.5;

/** What a month costs on each host, without log and audit; dollars. */
export const HOST_COSTS: Readonly<Record<string, (traffic: Traffic) => number>> = {
  'function URL': (traffic) => functionCost(traffic) + transferCost(traffic),
  'REST API': (traffic) => functionCost(traffic) + traffic.count * HOST_PRICES.restApiRequest + transferCost(traffic),
  'function behind AgentCore Gateway': (traffic) =>
    functionCost(traffic) + traffic.count * HOST_PRICES.agentGatewayCall + transferCost(traffic),
  'AgentCore Runtime': (traffic) => runtimeCost(traffic) + transferCost(traffic),
  'ECS Fargate behind a load balancer': (traffic) => serviceCost(traffic) + transferCost(traffic),
};

function functionCost({ count, duration }: Traffic): number {
  const gigabyteSeconds = (count * duration * FUNCTION_MEMORY) / 1000;
  return count * LAMBDA_PRICES.request + gigabyteSeconds * LAMBDA_PRICES.gigabyteSecond.arm64;
}

function runtimeCost({ count, duration }: Traffic): number {
  const { vcpuHour, gigabyteHour } = HOST_PRICES.agentRuntime;
  const vcpuHours = (count * COMPUTE) / 1000 / 3600;
  const sessionSeconds = SESSION.idleSeconds + (SESSION.calls * duration) / 1000;
  const gigabyteHours = ((count / SESSION.calls) * sessionSeconds * SESSION.gigabytes) / 3600;
  return vcpuHours * vcpuHour + gigabyteHours * gigabyteHour;
}

function serviceCost({ count, bytes }: Traffic): number {
  const { fargate, loadBalancer, natGateway } = HOST_PRICES;
  const vcpu = (count * COMPUTE) / 1000 / 3600 / HOURS / UTILIZATION;
  const tasks = Math.max(TASKS.least, Math.ceil(vcpu / TASKS.vcpu));
  const task = TASKS.vcpu * fargate.vcpuHour + TASKS.gigabytes * fargate.gigabyteHour;
  const capacityUnitHours = (count * bytes) / 1e9;
  return (
    HOURS * (tasks * task + loadBalancer.hour + natGateway.hour) + capacityUnitHours * loadBalancer.capacityUnitHour
  );
}

function transferCost({ count, bytes }: Traffic): number {
  const { gigabyte, freeGigabytes } = HOST_PRICES.traffic;
  return Math.max(0, (count * bytes) / 1e9 - freeGigabytes) * gigabyte;
}
