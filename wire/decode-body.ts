type Decode = (encoded: ReadableStream<Uint8Array>) => ReadableStream<Uint8Array>;

/** As `fetch` decodes: what has come is given out at once, and a body that is cut short ends where it was cut. */
function decoderOf(encoding: string): Decode | undefined {
  const zlib = process.getBuiltinModule('node:zlib');
  const { Duplex } = process.getBuiltinModule('node:stream');
  const { Z_SYNC_FLUSH, BROTLI_OPERATION_FLUSH, ZSTD_e_flush } = zlib.constants;
  const flush = { flush: Z_SYNC_FLUSH, finishFlush: Z_SYNC_FLUSH };
  const brotli = { flush: BROTLI_OPERATION_FLUSH, finishFlush: BROTLI_OPERATION_FLUSH };
  const zstd = { flush: ZSTD_e_flush, finishFlush: ZSTD_e_flush };
  const through =
    (make: () => InstanceType<typeof Duplex>): Decode =>
    (encoded) =>
      encoded.pipeThrough(Duplex.toWeb(make()) as ReadableWritablePair<Uint8Array, Uint8Array>);
  const inflate = through(() => zlib.createInflate(flush));
  const decoders: Readonly<Record<string, Decode>> = {
    gzip: through(() => zlib.createGunzip(flush)),
    'x-gzip': through(() => zlib.createGunzip(flush)),
    deflate: (encoded) => inflate(encoded.pipeThrough(framed())),
    br: through(() => zlib.createBrotliDecompress(brotli)),
    zstd: through(() => zlib.createZstdDecompress(zstd)),
  };
  return decoders[encoding];
}

/** What zlib's format begins with. Its end, a checksum, may be missing as that of a body that is cut short may. */
const ZLIB_HEADER = new Uint8Array([0x78, 0x9c]);
const DEFLATE_METHOD = 8;

/** Gives zlib's header to bytes that come without it: servers call both formats `deflate`, and `fetch` reads both. */
function framed(): TransformStream<Uint8Array, Uint8Array> {
  let isFirst = true;
  return new TransformStream({
    transform(chunk, controller) {
      const [first] = chunk;
      if (first === undefined) return;
      if (isFirst && (first & 0x0f) !== DEFLATE_METHOD) controller.enqueue(ZLIB_HEADER);
      isFirst = false;
      controller.enqueue(chunk);
    },
  });
}

/** A response whose body is what its `Content-Encoding` says, decoded as a `fetch` would have; unknown ones stay. */
export function decodeBody(response: Response): Response {
  const encodings = response.headers.get('content-encoding')?.toLowerCase().split(',') ?? [];
  const decoders = encodings.flatMap((encoding) => decoderOf(encoding.trim()) ?? []);
  if (!response.body || decoders.length === 0 || decoders.length < encodings.length) return response;
  const body = decoders.reduceRight<ReadableStream<Uint8Array>>((encoded, decode) => decode(encoded), response.body);
  const headers = new Headers(response.headers);
  headers.delete('content-encoding');
  headers.delete('content-length');
  return new Response(body, { status: response.status, headers });
}
