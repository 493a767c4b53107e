/** A collector on loopback that takes traces as real ones do: OTLP over HTTP, as JSON or protobuf. */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface SeenSpan {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  /** Empty for the first of a trace. */
  readonly parentSpanId: string;
  readonly attributes: Readonly<Record<string, string | number | boolean>>;
  readonly failed: boolean;
  readonly events: readonly string[];
  /** Nanoseconds. */
  readonly start: bigint;
  readonly end: bigint;
  readonly resource: Readonly<Record<string, string | number | boolean>>;
}

export interface SeenRequest {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  /** By `performance.now()`. */
  readonly at: number;
}

export interface Collector {
  readonly url: string;
  readonly spans: () => readonly SeenSpan[];
  readonly requests: readonly SeenRequest[];
  /** Every byte that came, to look for what must not be in it. */
  readonly bytes: () => Buffer;
  readonly close: () => Promise<void>;
}

/** `answer` decides what a request is told; undefined leaves it without an answer. */
export async function startCollector(answer: () => number | undefined = () => 200): Promise<Collector> {
  const spans: SeenSpan[] = [];
  const requests: SeenRequest[] = [];
  const bodies: Buffer[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    bodies.push(body);
    requests.push({ path: request.url ?? '', headers: request.headers, at: performance.now() });
    const status = answer();
    if (status === undefined) return;
    const json = request.headers['content-type'] === 'application/json';
    if (status === 200) spans.push(...(json ? fromJson(body) : fromProtobuf(body)));
    response.writeHead(status, { 'content-type': json ? 'application/json' : 'application/x-protobuf' });
    response.end(json ? '{}' : '');
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans: () => spans,
    requests,
    bytes: () => Buffer.concat(bodies),
    close: () =>
      new Promise<void>((done) => {
        server.closeAllConnections();
        server.close(() => done());
      }),
  };
}

interface JsonAttribute {
  readonly key: string;
  readonly value: Readonly<Record<string, string | number | boolean>>;
}

const attributesOf = (list: readonly JsonAttribute[] = []): SeenSpan['attributes'] =>
  Object.fromEntries(
    list.map(({ key, value }) => {
      const [kind, inner] = Object.entries(value)[0] ?? ['', ''];
      return [key, kind === 'intValue' ? Number(inner) : inner];
    }),
  );

function fromJson(body: Buffer): readonly SeenSpan[] {
  // biome-ignore lint/suspicious/noExplicitAny: the shape is that of another project's format.
  const { resourceSpans } = JSON.parse(body.toString()) as any;
  // biome-ignore lint/suspicious/noExplicitAny: as above.
  return resourceSpans.flatMap(({ resource, scopeSpans }: any) =>
    // biome-ignore lint/suspicious/noExplicitAny: as above.
    scopeSpans.flatMap(({ spans }: any) =>
      // biome-ignore lint/suspicious/noExplicitAny: as above.
      spans.map((span: any) => ({
        name: span.name,
        traceId: span.traceId,
        spanId: span.spanId,
        parentSpanId: span.parentSpanId ?? '',
        attributes: attributesOf(span.attributes),
        failed: span.status?.code === 2,
        events: (span.events ?? []).map(({ name }: { name: string }) => name),
        start: BigInt(span.startTimeUnixNano),
        end: BigInt(span.endTimeUnixNano),
        resource: attributesOf(resource.attributes),
      })),
    ),
  );
}

type Field = bigint | Buffer;
type Message = ReadonlyMap<number, readonly Field[]>;

/** Any protobuf message: numbers and bytes by the number of their field. */
function decode(bytes: Buffer): Message {
  const fields = new Map<number, Field[]>();
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[at++] ?? 0;
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return value;
    }
  };
  const take = (length: number): Buffer => {
    at += length;
    return bytes.subarray(at - length, at);
  };
  while (at < bytes.length) {
    const tag = Number(varint());
    const kind = tag & 7;
    const value =
      kind === 0 ? varint() : kind === 1 ? take(8).readBigUInt64LE() : take(kind === 5 ? 4 : Number(varint()));
    fields.set(tag >> 3, [...(fields.get(tag >> 3) ?? []), value]);
  }
  return fields;
}

const buffersIn = (message: Message, field: number): readonly Buffer[] =>
  (message.get(field) ?? []).filter((one): one is Buffer => Buffer.isBuffer(one));
const inside = (message: Message, field: number): readonly Message[] => buffersIn(message, field).map(decode);
const bufferIn = (message: Message, field: number): Buffer => buffersIn(message, field)[0] ?? Buffer.alloc(0);
const numberIn = (message: Message, field: number): bigint => (message.get(field)?.[0] as bigint | undefined) ?? 0n;

const attributesIn = (message: Message, field: number): SeenSpan['attributes'] =>
  Object.fromEntries(
    inside(message, field).map((one) => {
      const value = decode(bufferIn(one, 2));
      const text = value.has(1) ? bufferIn(value, 1).toString() : undefined;
      return [
        bufferIn(one, 1).toString(),
        text ?? (value.has(2) ? numberIn(value, 2) === 1n : Number(numberIn(value, 3))),
      ];
    }),
  );

/** Field numbers of opentelemetry/proto/trace/v1/trace.proto. */
function fromProtobuf(body: Buffer): readonly SeenSpan[] {
  return inside(decode(body), 1).flatMap((resourceSpans) => {
    const resource = attributesIn(decode(bufferIn(resourceSpans, 1)), 1);
    return inside(resourceSpans, 2).flatMap((scopeSpans) =>
      inside(scopeSpans, 2).map((span) => ({
        name: bufferIn(span, 5).toString(),
        traceId: bufferIn(span, 1).toString('hex'),
        spanId: bufferIn(span, 2).toString('hex'),
        parentSpanId: bufferIn(span, 4).toString('hex'),
        attributes: attributesIn(span, 9),
        failed: numberIn(decode(bufferIn(span, 15)), 3) === 2n,
        events: inside(span, 11).map((event) => bufferIn(event, 2).toString()),
        start: numberIn(span, 7),
        end: numberIn(span, 8),
        resource,
      })),
    );
  });
}
