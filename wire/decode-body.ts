type Decode = (encoded: ReadableStream<Uint8Array>) => ReadableStream<Uint8Array>;

/** As `fetch` decodes: what has come is given out at once, and a body that is cut short ends where it was cut. */
function decoderOf(encoding: string): Decode | undefined {
  const zlib = process.getBuiltinModule('node:zlib');
  const { Duplex } = process.getBuiltinModule('node:stream');
  const { Z_SYNC_FLUSH, BROTLI_OPERATION_FLUSH } = zlib.constants;
  const flush = { flush: Z_SYNC_FLUSH, finishFlush: Z_SYNC_FLUSH };
  const brotli = { flush: BROTLI_OPERATION_FLUSH, finishFlush: BROTLI_OPERATION_FLUSH };
  const makers: Readonly<Record<string, () => InstanceType<typeof Duplex>>> = {
    gzip: () => zlib.createGunzip(flush),
    'x-gzip': () => zlib.createGunzip(flush),
    deflate: () => zlib.createInflate(flush),
    br: () => zlib.createBrotliDecompress(brotli),
  };
  const make = makers[encoding];
  return (
    make && ((encoded) => encoded.pipeThrough(Duplex.toWeb(make()) as ReadableWritablePair<Uint8Array, Uint8Array>))
  );
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
