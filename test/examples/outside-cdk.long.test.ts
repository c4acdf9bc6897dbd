import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { Client } from '@modelcontextprotocol/client';
import { transform } from 'esbuild';
import { type AddPermissionInput, startLocalLambda } from 'lambda-mcp/local';
import { SigV4ClientTransport } from 'lambda-mcp/transport';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { COMMONJS_BANNER } from '../../local/bundle/bundle-settings.ts';
import { readBlocks } from '../readme/blocks.ts';
import { works } from '../support/programs.ts';
import { newPath } from '../support/scratch.ts';

const run = promisify(execFile);
// Its types would bring the browser's into every file of the project.
const require = createRequire(import.meta.url);
const { parse: parseHcl } = require('@cdktn/hcl2json');
const ROOT = resolve(import.meta.dirname, '../..');
const BLOCKS = readBlocks(join(ROOT, 'docs/outside-cdk.md'));
const CALLER = 'arn:aws:iam::111122223333:role/agent';
const folder = newPath();
const [hasCfnLint, hasTerraform, hasZip] = await Promise.all([
  works('cfn-lint', ['--version']),
  works('terraform', ['version']),
  works('zip', ['-v']),
]);

function block(name: string): string {
  const found = BLOCKS.find((each) => each.name === name);
  if (!found) throw new Error(`docs/outside-cdk.md has no block ${name}.`);
  return found.text;
}

// biome-ignore lint/suspicious/noExplicitAny: what a snippet holds is for the test to say
type Parsed = any;

/** What of a snippet matters: the function, its URL, and the two permissions as AddPermission takes them. */
interface Deployment {
  readonly code: string;
  readonly handler: string;
  readonly runtime: string;
  readonly authType: string;
  readonly invokeMode: string;
  readonly permissions: readonly Omit<AddPermissionInput, 'StatementId'>[];
}

/** CloudFormation's short forms stand for their argument. */
const yaml = (name: string): Parsed =>
  parseYaml(block(name), {
    customTags: ['Ref', 'GetAtt', 'Sub'].map((tag) => ({
      tag: `!${tag}`,
      resolve: (text: string) => `!${tag} ${text}`,
    })),
  });

function cfnPermissions(resources: Parsed, functionRef: string, callerRef: string): Deployment['permissions'] {
  const all: Parsed[] = Object.values(resources);
  return all
    .filter(({ Type }) => Type === 'AWS::Lambda::Permission')
    .map(({ Properties: { FunctionName, Principal, ...rest } }) => {
      expect([FunctionName, Principal]).toEqual([functionRef, callerRef]);
      return { ...rest, Principal: CALLER };
    });
}

const TOOLS: Readonly<Record<string, () => Promise<Deployment>>> = {
  async Terraform() {
    const { resource } = (await parseHcl('main.tf', block('main.tf'))) as Parsed;
    const [fn] = resource.aws_lambda_function.tools;
    const [url] = resource.aws_lambda_function_url.tools;
    const permissions = Object.values(resource.aws_lambda_permission).map(([each]: Parsed) => {
      expect(each).toMatchObject({
        // biome-ignore lint/suspicious/noTemplateCurlyInString: as the parser writes a reference
        function_name: '${aws_lambda_function.tools.function_name}',
        // biome-ignore lint/suspicious/noTemplateCurlyInString: as the parser writes a reference
        principal: '${var.caller}',
      });
      const { action: Action, function_url_auth_type: auth, invoked_via_function_url: via } = each;
      return {
        ...{ Action, Principal: CALLER },
        ...(auth && { FunctionUrlAuthType: auth }),
        ...(via && { InvokedViaFunctionUrl: via }),
      };
    });
    return {
      ...{ code: fn.filename, handler: fn.handler, runtime: fn.runtime, permissions },
      ...{ authType: url.authorization_type, invokeMode: url.invoke_mode },
    };
  },
  async 'AWS SAM'() {
    const { Resources } = yaml('template.yaml');
    const { CodeUri, Handler, Runtime, FunctionUrlConfig } = Resources.Tools.Properties;
    return {
      ...{ code: CodeUri, handler: Handler, runtime: Runtime },
      ...{ authType: FunctionUrlConfig.AuthType, invokeMode: FunctionUrlConfig.InvokeMode },
      permissions: cfnPermissions(Resources, '!Ref Tools', '!Ref Caller'),
    };
  },
  async 'Serverless Framework'() {
    const { provider, functions, resources, package: packaged } = yaml('serverless.yml');
    const { handler, url } = functions.tools;
    return {
      ...{ code: packaged.artifact, handler, runtime: provider.runtime },
      ...{ authType: url.authorizer.toUpperCase(), invokeMode: url.invokeMode },
      // biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of the framework's
      permissions: cfnPermissions(resources.Resources, '!Ref ToolsLambdaFunction', '${param:caller}'),
    };
  },
  async SST() {
    const { code } = await transform(block('sst.config.ts'), { loader: 'ts', format: 'esm' });
    const made: { fn?: Parsed; permissions: Parsed[] } = { permissions: [] };
    const named = (_: string, props: Parsed) => props;
    class Tools {
      name = 'tools';
      url = 'https://unused.example/';
      constructor(...args: [string, Parsed]) {
        made.fn = named(...args);
      }
    }
    class Permission {
      constructor(...args: [string, Parsed]) {
        made.permissions.push(named(...args));
      }
    }
    const config = ({ run: deploy }: Parsed) => deploy();
    const scope = { $config: config, sst: { aws: { Function: Tools } }, aws: { lambda: { Permission } } };
    const evaluate = new Function(...Object.keys(scope), 'process', `return (async () => { ${asProgram(code)} })()`);
    await evaluate(...Object.values(scope), { env: { CALLER } });
    const { bundle, handler, runtime, streaming, url } = made.fn;
    return {
      ...{ code: bundle, handler, runtime },
      ...{ authType: `AWS_${url.authorization.toUpperCase()}`, invokeMode: streaming ? 'RESPONSE_STREAM' : 'BUFFERED' },
      permissions: made.permissions.map((each) => {
        expect(each).toMatchObject({ function: 'tools', principal: CALLER });
        const { action: Action, functionUrlAuthType: auth, invokedViaFunctionUrl: via } = each;
        return {
          ...{ Action, Principal: CALLER },
          ...(auth && { FunctionUrlAuthType: auth }),
          ...(via && { InvokedViaFunctionUrl: via }),
        };
      }),
    };
  },
};

/** esbuild gives the default export a name, by which nobody asks for it here. */
function asProgram(code: string): string {
  return code.replace(/^export \{[^}]*\};?$/m, '').replace(/\$config\(/, 'await $config(');
}

async function callAs(
  deployment: Pick<Deployment, 'permissions' | 'handler'>,
): Promise<{ text: string; progress: number }> {
  const [file, exportName = ''] = deployment.handler.split('.');
  await using lambda = await startLocalLambda({
    entry: join(folder, 'unzipped', `${file}.mjs`),
    exportName,
    bundle: false,
    principals: [{ name: 'agent' }],
    permissions: deployment.permissions.map((each, at) => ({ ...each, StatementId: `s${at}` })),
    report: () => {},
  });
  const [credentials] = lambda.principals;
  if (!credentials) throw new Error('There is no caller.');
  const client = new Client({ name: 'outside', version: '1.0.0' });
  await client.connect(new SigV4ClientTransport(lambda.functionUrl, { region: lambda.region, credentials }));
  let progress = 0;
  const call = { name: 'multi-greet', arguments: { name: 'Ada', count: 2, delayMs: 10 } };
  const { content } = await client.callTool(call, {
    onprogress: () => {
      progress += 1;
    },
  });
  await client.close();
  return { text: JSON.stringify(content), progress };
}

// Without `zip` there is nothing that Lambda would take.
describe.skipIf(!hasZip)('docs/outside-cdk.md', () => {
  beforeAll(async () => {
    mkdirSync(join(folder, 'node_modules'), { recursive: true });
    for (const name of ['@modelcontextprotocol', 'zod', 'esbuild', '.bin']) {
      symlinkSync(join(ROOT, 'node_modules', name), join(folder, 'node_modules', name));
    }
    symlinkSync(ROOT, join(folder, 'node_modules/lambda-mcp'));
    writeFileSync(join(folder, 'server.ts'), readFileSync(join(ROOT, 'examples/quickstart/server.ts')));
    const env = { ...process.env, PATH: `${dirname(process.execPath)}:${process.env.PATH}` };
    await run('sh', ['-ec', block('bundle')], { cwd: folder, env });
    await run('unzip', ['-q', 'tools.zip', '-d', 'unzipped'], { cwd: folder });
  });

  it('bundles with the banner that McpFunction has', () => {
    expect(block('bundle')).toContain(`--banner:js="${COMMONJS_BANNER}"`);
  });

  describe.each(Object.entries(TOOLS))('%s', (_name, read) => {
    it('deploys what the command made, behind a URL under IAM that streams', async () => {
      const { code, handler, runtime, authType, invokeMode } = await read();
      expect(existsSync(join(folder, code))).toBe(true);
      expect(existsSync(join(folder, 'unzipped', `${handler.split('.')[0]}.mjs`))).toBe(true);
      expect({ runtime, authType, invokeMode }).toEqual({
        ...{ runtime: 'nodejs24.x', authType: 'AWS_IAM', invokeMode: 'RESPONSE_STREAM' },
      });
    });

    it('lets a stock client in by its two permissions, and by neither of them alone', async () => {
      const deployment = await read();
      expect(deployment.permissions.toSorted((a, b) => a.Action.localeCompare(b.Action))).toEqual([
        { Action: 'lambda:InvokeFunction', Principal: CALLER, InvokedViaFunctionUrl: true },
        { Action: 'lambda:InvokeFunctionUrl', Principal: CALLER, FunctionUrlAuthType: 'AWS_IAM' },
      ]);
      const { text, progress } = await callAs(deployment);
      expect(text).toContain('Ada');
      expect(progress).toBe(2);
      for (const left of deployment.permissions) {
        await expect(callAs({ ...deployment, permissions: [left] })).rejects.toThrow(/403|not authorized|Forbidden/);
      }
    });
  });

  it('copies into the image what its command names', () => {
    const file = block('Dockerfile');
    const [, source = '', target] = /^COPY (\S+) (\S+)$/m.exec(file) ?? [];
    const [command = ''] = JSON.parse(/^CMD (.*)$/m.exec(file)?.[1] ?? '[]') as string[];
    expect(file).toMatch(/^FROM public\.ecr\.aws\/lambda\/nodejs:24$/m);
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of the image
    expect(target).toBe('${LAMBDA_TASK_ROOT}/');
    expect(existsSync(join(folder, source, `${command.split('.')[0]}.mjs`))).toBe(true);
  });

  it.skipIf(!hasCfnLint)(
    'has a SAM template that cfn-lint finds nothing in (skipped where it is not installed)',
    async () => {
      const file = join(folder, 'template.yaml');
      writeFileSync(file, block('template.yaml'));
      const { stdout } = await run('cfn-lint', ['--', file]).catch((error) => error);
      expect(stdout).toBe('');
    },
  );

  it.skipIf(!hasTerraform)('has HCL as terraform fmt writes it (skipped where it is not installed)', async () => {
    const file = join(folder, 'main.tf');
    writeFileSync(file, block('main.tf'));
    await run('terraform', ['fmt', '-check', '-diff', file]);
  });
});
