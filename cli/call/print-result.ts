import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { harmlessJson } from '../../wire/harmless-text.ts';
import { plainLine, plainText } from '../output/display-width.ts';

/** A block of a tool's result, a prompt's message or a resource. */
export interface ContentBlock {
  readonly type?: string;
  readonly text?: string;
  readonly data?: string;
  readonly mimeType?: string;
  readonly uri?: string;
  readonly name?: string;
  readonly resource?: ContentBlock;
  readonly blob?: string;
}

export interface PrintOptions {
  /** Begins the names of files that are made. */
  readonly name: string;
  /** Folder for them. */
  readonly folder: string;
  /** Whether `write` goes to a terminal, on which a server's control characters would act. */
  readonly terminal: boolean;
  /** Takes text, each with its line break. */
  readonly write: (text: string) => void;
  /** Takes what is said of files. */
  readonly tell: (text: string) => void;
}

const EXTENSIONS: Readonly<Record<string, string>> = {
  'image/jpeg': 'jpg',
  'image/svg+xml': 'svg',
  'audio/mpeg': 'mp3',
  'audio/x-wav': 'wav',
  'text/plain': 'txt',
};

/** Prints text, and saves images, audio and other bytes as files that did not exist before. */
export function printContent(blocks: readonly ContentBlock[], options: PrintOptions): void {
  for (const block of blocks) printBlock(block, options);
}

function printBlock(block: ContentBlock, options: PrintOptions): void {
  const bytes = block.data ?? block.blob;
  if (block.type === 'resource' && block.resource) printBlock(block.resource, options);
  else if (block.type === 'resource_link') options.write(`${plainLine(String(block.uri))}\n`);
  else if (bytes !== undefined) {
    const file = saveFile(Buffer.from(bytes, 'base64'), block.mimeType ?? 'application/octet-stream', options);
    options.tell(`Saved ${plainLine(block.mimeType ?? 'bytes')}: ${file}\n`);
  } else if (block.text !== undefined) {
    const text = options.terminal ? plainText(block.text) : block.text;
    options.write(text.endsWith('\n') ? text : `${text}\n`);
  } else options.write(`${harmlessJson(JSON.stringify(block))}\n`);
}

function saveFile(bytes: Buffer, mimeType: string, { name, folder }: PrintOptions): string {
  const extension = EXTENSIONS[mimeType] ?? /^[a-z]+\/([a-z0-9]{1,8})$/.exec(mimeType)?.[1] ?? 'bin';
  const safeName = name.replaceAll(/[^\w-]+/g, '-').slice(0, 60);
  for (let number = 1; ; number += 1) {
    const file = join(folder, `${safeName}-${number}.${extension}`);
    try {
      writeFileSync(file, bytes, { flag: 'wx' });
      return file;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}
