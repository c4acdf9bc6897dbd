/**
 * Runs the programs of `examples/agents`: each agent framework's own MCP client against the quickstart server on the local
 * Lambda, by SigV4 and by Invoke. Prints one table, or with `--json` its rows; exits with 1 if anything broke.
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { install, installedVersion } from './support/install.ts';
import { type InteropLambda, startInteropLambda } from './support/lambda.ts';
import { reportRows } from './support/report.ts';
import { type Run, runProgram, TIME_LIMIT } from './support/run-program.ts';
import { startScriptedModel } from './support/scripted-model.ts';
import { typecheck } from './support/typecheck.ts';

const AGENTS = fileURLToPath(new URL('../../examples/agents/', import.meta.url));
const QUICKSTART = fileURLToPath(new URL('../../examples/quickstart/server.ts', import.meta.url));

interface Framework {
  readonly name: string;
  /** In `examples/agents`. */
  readonly program: string;
  readonly package: string;
  /** Whether it lets its user see a tool's progress. */
  readonly progress: boolean;
}

const FRAMEWORKS: readonly Framework[] = [
  { name: 'Strands Agents', program: 'strands.ts', package: '@strands-agents/sdk', progress: false },
  { name: 'AI SDK', program: 'ai-sdk.ts', package: '@ai-sdk/mcp', progress: false },
  { name: 'LangChain', program: 'langchain.ts', package: '@langchain/mcp-adapters', progress: true },
  { name: 'Mastra', program: 'mastra.ts', package: '@mastra/mcp', progress: true },
  { name: 'OpenAI Agents', program: 'openai-agents.ts', package: '@openai/agents', progress: false },
  { name: 'Google ADK', program: 'google-adk.ts', package: '@google/adk', progress: false },
  {
    name: 'Claude Agent SDK (proxy)',
    program: 'claude-agent-sdk.ts',
    package: '@anthropic-ai/claude-agent-sdk',
    progress: false,
  },
];

/** What is to be seen of a program that ran. */
interface Outcome {
  /** What is wrong; undefined: nothing. */
  readonly problem: string | undefined;
  /** HTTP requests that came to the local Lambda. */
  readonly requests: number;
  readonly billed: number;
  readonly protocolVersion: string;
}

async function runFramework(framework: Framework, target: string, lambda: InteropLambda, model: string) {
  const before = { requests: lambda.received(), billed: lambda.billed(), served: lambda.served().length };
  const run = await runProgram([framework.program, target], {
    cwd: AGENTS,
    env: {
      ...lambda.environment,
      // For the Claude Agent SDK alone: its agent is a program that wants a model. Here one speaks from a script.
      ANTHROPIC_BASE_URL: model,
      ANTHROPIC_API_KEY: 'none',
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    },
  });
  const served = lambda.served().slice(before.served);
  const outcome: Outcome = {
    problem: problemOf(run, framework),
    requests: lambda.received() - before.requests,
    billed: lambda.billed() - before.billed,
    protocolVersion: served.find(({ protocolVersion }) => protocolVersion)?.protocolVersion ?? '',
  };
  return outcome;
}

function problemOf({ exitCode, stdout, stderr }: Run, { progress }: Framework): string | undefined {
  if (exitCode === undefined) return `it had not ended after ${TIME_LIMIT} ms`;
  if (exitCode !== 0) return `exit code ${exitCode}: ${stderr.trim().slice(-600)}`;
  const tools = stdout.find(({ text }) => text.startsWith('tools: '));
  if (!tools?.text.includes('multi-greet')) return 'it did not list multi-greet';
  const result = stdout.find(({ text }) => text.startsWith('result: '));
  if (!result?.text.includes('Hello number 3, Ada!')) return `its result was ${result?.text}`;
  if (!progress) return undefined;
  const steps = stdout.filter(({ text }) => text.startsWith('progress: '));
  if (steps.length !== 3) return `it saw ${steps.length} of 3 progress notifications`;
  // The tool takes 300 ms from one to the next.
  const lead = result.at - (steps[0]?.at ?? result.at);
  return lead < 300 ? `the first progress notification came ${Math.round(lead)} ms before the result` : undefined;
}

/** A number by SigV4 and one by Invoke: as one where they are the same. */
function both(bySigV4: number | string, byInvoke: number | string): string {
  return bySigV4 === byInvoke ? String(bySigV4) : `${bySigV4}, ${byInvoke}`;
}

install(AGENTS);
const wrongTypes = typecheck(AGENTS);
await using model = await startScriptedModel();
await using lambda = await startInteropLambda(QUICKSTART);

const rows = [];
const problems: string[] = [];
for (const framework of FRAMEWORKS) {
  const sigV4 = await runFramework(framework, lambda.functionUrl, lambda, model.url);
  const invoke = await runFramework(framework, lambda.functionArn, lambda, model.url);
  const wrongType = wrongTypes.get(framework.program);
  const broken = sigV4.problem || invoke.problem;
  const { name } = framework;
  if (sigV4.problem) problems.push(`${name} by SigV4: ${sigV4.problem}`);
  if (invoke.problem) problems.push(`${name} by Invoke: ${invoke.problem}`);
  if (wrongType) problems.push(`${name}, ${framework.program}: ${wrongType}`);
  rows.push({
    Framework: name,
    Version: installedVersion(AGENTS, framework.package) ?? '',
    SigV4: sigV4.problem ? 'BROKEN' : 'works',
    Invoke: invoke.problem ? 'BROKEN' : 'works',
    Types: wrongType ? 'BROKEN' : 'fit',
    Protocol: both(sigV4.protocolVersion, invoke.protocolVersion),
    'HTTP requests': both(sigV4.requests, invoke.requests),
    Billed: both(sigV4.billed, invoke.billed),
    Progress: !framework.progress ? 'no way to see it' : broken ? 'BROKEN' : 'seen as the tool runs',
  });
}
// What the README's table is made of.
if (problems.length === 0) {
  writeFileSync(new URL('results.json', import.meta.url), `${JSON.stringify(rows, null, 2)}\n`);
}
reportRows(rows, problems, [
  'One run connects, lists the tools and calls multi-greet. HTTP requests: what reached the local Lambda.',
  'Billed: the invocations in its trail. Types: tsc with exactOptionalPropertyTypes.',
  'The Claude Agent SDK runs its own agent program, with a scripted model on loopback and the stdio proxy.',
]);
