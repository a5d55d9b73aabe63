/**
 * A Response whose body is one text, told at once to whoever writes it to a socket. The stream that every Response makes of
 * its body costs more than all else about a small answer; here it is made for those who ask. Runs on the edge.
 */
export class TextResponse extends Response {
  readonly #content: string;
  #whole: Response | undefined;

  constructor(content: string, init: ResponseInit) {
    super(null, init);
    this.#content = content;
    // Own properties, because the platform declares what they replace as properties.
    Object.defineProperties(this, {
      body: { get: () => this.#make().body },
      bodyUsed: { get: () => this.#whole?.bodyUsed ?? false },
    });
  }

  /** The body, or null when somebody has begun to read it as a stream. */
  get content(): string | null {
    return this.#whole ? null : this.#content;
  }

  override text(): Promise<string> {
    return this.#make().text();
  }

  override json(): Promise<unknown> {
    return this.#make().json();
  }

  override arrayBuffer(): Promise<ArrayBuffer> {
    return this.#make().arrayBuffer();
  }

  override blob(): Promise<Blob> {
    return this.#make().blob();
  }

  override clone(): Response {
    return new TextResponse(this.#content, { status: this.status, headers: this.headers });
  }

  #make(): Response {
    return (this.#whole ??= new Response(this.#content, { status: this.status, headers: this.headers }));
  }
}

/** An answer in JSON. */
export function jsonResponse(value: unknown, status: number, headers: Record<string, string>): Response {
  return new TextResponse(JSON.stringify(value), { status, headers: { "Content-Type": "application/json", ...headers } });
}
