import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChromium } from '../support/chromium.ts';
import { runCli } from '../support/cli.ts';
import { signIn } from '../support/sign-in.ts';
import { type SignedInServer, startSignedInServer } from '../support/signed-in-server.ts';

const executablePath = await findChromium();
if (executablePath === undefined) {
  console.warn('NOT TESTED: signing in by a real browser. There is no Chromium: set CHROMIUM to the path of one.');
}

/** Starts `lambda-mcp login`, with a browser that is told the page and left, as a desktop's is. */
async function startLogin(server: SignedInServer) {
  const env = server.person();
  const file = join(env.HOME as string, 'page');
  const script = 'fs.writeFileSync(process.argv[1], process.argv[2])';
  const BROWSER = `'${process.execPath}' -e '${script}' '${file}' %s`;
  const ended = runCli(['login', server.url], { env: { ...env, BROWSER } });
  await expect.poll(() => existsSync(file) && readFileSync(file, 'utf8'), { timeout: 20_000 }).toContain('http');
  return { env, ended, url: new URL(readFileSync(file, 'utf8')) };
}

it('login waits for the person after the program that opened their browser has ended', async () => {
  await using server = await startSignedInServer();
  const { ended, url } = await startLogin(server);
  const back = await signIn(url, server.pool.users[0] as { username: string; password: string });
  // Nothing else is under way by then that could keep the process.
  await setTimeout(1000);
  await fetch(back);
  expect(await ended).toMatchObject({ code: 0, stdout: expect.stringContaining('maria') });
});

describe.skipIf(executablePath === undefined)('signing in by Chromium (skipped where there is none)', () => {
  let server: SignedInServer;
  let browser: Browser;
  beforeAll(async () => {
    server = await startSignedInServer();
    browser = await chromium.launch({ executablePath: executablePath as string, args: ['--no-sandbox'] });
  });
  afterAll(async () => {
    await browser.close();
    await server[Symbol.asyncDispose]();
  });

  /** Opens in Chromium the page that `lambda-mcp login` would have opened there. */
  async function openLogin() {
    const login = await startLogin(server);
    // A context of its own: nobody is signed in there.
    const page = await (await browser.newContext()).newPage();
    const problems: string[] = [];
    page.on('console', (message) => {
      if (message.type() === 'error' && !/status of 40\d/.test(message.text())) problems.push(message.text());
    });
    await page.goto(login.url.href);
    return { ...login, page, problems };
  }

  async function fill(page: Page, password: string): Promise<void> {
    await page.getByLabel('User name').fill(server.pool.users[0]?.username ?? '');
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Sign in' }).click();
  }

  it('goes through sign-in, consent and back, to a call of a tool with the token', async () => {
    const { env, page, ended, problems } = await openLogin();
    await fill(page, 'wrong');
    expect(await page.getByRole('alert').textContent()).toBe('Wrong user name or password.');
    await fill(page, server.pool.users[0]?.password ?? '');
    await page.getByRole('heading', { name: 'Allow access?' }).waitFor();
    // What is asked for, and by whom, stands there to be read.
    expect(await page.locator('li').allTextContents()).toEqual(expect.arrayContaining(['tools/call', server.url]));
    expect(await page.locator('b').textContent()).toBe(env.OAUTH_CLIENT_ID);
    await page.getByRole('button', { name: 'Allow' }).click();
    await page.waitForURL((url) => url.href.startsWith(server.callback));
    expect(await page.locator('p').textContent()).toBe('You are back: this page may be closed.');
    const { code, stdout } = await ended;
    expect([code, stdout]).toEqual([0, expect.stringContaining('maria')]);
    const called = await runCli(['call', server.url, 'whoami', '--auth', 'oauth'], { env });
    expect([called.code, called.stdout]).toEqual([0, 'whoami: maria\n']);
    // Neither page breaks the rules that it came with.
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it('comes back with a refusal where the person denies it', async () => {
    const { page, ended } = await openLogin();
    await fill(page, server.pool.users[0]?.password ?? '');
    await page.getByRole('button', { name: 'Deny' }).click();
    await page.waitForURL((url) => url.href.startsWith(server.callback));
    expect(await page.locator('p').textContent()).toContain('Nobody signed in');
    const { code, stderr } = await ended;
    expect(code).not.toBe(0);
    expect(stderr).toContain('access was denied');
    await page.context().close();
  });
});
