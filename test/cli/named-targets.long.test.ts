import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLI, environmentOf, runCli } from '../support/cli.ts';
import { startTestLambda, type TestLambda } from '../support/lambda.ts';

let lambda: TestLambda;
beforeAll(async () => {
  lambda = await startTestLambda('servers/showcase.ts');
});
afterAll(() => lambda.close());

/** A person's own folders, with a profile `mine` that calls as the agent. */
function person() {
  const home = mkdtempSync(join(tmpdir(), 'home of '));
  const { accessKeyId, secretAccessKey, sessionToken } = lambda.agent;
  const config = join(home, 'aws-config');
  writeFileSync(
    config,
    `[profile mine]\naws_access_key_id=${accessKeyId}\naws_secret_access_key=${secretAccessKey}\n` +
      `aws_session_token=${sessionToken}\nregion=${lambda.region}\n`,
  );
  const { PATH = '', AWS_EC2_METADATA_DISABLED = '' } = environmentOf(lambda, lambda.agent);
  const env = { PATH, AWS_EC2_METADATA_DISABLED, HOME: home, AWS_CONFIG_FILE: config };
  const project = join(home, 'project');
  mkdirSync(project);
  const write = (path: string, content: string) => {
    mkdirSync(dirname(join(home, path)), { recursive: true });
    writeFileSync(join(home, path), content);
  };
  return {
    home,
    project,
    write,
    read: (path: string) => readFileSync(join(home, path), 'utf8'),
    run: (...args: string[]) => runCli(args, { env, cwd: project }),
  };
}

describe('alias', () => {
  it('is a target for every command, with the options that were kept', async () => {
    const { run, home } = person();
    expect(await run('alias', 'prod', lambda.functionUrl, '--profile', 'mine')).toMatchObject({ code: 0, stdout: '' });
    expect(await run('call', 'prod', 'look')).toMatchObject({ code: 0, stdout: 'looked\n' });
    expect((await run('tools', 'alias:prod')).stdout).toMatch(/^TOOL/);
    // What is given goes before what is kept.
    expect((await run('call', 'prod', 'look', '--profile', 'other')).code).toBe(2);
    expect((await run('alias')).stdout).toBe(`NAME\tTARGET\tOPTIONS\nprod\t${lambda.functionUrl}\t--profile mine\n`);
    expect(statSync(join(home, '.config/lambda-mcp/aliases.json')).mode & 0o777).toBe(0o600);
    expect((await run('alias', '--remove', 'prd')).stderr).toContain('Did you mean "prod"?');
    expect((await run('alias', '--remove', 'prod')).code).toBe(0);
    expect((await run('tools', 'alias:prod')).stderr).toContain('There is no server alias:prod');
  });

  it.each([
    [['alias', 'dev', 'x']],
    [['alias', 'a/b', 'x']],
    [['alias', 'x']],
    [['alias', 'x', '']],
    [['alias', 'x', 'y', '--timeout', 'soon']],
    [['alias', '--remove', 'toString']],
    [['alias', 'x', 'y', 'z']],
    [['alias', 'x', 'y', '--json-args', '{}']],
  ])('%j is wrong usage', async (args) => {
    expect(await person().run(...args)).toMatchObject({ code: 2, stdout: '' });
  });

  it('says so when its file is none', async () => {
    const { run, write } = person();
    write('.config/lambda-mcp/aliases.json', '{"x": 1}');
    expect(await run('tools', 'x')).toMatchObject({ code: 1, stderr: expect.stringContaining('aliases.json is not') });
    // A URL is no name.
    expect((await run('call', lambda.functionUrl, 'look', '--profile', 'mine')).code).toBe(0);
  });
});

describe('a server that a host has', () => {
  const entry = (target: string) => ({
    command: '/usr/bin/node',
    args: ['/x/lambda-mcp/dist/cli/main.js', 'proxy', target, '--profile', 'mine'],
  });

  it.each([
    ['.cursor/mcp.json', 'mcpServers'],
    ['.kiro/settings/mcp.json', 'mcpServers'],
    ['.claude.json', 'mcpServers'],
    ['.config/Claude/claude_desktop_config.json', 'mcpServers'],
    ['.config/Code/User/mcp.json', 'servers'],
  ])('is a target by its name: %s', async (file, key) => {
    const { run, write } = person();
    const servers = JSON.stringify({ [key]: { 'my tools': entry(lambda.functionUrl) } });
    write(file, `\ufeff// mine\n${servers.slice(0, -1)},}\n`);
    expect(await run('call', 'my tools', 'look')).toMatchObject({ code: 0, stdout: 'looked\n' });
  });

  it('is one of a project only by the host: a folder may be anybody’s', async () => {
    const { run, write } = person();
    const servers = { tools: entry(lambda.functionUrl) };
    write('project/.mcp.json', JSON.stringify({ mcpServers: servers }));
    write('project/.vscode/mcp.json', JSON.stringify({ servers }));
    for (const host of ['claude-code', 'vscode']) {
      expect((await run('call', `${host}:tools`, 'look')).stdout).toBe('looked\n');
    }
    const bare = await run('call', 'tools', 'look', '--profile', 'mine', '--endpoint', lambda.lambdaEndpoint);
    expect(bare).toMatchObject({ code: 4, stderr: expect.stringContaining('function:tools') });
  });

  it('by npx, by its command, by a URL, and with variables in place of flags', async () => {
    const { run, write } = person();
    const env = { AWS_PROFILE: 'mine' };
    const mcpServers = {
      npx: { command: 'npx', args: ['-y', 'lambda-mcp@1', 'proxy', '--read-only', lambda.functionUrl], env },
      named: { command: '/opt/bin/lambda-mcp', args: ['proxy', lambda.functionUrl], env },
      url: { url: lambda.functionUrl },
      foreign: { command: 'uvx', args: ['some-server', 'proxy', lambda.functionUrl] },
    };
    write('.cursor/mcp.json', JSON.stringify({ mcpServers }));
    for (const name of ['npx', 'named']) expect((await run('call', name, 'look')).stdout).toBe('looked\n');
    expect((await run('call', 'url', 'look', '--profile', 'mine')).stdout).toBe('looked\n');
    // It is a function's name then.
    expect((await run('call', 'foreign', 'look', '--profile', 'mine', '--endpoint', lambda.lambdaEndpoint)).code).toBe(
      4,
    );
  });

  it('is refused where two hosts mean different ones, with the ways to say which', async () => {
    const { run, write } = person();
    write('.cursor/mcp.json', JSON.stringify({ mcpServers: { tools: entry(lambda.functionUrl) } }));
    write('.kiro/settings/mcp.json', JSON.stringify({ mcpServers: { tools: entry('other') } }));
    const { code, stderr } = await run('call', 'tools', 'look');
    expect(code).toBe(2);
    expect(stderr).toContain(`cursor:tools (${lambda.functionUrl}), kiro:tools (other)`);
    expect(stderr).toContain('function:tools');
    expect((await run('call', 'cursor:tools', 'look')).stdout).toBe('looked\n');
    await run('alias', 'tools', lambda.functionUrl, '--profile', 'mine');
    expect((await run('call', 'tools', 'look')).stdout).toBe('looked\n');
  });
});

describe('install', () => {
  it.each([
    ['claude-desktop', '.config/Claude/claude_desktop_config.json', 'mcpServers', false],
    ['claude-code', '.claude.json', 'mcpServers', true],
    ['cursor', '.cursor/mcp.json', 'mcpServers', false],
    ['vscode', '.config/Code/User/mcp.json', 'servers', true],
    ['kiro', '.kiro/settings/mcp.json', 'mcpServers', false],
  ])('writes the file of %s, and runs doctor as it would', async (host, file, key, typed) => {
    const { run, read } = person();
    const { code, stdout, stderr } = await run(
      'install',
      host,
      lambda.functionUrl,
      '--profile',
      'mine',
      '--name',
      'tools',
    );
    expect(stdout).toMatch(/^pass +/m);
    expect(code).toBe(0);
    expect(stderr).toContain(file);
    expect(JSON.parse(read(file))).toEqual({
      [key]: {
        tools: {
          ...(typed && { type: 'stdio' }),
          command: process.execPath,
          args: [CLI, 'proxy', lambda.functionUrl, '--profile', 'mine'],
        },
      },
    });
    expect((await run('call', 'tools', 'look')).stdout).toBe('looked\n');
    expect((await run('install', host, '--uninstall', '--name', 'tools')).code).toBe(0);
    expect(JSON.parse(read(file))).toEqual({ [key]: {} });
  });

  const COMMENTED = `\ufeff{\r\n\t// what I like\r\n\t"theme": "dark",\r\n\t"mcpServers": {\r\n\t\t"other": { "command": "x" }, // keep\r\n\t},\r\n}\r\n`;

  it('keeps what is there: comments, layout, other servers', async () => {
    const { run, read, write } = person();
    write('.cursor/mcp.json', COMMENTED);
    expect((await run('install', 'cursor', lambda.functionUrl, '--profile', 'mine', '--name', 'ours')).code).toBe(0);
    const text = read('.cursor/mcp.json');
    expect(text.startsWith('\ufeff{\r\n\t// what I like\r\n\t"theme": "dark",\r\n')).toBe(true);
    expect(text).toMatch(/"other": \{\s*"command": "x"\s*\}/);
    expect(text).toContain('// keep');
    expect(text).toContain('\t\t"ours": {\r\n\t\t\t"command":');
    await run('install', 'cursor', '--uninstall', '--name', 'ours');
    expect(read('.cursor/mcp.json')).not.toContain('ours');
    expect(read('.cursor/mcp.json')).toMatch(/"other": \{\s*"command": "x"\s*\}/);
  });

  it('prints the entry alone with --print, and writes a project’s file with --project', async () => {
    const { run, home, project } = person();
    const printed = await run('install', 'vscode', lambda.functionUrl, '--print');
    expect(JSON.parse(printed.stdout).servers['lambda-mcp'].args).toContain('default');
    expect(existsSync(join(home, '.config/Code'))).toBe(false);
    await run('install', 'cursor', lambda.functionUrl, '--profile', 'mine', '--project');
    expect(existsSync(join(project, '.cursor/mcp.json'))).toBe(true);
    expect(await run('install', 'claude-desktop', lambda.functionUrl, '--project')).toMatchObject({ code: 2 });
  });

  it('touches no file that it does not understand, and no server of another program', async () => {
    const { run, read, write } = person();
    write('.cursor/mcp.json', '{ "mcpServers": { "a": } }');
    const broken = await run('install', 'cursor', lambda.functionUrl, '--profile', 'mine');
    expect(broken).toMatchObject({ code: 1, stderr: expect.stringContaining('ValueExpected in line 1') });
    expect(read('.cursor/mcp.json')).toBe('{ "mcpServers": { "a": } }');
    write('.cursor/mcp.json', '{ "mcpServers": { "a": { "command": "x" } } }');
    const taken = await run('install', 'cursor', lambda.functionUrl, '--profile', 'mine', '--name', 'a');
    expect(taken).toMatchObject({ code: 2, stderr: expect.stringContaining('Give --name') });
    expect((await run('install', 'cursor', '--uninstall')).stderr).toContain('It has none of this proxy.');
  });

  it.each([
    ['a program', { command: 'x' }],
    ['a URL', { url: 'https://api.example.com/mcp' }],
  ])('neither writes over an entry of %s nor takes it out', async (_, entry) => {
    const { run, read, write } = person();
    const whole = JSON.stringify({ mcpServers: { a: entry } });
    write('.cursor/mcp.json', whole);
    expect(await run('install', 'cursor', lambda.functionUrl, '--name', 'a')).toMatchObject({ code: 2 });
    expect(await run('install', 'cursor', '--uninstall', '--name', 'a')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('is left alone'),
    });
    expect(read('.cursor/mcp.json')).toBe(whole);
  });

  it.each(['null', '{ "mcpServers": null }', '[]'])('says that it put nothing into %s', async (whole) => {
    const { run, read, write } = person();
    write('.cursor/mcp.json', whole);
    const refused = await run('install', 'cursor', lambda.functionUrl, '--profile', 'mine');
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('is not the JSON') });
    expect(read('.cursor/mcp.json')).toBe(whole);
  });

  it('writes through a link, also to where no file is yet', async () => {
    const { run, home } = person();
    mkdirSync(join(home, '.cursor'));
    symlinkSync('../dotfiles/mcp.json', join(home, '.cursor/mcp.json'));
    for (const name of ['a', 'b']) {
      await run('install', 'cursor', lambda.functionUrl, '--profile', 'mine', '--name', name);
      expect(lstatSync(join(home, '.cursor/mcp.json')).isSymbolicLink()).toBe(true);
    }
    const { mcpServers } = JSON.parse(readFileSync(join(home, 'dotfiles/mcp.json'), 'utf8'));
    expect(Object.keys(mcpServers)).toEqual(['a', 'b']);
  });

  it('says what doctor found, and by its exit code', async () => {
    const { run } = person();
    // The default profile is none.
    const { code, stdout } = await run('install', 'cursor', lambda.functionUrl);
    expect(code).toBe(2);
    expect(stdout).toMatch(/^fail/m);
  });

  it.each([
    [['install']],
    [['install', 'curser', 'x']],
    [['install', 'cursor']],
    [['install', 'cursor', 'https://a.b/', 'c']],
    [['install', 'cursor', 'f', '--name', '']],
  ])('%j is wrong usage', async (args) => {
    expect(await person().run(...args)).toMatchObject({ code: 2, stdout: '' });
  });
});
