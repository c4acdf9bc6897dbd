import { endpointAction } from '../../wire/aws/endpoint-actions.ts';
import { ExitCode } from '../exit-code.ts';
import type { TargetOptions } from '../target-options.ts';
import { checkCredentials } from './credentials-check.ts';
import type { Diagnosis } from './diagnosis.ts';
import { readEndpoint } from './endpoint.ts';
import { type Finding, STEPS, type Step, unknown } from './finding.ts';
import { checkIdentity } from './identity-check.ts';
import { checkDns, checkProxy, checkTls } from './network-check.ts';
import { checkQuickly } from './quick-check.ts';
import { checkLatency, checkProof, checkProtocol, checkTools, type Latency } from './server-checks.ts';
import { checkSigned } from './signed-check.ts';
import { checkUnsigned } from './unsigned-check.ts';

interface DiagnoseOptions extends TargetOptions {
  /** Whether to send one signed request, and nothing else to the server or to AWS. */
  readonly quick: boolean;
  /** The URL's function, so that its policy can be read. */
  readonly functionName: string | undefined;
  /** Takes each finding as it is made. */
  readonly report: (finding: Finding) => void;
}

/** Longest wait for one answer; milliseconds. */
const MAX_WAIT = 60_000;

/** Takes every step of the way to a target, up to the one that cannot be passed. The rest are unknown. */
export async function diagnose(target: string, options: DiagnoseOptions): Promise<Diagnosis> {
  const findings: Finding[] = [];
  let latency: Partial<Latency> | undefined;
  const add = (finding: Finding): boolean => {
    findings.push(finding);
    options.report(finding);
    return finding.status !== 'fail';
  };

  /** The step that cannot be passed; undefined when there is none. */
  async function walk(): Promise<Step | undefined> {
    const timeout = Math.min(options.timeout, MAX_WAIT);
    const { finding, endpoint } = await readEndpoint(target, options);
    add(finding);
    if (!endpoint) return 'target';
    const proxy = await checkProxy(endpoint.url, options.connectTimeout);
    // Through a proxy that refuses, the further steps tell the rest.
    if (!add(proxy) && proxy.exitCode === ExitCode.usage) return 'proxy';
    const { finding: found, credentials } = await checkCredentials(options, endpoint.scope.region);
    add(found);
    const identity = credentials && !options.quick ? await checkIdentity(endpoint, credentials) : undefined;
    if (!options.quick)
      add(identity?.finding ?? unknown('identity', `not asked for, for want of credentials. ${found.detail}`));
    if (!add(await checkDns(endpoint.url))) return 'dns';
    if (!add(await checkTls(endpoint.url, options.connectTimeout))) return 'tls';
    if (options.quick) {
      if (!credentials) return 'credentials';
      for (const each of await checkQuickly(target, options, endpoint, timeout)) {
        add(each);
        if (each.step === 'latency') latency = { firstMs: Number(each.facts?.firstMs) };
      }
      return undefined;
    }
    const { unsigned, clock } = await checkUnsigned(endpoint, timeout);
    const answered = clock.status !== 'unknown' || unsigned.status !== 'fail';
    add(unsigned);
    add(clock);
    if (!answered || unsigned.exitCode === ExitCode.unreachable) return 'unsigned request';
    if (!credentials) return 'credentials';
    const { signed, protocol, served } = await checkSigned(target, options, {
      timeout,
      callerArn: identity?.callerArn,
      functionName: options.functionName,
      action: endpointAction(endpoint.host, endpoint.url),
    });
    add(signed);
    if (protocol) add(protocol);
    if (!served) return protocol ? 'protocol' : 'signed request';
    add(await checkProtocol(served, endpoint));
    add(await checkTools(served));
    add(checkProof(served, endpoint));
    const measured = await checkLatency(served);
    add(measured.finding);
    latency = measured.latency;
    await served.connection.close();
    return undefined;
  }

  const blocker = await walk();
  const taken = new Set<Step>(findings.map(({ step }) => step));
  if (options.quick) return { findings, latency };
  for (const step of STEPS) if (!taken.has(step)) add(unknown(step, `not tried, because of: ${blocker}`));
  return { findings, latency };
}
