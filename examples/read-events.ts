/** One event, as an `EventSource` would dispatch it. */
export interface ServerSentEvent {
  /** `message` if the stream names none. */
  readonly type: string;
  readonly data: string;
}

/**
 * Yields the server-sent events of a response as they arrive. It closes the stream when the reader
 * stops.
 *
 * Follows the HTML standard, "Parsing an event stream": a line may end with LF, CRLF or CR, and a
 * chunk anywhere. A line that begins with a colon is a comment, which keeps the connection open.
 */
export async function* readEvents({ body }: Response): AsyncGenerator<ServerSentEvent> {
  if (!body) return;
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  try {
    let unfinished = '';
    let type = 'message';
    let data: string[] = [];
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      // A CR at the end of a chunk waits for the next chunk, which may begin with its LF.
      const lines = (unfinished + value).split(/\r\n|\n|\r(?!$)/);
      unfinished = lines.pop() ?? '';
      for (const line of lines) {
        const [, field, text = ''] = /^([^:]*):? ?(.*)$/.exec(line) ?? [];
        if (field === 'event') type = text;
        if (field === 'data') data.push(text);
        if (line !== '') continue;
        if (data.length > 0) yield { type, data: data.join('\n') };
        type = 'message';
        data = [];
      }
    }
  } finally {
    await reader.cancel();
  }
}
