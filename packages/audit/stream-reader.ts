/** One event, as the HTML standard defines it ("Interpreting an event stream"). */
export interface StreamEvent {
  readonly event: string;
  /** Null if it has no field `data` at all, so that a browser would not dispatch it. */
  readonly data: string | null;
}

/** The part of a stream that has been read so far. */
export interface StreamReader {
  readonly events: readonly StreamEvent[];
  /** When each comment was read, in milliseconds since the reader was created. */
  readonly commentsMs: readonly number[];
  /** All text that was read, truncated at a mebibyte. */
  readonly text: string;
  read(text: string): void;
}

const MAX_TEXT_LENGTH = 1_048_576;

/** Reads a stream of server-sent events piece by piece, wherever it is split. */
export function createStreamReader(): StreamReader {
  const startedAt = performance.now();
  const events: StreamEvent[] = [];
  const commentsMs: number[] = [];
  let text = '';
  let rest = '';
  let event = '';
  let data: string[] = [];

  function takeLine(line: string) {
    if (line === '') return dispatch();
    const [, name = line, value = ''] = /^([^:]*): ?(.*)$/s.exec(line) ?? [];
    if (name === '') commentsMs.push(performance.now() - startedAt);
    else if (name === 'event') event = value;
    else if (name === 'data') data.push(value);
  }

  function dispatch() {
    if (event === '' && data.length === 0) return;
    events.push({ event, data: data.length === 0 ? null : data.join('\n') });
    event = '';
    data = [];
  }

  return {
    events,
    commentsMs,
    get text() {
      return text;
    },
    read(piece) {
      text = (text + piece).slice(0, MAX_TEXT_LENGTH);
      // A carriage return at the end may be the first half of a line end.
      const lines = (rest + piece).split(/\r\n|\n|\r(?!$)/);
      rest = lines.pop() ?? '';
      for (const line of lines) takeLine(line);
    },
  };
}
