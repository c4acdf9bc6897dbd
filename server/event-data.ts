/** The data of each event in a text of server-sent events. Source: HTML Living Standard, "Server-sent events". */
export function eventData(text: string): string[] {
  return text
    .split(/\r\n\r\n|\n\n|\r\r/)
    .map((event) =>
      [...event.matchAll(/^data:[ ]?(.*)$/gm)].map(([, line = '']) => line.replace(/\r$/, '')).join('\n'),
    );
}
