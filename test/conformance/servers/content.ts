/** What the fixtures answer, as the suite's scenarios spell it out. Both SDK lines take it as it is. */

type Content =
  | { type: 'text'; text: string }
  | { type: 'image' | 'audio'; data: string; mimeType: string }
  | { type: 'resource'; resource: { uri: string; mimeType: string; text: string } };

/** A red pixel. */
const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC';
/** A millisecond of silence. */
const WAV = 'UklGRiwAAABXQVZFZm10IBAAAAABAAEAQB8AAEAfAAABAAgAZGF0YQgAAACAgICAgICAgA==';

const image: Content = { type: 'image', data: PNG, mimeType: 'image/png' };

export function text(value: string): Content {
  return { type: 'text', text: value };
}

export function textResult(value: string) {
  return { content: [text(value)] };
}

/** Tools that take nothing and always answer the same. */
export const constantTools: Record<string, Content[]> = {
  test_simple_text: [text('This is a simple text response for testing.')],
  test_image_content: [image],
  test_audio_content: [{ type: 'audio', data: WAV, mimeType: 'audio/wav' }],
  test_embedded_resource: [
    {
      type: 'resource',
      resource: {
        uri: 'test://embedded-resource',
        mimeType: 'text/plain',
        text: 'This is an embedded resource content.',
      },
    },
  ],
  test_multiple_content_types: [
    text('Multiple content types test:'),
    image,
    {
      type: 'resource',
      resource: {
        uri: 'test://mixed-content-resource',
        mimeType: 'application/json',
        text: JSON.stringify({ test: 'data', value: 123 }),
      },
    },
  ],
};

/** Resources that are there as they are, by URI. */
export const resources: Record<string, { mimeType: string } & ({ text: string } | { blob: string })> = {
  'test://static-text': { mimeType: 'text/plain', text: 'This is the content of the static text resource.' },
  'test://static-binary': { mimeType: 'image/png', blob: PNG },
  'test://watched-resource': { mimeType: 'text/plain', text: 'This resource can be subscribed to.' },
};

export const TEMPLATE = 'test://template/{id}/data';

export function templateData(id: string): { mimeType: string; text: string } {
  return {
    mimeType: 'application/json',
    text: JSON.stringify({ id, templateTest: true, data: `Data for ID: ${id}` }),
  };
}

function userMessages(...contents: Content[]) {
  return { messages: contents.map((content) => ({ role: 'user' as const, content })) };
}

export const prompts = {
  simple: () => userMessages(text('This is a simple prompt for testing.')),
  withArguments: (arg1: string, arg2: string) =>
    userMessages(text(`Prompt with arguments: arg1='${arg1}', arg2='${arg2}'`)),
  withResource: (uri: string) =>
    userMessages(
      {
        type: 'resource',
        resource: { uri, mimeType: 'text/plain', text: 'Embedded resource content for testing.' },
      },
      text('Please process the embedded resource above.'),
    ),
  withImage: () => userMessages(image, text('Please analyze the image above.')),
};

/** What may be completed to for `arg1`. */
export function completions(typed: string): string[] {
  return ['paris', 'park', 'party'].filter((word) => word.startsWith(typed));
}

/** The progress that `test_tool_with_progress` tells of. */
export const PROGRESS = [0, 50, 100];
/** What `test_tool_with_logging` logs. */
export const LOG_LINES = ['Tool execution started', 'Tool processing data', 'Tool execution completed'];
/** Between two of either; milliseconds. */
export const PAUSE = 50;

/**
 * How long a tool waits for the client's answer to a request of its own; milliseconds. Behind a stateless server the
 * answer goes to another environment and never comes.
 */
export const ANSWER_TIMEOUT = 1000;
