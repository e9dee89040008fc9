// grpc-js as the client of the interop tests: node client.js <probe.proto> <target> <scenario>
// Prints what it saw as one line of JSON.
const grpc = require('@grpc/grpc-js');
const loader = require('@grpc/proto-loader');

const [protoPath, target, scenario] = process.argv.slice(2);
const definition = loader.loadSync(protoPath, { keepCase: true, defaults: true });
const { Probe } = grpc.loadPackageDefinition(definition).kolumn.grpc.tests;
const client = new Probe(target, grpc.credentials.createInsecure(), {
  'grpc.max_receive_message_length': -1,
  'grpc.max_send_message_length': -1,
  'grpc.default_compression_algorithm': scenario === 'gzip' ? 2 : 0,
});

function report(seen) {
  console.log(JSON.stringify(seen));
  client.close();
}

function entries(metadata) {
  return {
    text: metadata.get('probe-text'),
    bin: metadata.get('probe-bin').map((value) => value.toString('hex')),
  };
}

function metadataOf(doing) {
  const metadata = new grpc.Metadata();
  metadata.add('do', doing);
  metadata.add('probe-text', 'text');
  metadata.add('probe-bin', Buffer.from([0, 1, 255]));
  return metadata;
}

function echo(payload, metadata, options) {
  const seen = {};
  const call = client.Echo({ payload }, metadata, options, (error, reply) => {
    seen.code = error ? error.code : 0;
    seen.details = error ? error.details : '';
    seen.reason = error ? error.metadata.get('reason-bin').map((value) => value.toString('hex')) : [];
    seen.same = reply ? Buffer.compare(reply.payload, payload) === 0 : false;
    seen.length = reply ? reply.payload.length : 0;
    // The status event, with the trailers, follows the callback.
    setImmediate(() => report(seen));
  });
  call.on('metadata', (headers) => { seen.headers = entries(headers); });
  call.on('status', (status) => { seen.trailers = entries(status.metadata); });
  return call;
}

function repeat(doing) {
  const seen = { indexes: [] };
  const call = client.Repeat({ payload: Buffer.from('x'), count: 500 }, metadataOf(doing));
  call.on('metadata', () => {
    if (doing === 'wait') {
      call.cancel();
    }
  });
  call.on('data', (reply) => seen.indexes.push(reply.index));
  // grpc-js tells an error at once and hands out the messages before it afterwards.
  call.on('error', () => {});
  const status = new Promise((resolve) => call.on('status', resolve));
  const end = new Promise((resolve) => call.on('end', resolve));
  Promise.all([status, end]).then(([{ code, details }]) => report({ ...seen, code, details }));
}

const large = Buffer.alloc(20 * 1024 * 1024, 'kolumn');
switch (scenario) {
  case 'unary': echo(Buffer.from('hello'), metadataOf('echo'), {}); break;
  case 'gzip': echo(Buffer.alloc(100000, 'a'), metadataOf('echo'), {}); break;
  case 'gzip-empty': echo(Buffer.alloc(0), metadataOf('echo'), {}); break;
  case 'large': echo(large, metadataOf('echo'), {}); break;
  case 'error': echo(Buffer.from('x'), metadataOf('fail'), {}); break;
  case 'deadline':
    // The deadline is for the call: connecting must not use it up.
    client.waitForReady(Date.now() + 30000, () => {
      echo(Buffer.from('x'), metadataOf('wait'), { deadline: Date.now() + 1500 });
    });
    break;
  case 'stream': repeat('echo'); break;
  case 'stream-error': repeat('fail'); break;
  case 'cancel': repeat('wait'); break;
  default: throw new Error(`unknown scenario ${scenario}`);
}
