import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Of the packages that a project made by `cdk init` brings, those that are not the package's own peers. */
const TOOLS = ['@swc', '@types', 'jest', 'tsx'];

const STACK = `
  import * as cdk from 'aws-cdk-lib/core';
  import { Construct } from 'constructs';
  import { McpFunction } from 'lambda-mcp/infra';
  export class ToolsStack extends cdk.Stack {
    constructor(scope: Construct, id: string) {
      super(scope, id);
      new McpFunction(this, 'Tools', { entry: require.resolve('../server.ts') });
    }
  }`;
const APP = `
  import * as cdk from 'aws-cdk-lib/core';
  import { ToolsStack } from '../lib/tools-stack';
  new ToolsStack(new cdk.App(), 'Tools');`;
const TEST = `
  import * as cdk from 'aws-cdk-lib/core';
  import { Template } from 'aws-cdk-lib/assertions';
  import { ToolsStack } from '../lib/tools-stack';
  test('the function streams', () => {
    const template = Template.fromStack(new ToolsStack(new cdk.App(), 'Tools'));
    template.hasResourceProperties('AWS::Lambda::Url', { InvokeMode: 'RESPONSE_STREAM' });
  });`;

/**
 * A project as `cdk init app --language typescript` makes it, CommonJS, with its compiler, its way of synthesizing and its
 * jest, and `McpFunction` in its stack. Only Node's flag is added to jest, as docs/credentials-and-networks.md says.
 *
 * @param folder of a project that has the package installed
 * @param tools folder whose node_modules have what `cdk init` installs
 * @param compiler file of `tsc`
 * @returns what went wrong with each command, if anything
 */
export function cdkProject(folder: string, tools: string, compiler: string): ReadonlyMap<string, string> {
  const project = join(folder, 'cdk project');
  const init = ['init', 'app', '--language', 'typescript', '--generate-only'];
  mkdirSync(project);
  const said = new Map<string, string>();
  function run(name: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): void {
    const { status, stdout, stderr } = spawnSync(process.execPath, args, {
      cwd: project,
      env: { ...process.env, ...env },
      encoding: 'utf8',
    });
    said.set(name, status === 0 ? '' : `${stdout}${stderr}`.slice(-600));
  }
  run('cdk init', [join(import.meta.dirname, '../../../node_modules/aws-cdk/bin/cdk'), ...init]);
  mkdirSync(join(project, 'node_modules'));
  for (const name of TOOLS) symlinkSync(join(tools, 'node_modules', name), join(project, 'node_modules', name));
  cpSync(join(folder, 'server.ts'), join(project, 'server.ts'));
  for (const [file, text] of Object.entries({
    'lib/tools-stack.ts': STACK,
    'bin/app.ts': APP,
    'test/tools.test.ts': TEST,
    // As `npm install` leaves one; CDK looks for it.
    'package-lock.json': '{}',
  })) {
    writeFileSync(join(project, file), text);
  }
  run('tsc', [compiler]);
  run('tsx bin/app.ts', [join(tools, 'node_modules/tsx/dist/cli.mjs'), 'bin/app.ts']);
  const jest = [join(tools, 'node_modules/jest/bin/jest.js'), 'test/tools.test.ts'];
  run('jest, with --experimental-vm-modules', jest, { NODE_OPTIONS: '--experimental-vm-modules' });
  return said;
}
